/** Before the first test: all temporary files of this run go to one folder; the next run removes it if this one cannot. */
import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeRunFolder } from '../../local/state/run-folder';

// biome-ignore lint/style/noDefaultExport: jest takes the default export of its globalSetup
export default function useRunFolder(): void {
  const folder = makeRunFolder();
  process.env.TMPDIR = folder;
  process.once('exit', () => {
    try {
      const shared = readdirSync(folder).filter((name) => name.startsWith('cdc-synthesis-of-'));
      for (const name of shared) rmSync(join(folder, name), { recursive: true });
      rmdirSync(folder);
    } catch {
      // A failed test left its data; the next run removes it.
    }
  });
}
