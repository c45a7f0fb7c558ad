/** Where the files that belong to the stacks come from, and where they go. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface Folders {
  /** One `<handler>.zip` each; `npm run bundle` makes them. */
  readonly bundles: string;
  readonly seedData: string;
}

export function projectFolders(projectFolder: string): Folders {
  return { bundles: join(projectFolder, 'dist', 'handlers'), seedData: join(projectFolder, 'seed-data') };
}

/** Files of stacks as they were before; what Terraform keeps in the stacks' folders stays. */
export function removeEarlierAssets(outputFolder: string): void {
  const stacks = join(outputFolder, 'stacks');
  if (!existsSync(stacks)) return;
  for (const stack of readdirSync(stacks))
    rmSync(join(stacks, stack, 'assets'), { recursive: true, force: true });
}
