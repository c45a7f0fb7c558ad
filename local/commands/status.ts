/** `npm run status`: how a running pipeline is; of a stopped one, what its folder has. Starts nothing. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { callControlServer } from '../runtime/control-server';
import { findRuntime, requireState } from '../state/state-folder';
import { startCommand, typedCommand } from '../state/typed-command';
import { deadLetterFiles, lettersIn } from './dead-letter-files';
import { EXIT_DEAD_LETTERS } from './dead-letter-report';
import type { DataDirFlag, Given, JsonFlag } from './given';
import type { PipelineStatus } from './pipeline-status';
import { buildStatusReport, describeLetters } from './status-report';
import { readStoredSuspensions } from './stored-suspensions';
import { describeSuspended, type SuspendedTable } from './suspended-tables';

/** 0: all is well. 1: stopped, or a part, table or function is not well. 3: dead letters. */
export async function command({ flags }: Given<DataDirFlag & JsonFlag>): Promise<number> {
  const running = findRuntime(flags.dataDir);
  if (running === undefined) {
    requireState(flags.dataDir);
    const found = await describeStopped(flags.dataDir);
    console.log(flags.json ? JSON.stringify(found) : buildStoppedReport(found));
    return 1;
  }
  const status = (await callControlServer(running, 'status', {})) as PipelineStatus;
  console.log(
    flags.json
      ? JSON.stringify({ state: 'running', ...status })
      : buildStatusReport(status, resolve(flags.dataDir)),
  );
  return exitCodeOfStatus(status);
}

export function exitCodeOfStatus({ parts, tables, failing, compared, deadLetters }: PipelineStatus): number {
  if (deadLetters.some(({ count }) => count > 0)) return EXIT_DEAD_LETTERS;
  const isWell =
    parts.every((part) => part.isWell) &&
    tables.every(({ suspendedBecause }) => suspendedBecause === undefined) &&
    compared.every(({ mismatches }) => mismatches === 0) &&
    failing.length === 0;
  return isWell ? 0 : 1;
}

interface StoppedStatus {
  readonly state: 'stopped';
  readonly folder: string;
  /** The latest change of a file of the warehouse, ISO 8601. */
  readonly lastWritten: string | null;
  /** Bytes by what they are for. */
  readonly bytes: Readonly<Record<string, number>>;
  readonly deadLetters: readonly { readonly queue: string; readonly count: number }[];
  readonly suspended: readonly SuspendedTable[];
  /** Why nothing is known of suspended tables: a start may have the warehouse already. */
  readonly unknownBecause?: string;
}

async function describeStopped(dataDir: string): Promise<StoppedStatus> {
  const parts = ['mysql', 'dynamodb', 's3', 'warehouse'];
  const sizes = parts.map((part) => [part, sizeOf(join(dataDir, part))] as const);
  const warehouse = filesIn(join(dataDir, 'warehouse'));
  const lastMs = Math.max(0, ...warehouse.map((file) => statSync(file).mtimeMs));
  return {
    state: 'stopped',
    folder: resolve(dataDir),
    lastWritten: lastMs === 0 ? null : new Date(lastMs).toISOString(),
    bytes: Object.fromEntries(sizes),
    deadLetters: deadLetterFiles(dataDir).map(({ name, file }) => ({
      queue: name,
      count: lettersIn(file).length,
    })),
    ...(await describeSuspensions(dataDir)),
  };
}

const describeSuspensions = (dataDir: string): Promise<Pick<StoppedStatus, 'suspended' | 'unknownBecause'>> =>
  readStoredSuspensions(dataDir).then(
    (suspended) => ({ suspended }),
    (error: unknown) => ({
      suspended: [],
      unknownBecause: error instanceof Error ? error.message : String(error),
    }),
  );

function buildStoppedReport(status: StoppedStatus): string {
  const { folder, lastWritten, bytes, deadLetters, suspended, unknownBecause } = status;
  const sizes = Object.entries(bytes).map(([part, size]) => `${part} ${(size / 1024 / 1024).toFixed(1)} MB`);
  const letters = deadLetters.filter(({ count }) => count > 0);
  return [
    `stopped; ${startCommand(folder)} resumes it. Its folder: ${folder}`,
    lastWritten === null
      ? 'its warehouse was never written'
      : `its warehouse was last written at ${lastWritten}`,
    `it has: ${sizes.join(', ')}`,
    ...suspended.map((one) => describeSuspended(folder, one)),
    ...(unknownBecause === undefined ? [] : [`suspended tables are not known: ${unknownBecause}`]),
    ...(letters.length === 0 ? ['no dead letters'] : letters.map((one) => describeLetters(folder, one))),
    `${typedCommand(folder, 'sql')} and ${typedCommand(folder, 'reconcile')} work on a stopped pipeline, too`,
  ].join('\n');
}

const filesIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    : [];

/** A file that is gone by the time it is looked at counts nothing. */
const sizeOf = (folder: string): number =>
  filesIn(folder).reduce((bytes, file) => bytes + (statSync(file, { throwIfNoEntry: false })?.size ?? 0), 0);
