/** Before the first test: all temporary files of this run go to one folder; the next run removes it if this one cannot. */
import { rmdirSync } from 'node:fs';
import { makeRunFolder } from '../../local/state/run-folder';

// biome-ignore lint/style/noDefaultExport: jest takes the default export of its globalSetup
export default function useRunFolder(): void {
  const folder = makeRunFolder();
  process.env.TMPDIR = folder;
  process.once('exit', () => {
    try {
      rmdirSync(folder);
    } catch {
      // A failed test left its data; the next run removes it.
    }
  });
}
