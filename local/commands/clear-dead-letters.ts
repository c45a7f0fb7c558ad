/** `npm run clear_dead_letters -- HANDLER`: deletes what a function gave up, of a running or a stopped pipeline. */
import { truncateSync } from 'node:fs';
import { requireState } from '../state/state-folder';
import { deadLetterFiles, noDeadLetters } from './dead-letter-files';
import type { DataDirFlag, Given } from './given';

export async function command({ words: [handler], flags }: Given<DataDirFlag>): Promise<number> {
  requireState(flags.dataDir);
  const files = deadLetterFiles(flags.dataDir, handler);
  for (const { name, file } of files) {
    truncateSync(file);
    console.error(`${name} is empty`);
  }
  if (files.length === 0) console.error(noDeadLetters(handler));
  return 0;
}
