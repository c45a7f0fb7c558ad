/** Whether state can be kept in a folder: said by name, before anything is made in it. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** What a person gave as --data-dir cannot be one. */
class DataDirError extends Error {
  override readonly name = 'DataDirError';
}

const ANOTHER = 'Name another folder with --data-dir.';

/** @throws DataDirError with what is wrong and what to do */
export function checkDataDir(dataDir: string): void {
  const place = existingFolder(resolve(dataDir));
  const isItself = place === resolve(dataDir);
  if (!statSync(place).isDirectory())
    throw new DataDirError(
      isItself
        ? `${dataDir} is a file, not a folder. ${ANOTHER}`
        : `${dataDir} cannot be made: ${place} is a file, not a folder. ${ANOTHER}`,
    );
  if (isOfKernel(place))
    throw new DataDirError(`${dataDir} cannot keep files: ${place} is not on a disk. ${ANOTHER}`);
  try {
    accessSync(place, constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DataDirError(
      code === 'EROFS'
        ? `${place} is on a disk that can only be read. ${ANOTHER}`
        : `you may not write to ${place} (${code}). ${ANOTHER} Or change its owner: sudo chown -R "$USER" ${place}`,
    );
  }
}

/** The folder itself, or the one nearest to it that is there. */
export const existingFolder = (folder: string): string =>
  existsSync(folder) || dirname(folder) === folder ? folder : existingFolder(dirname(folder));

/** /proc and /sys have no blocks at all. */
function isOfKernel(folder: string): boolean {
  try {
    return statfsSync(folder).blocks === 0;
  } catch {
    return false;
  }
}
