/** Where the files that go with the stacks are found. */
import { join } from 'node:path';

export interface Folders {
  /** One `<handler>.zip` each; `npm run bundle` makes them. */
  readonly bundles: string;
  readonly seedData: string;
}

export function projectFolders(projectFolder: string): Folders {
  return { bundles: join(projectFolder, 'dist', 'handlers'), seedData: join(projectFolder, 'seed-data') };
}
