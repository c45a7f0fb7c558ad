/** `npm run dead_letters` and `npm run clear_dead_letters`: what the functions gave up, of a running or a stopped pipeline. */
import { existsSync, readdirSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { requireState } from '../state/state-folder';
import { parseDeadLetterArguments, START_HELP } from './arguments';
import { runCommand } from './run-command';

async function main(args: readonly string[]): Promise<number> {
  const { handler, clear, help, dataDir } = parseDeadLetterArguments(args);
  if (help) {
    console.log(START_HELP);
    return 0;
  }
  requireState(dataDir);
  for (const { name, file } of queuesOf(dataDir, handler)) {
    if (clear) {
      truncateSync(file);
      console.error(`${name} is empty`);
    } else for (const letter of lettersIn(file)) console.log(JSON.stringify(letter, null, 2));
  }
  return 0;
}

function queuesOf(dataDir: string, handler: string | undefined): { name: string; file: string }[] {
  const folder = join(dataDir, 'queues');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .filter((file) => file.endsWith(`${handler === undefined ? '' : `-${handler}`}-dead-letters.jsonl`))
    .map((file) => ({ name: file.slice(0, -'.jsonl'.length), file: join(folder, file) }));
}

/** The last line may be half written while the pipeline runs. */
function lettersIn(file: string): unknown[] {
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}

runCommand(main);
