/** `npm run dead_letters`: what the functions gave up, of a running or a stopped pipeline. */
import { requireState } from '../state/state-folder';
import { deadLetterFiles, lettersIn } from './dead-letter-files';
import type { DataDirFlag, Given } from './given';

export async function command({ words: [handler], flags }: Given<DataDirFlag>): Promise<number> {
  requireState(flags.dataDir);
  for (const { file } of deadLetterFiles(flags.dataDir, handler))
    for (const letter of lettersIn(file)) console.log(JSON.stringify(letter, null, 2));
  return 0;
}
