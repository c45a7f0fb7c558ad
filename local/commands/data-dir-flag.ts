/** What a command that is named to a person needs, to be about the same pipeline. */
import { resolve } from 'node:path';

/** Nothing for the folder that is taken without the flag. */
export const dataDirFlag = (folder: string): string[] =>
  resolve(folder) === resolve('.local') ? [] : [`--data-dir ${folder}`];
