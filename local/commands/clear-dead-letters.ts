/** `npm run clear_dead_letters -- HANDLER`: deletes what a function gave up, of a running or a stopped pipeline. */
import { truncateSync } from 'node:fs';
import { requireState } from '../state/state-folder';
import { deadLetterFiles } from './dead-letter-files';
import type { DataDirFlag, Given } from './given';

export async function command({ words: [handler], flags }: Given<DataDirFlag>): Promise<number> {
  requireState(flags.dataDir);
  for (const { name, file } of deadLetterFiles(flags.dataDir, handler)) {
    truncateSync(file);
    console.error(`${name} is empty`);
  }
  return 0;
}
