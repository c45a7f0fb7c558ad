/** `npm start -- --fresh` on a folder whose data cannot be made again: a person is asked, and for a script it is kept. */
import { createInterface } from 'node:readline/promises';
import type { Clearing } from '../state/state-folder';
import { findOwnData } from './own-data';
import type { OwnData } from './own-items';
import { UsageError } from './usage-error';

export interface ConfirmFreshOptions {
  readonly folder: string;
  /** Gives the answer of a person; undefined where there is no terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined;
  readonly print: (line: string) => void;
  readonly find?: (folder: string) => Promise<readonly OwnData[]>;
}

/**
 * Where nobody can answer, the folder's content is moved beside it: a script goes on, and nothing is lost.
 * @throws UsageError when the person wants to keep the data
 */
export async function confirmFresh(options: ConfirmFreshOptions): Promise<Clearing> {
  const { folder, ask, print, find = findOwnData } = options;
  const what = await find(folder).then(describeOwnData, describeFailure);
  if (what === undefined) return 'delete';
  if (ask === undefined) {
    const keptIn = `${folder}.kept-${new Date().toISOString().replace(/\.\d+|[-:]/g, '')}`;
    print(
      `kept: ${what}: everything that was in ${folder} is now in ${keptIn}, which --data-dir opens; delete it when it is not needed (--yes keeps nothing)`,
    );
    return { keptIn };
  }
  const answer = await ask(`--fresh deletes everything in ${folder}: ${what}.\nDelete it? [y/N] `);
  if (!/^y(es)?$/i.test(answer.trim())) throw new UsageError('nothing was deleted');
  return 'delete';
}

function describeOwnData(found: readonly OwnData[]): string | undefined {
  if (found.length === 0) return undefined;
  const each = found.map(
    ({ table, count, what }) => `${count} ${count === 1 ? what.slice(0, -1) : what} of ${table}`,
  );
  return `${each.join(', ')} that no seed file has`;
}

const describeFailure = (error: unknown): string =>
  `what its tables hold could not be read (${error instanceof Error ? error.message : String(error)})`;

/** Undefined unless a terminal is there to answer. */
export function askTerminal(): ConfirmFreshOptions['ask'] {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    // Here Ctrl-C is a key; the run hears of it as of any other.
    terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')));
    try {
      return await Promise.race([terminal.question(question), closed]);
    } finally {
      terminal.close();
    }
  };
}
