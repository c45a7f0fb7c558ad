/** Where the files that belong to the stacks come from, and where they go. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

export interface Folders {
  /** One `<handler>.zip` each; `npm run bundle` makes them. */
  readonly bundles: string;
  readonly seedData: string;
}

export function projectFolders(projectFolder: string): Folders {
  return { bundles: bundleFolder(projectFolder), seedData: join(projectFolder, 'seed-data') };
}

/** A bundle contains the catalogue, so that each has its own. scripts/bundle-folder.mjs says the same. */
function bundleFolder(projectFolder: string): string {
  const tables = relative(projectFolder, resolve(projectFolder, process.env.CDC_TABLES || 'tables'));
  const catalogue = tables === 'tables' ? [] : [tables.replaceAll(/[^A-Za-z0-9]+/g, '-')];
  return join(projectFolder, 'dist', ...catalogue, 'handlers');
}

/** Files of stacks as they were before; what Terraform keeps in the stacks' folders stays. */
export function removeEarlierAssets(outputFolder: string): void {
  const stacks = join(outputFolder, 'stacks');
  if (!existsSync(stacks)) return;
  for (const stack of readdirSync(stacks))
    rmSync(join(stacks, stack, 'assets'), { recursive: true, force: true });
}
