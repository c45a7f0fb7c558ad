/** The queues of dead letters, as files of the state folder; their pipeline may run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface DeadLetterFile {
  readonly name: string;
  readonly file: string;
}

/** Of one function, or of all. */
export function deadLetterFiles(dataDir: string, handler?: string): DeadLetterFile[] {
  const folder = join(dataDir, 'queues');
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return files
    .filter((file) => file.endsWith(`${handler === undefined ? '' : `-${handler}`}-dead-letters.jsonl`))
    .map((file) => ({ name: file.slice(0, -'.jsonl'.length), file: join(folder, file) }));
}

export const noDeadLetters = (handler?: string): string =>
  `no dead letters${handler === undefined ? '' : ` of ${handler}`}`;

/** The last line may be half written while the pipeline runs. */
export function lettersIn(file: string): unknown[] {
  const text = readFileSync(file, 'utf8');
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as unknown);
}
