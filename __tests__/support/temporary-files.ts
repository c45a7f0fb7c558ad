/**
 * Before the first test: the bundles of the tests' catalogue are there, and all temporary files of this run go to one folder; the next run
 * removes it if this one cannot.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { makeRunFolder } from '../../local/state/run-folder';
import { projectFolders } from '../../stacks/folders';

const root = join(__dirname, '..', '..');

// biome-ignore lint/style/noDefaultExport: jest takes the default export of its globalSetup
export default function useRunFolder(): void {
  // `npm test` and `npm run check` bundle what has changed; a run of one file bundles once.
  if (!existsSync(projectFolders(root).bundles))
    execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: root, stdio: 'ignore' });
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
