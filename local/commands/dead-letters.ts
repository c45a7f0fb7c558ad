/** `npm run dead_letters`: what the functions gave up, of a running or a stopped pipeline. */
import { requireState } from '../state/state-folder';
import { deadLetterFiles, lettersIn, noDeadLetters } from './dead-letter-files';
import type { DataDirFlag, Given } from './given';

export async function command({ words: [handler], flags }: Given<DataDirFlag>): Promise<number> {
  requireState(flags.dataDir);
  const letters = deadLetterFiles(flags.dataDir, handler).flatMap(({ file }) => lettersIn(file));
  for (const letter of letters) console.log(JSON.stringify(letter, null, 2));
  // Apart from the letters, so that a script reads nothing else.
  if (letters.length === 0) console.error(noDeadLetters(handler));
  return 0;
}
