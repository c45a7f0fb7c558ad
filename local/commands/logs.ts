/** `npm run logs -- [-f] [NAME]`: the logs of functions and servers, of a running or a stopped pipeline. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { listenForStop } from '../runtime/stop-signals';
import { requireState } from '../state/state-folder';
import { followFile, lastLines } from './follow-file';
import type { DataDirFlag, Given } from './given';
import { UsageError } from './usage-error';

interface LogsFlags extends DataDirFlag {
  readonly follow: boolean;
  readonly lines: number;
}

interface LogFile {
  readonly name: string;
  readonly file: string;
}

export async function command({ words: [name], flags }: Given<LogsFlags>): Promise<number> {
  requireState(flags.dataDir);
  const all = logFiles(flags.dataDir);
  const chosen = name === undefined ? all : all.filter((log) => log.name === name);
  if (chosen.length === 0)
    throw new UsageError(
      `there is no log of ${name ?? 'anything'} in ${flags.dataDir}; there are: ${all.map((log) => log.name).join(', ') || 'none yet'}`,
    );
  const isOne = chosen.length === 1;
  const print = (log: LogFile, line: string): void => console.log(isOne ? line : `${log.name}: ${line}`);
  for (const log of chosen) for (const line of lastLines(log.file, flags.lines)) print(log, line);
  if (!flags.follow) return 0;
  const signals = listenForStop(() => undefined);
  const stops = chosen.map((log) => followFile(log.file, (line) => print(log, line)));
  await signals.received;
  for (const stop of stops) stop();
  return 0;
}

/** A function is named by its handler. */
function logFiles(dataDir: string): LogFile[] {
  const functions = join(dataDir, 'functions');
  const ofFunctions = existsSync(functions)
    ? readdirSync(functions)
        .sort()
        .map((name) => ({
          name: name.replace(/^[^-]+-[^-]+-/, ''),
          file: join(functions, name, 'function.log'),
        }))
    : [];
  const ofServers = ['mysql', 'dynamodb'].map((name) => ({ name, file: join(dataDir, name, 'server.log') }));
  return [...ofFunctions, ...ofServers].filter(({ file }) => existsSync(file));
}
