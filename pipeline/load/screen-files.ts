/** Waiting files that the stage function did not name are read before they are loaded; what it wrote is not. */
import { isStagedName } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import { checkStagedFile } from './check-staged-file';
import type { LoadError } from './load-errors';
import type { LoadPorts } from './load-ports';

export interface ScreenedFiles {
  readonly keys: readonly string[];
  readonly rejected: readonly LoadError[];
}

/**
 * COPY takes a number for a text, the last of two members of one name, and digits of a number that no double has; the
 * merge cannot see any of it afterwards. Staging writes nothing of the kind, and to read every file here would cost more
 * than the load itself. So its files are known by their names, and a file that somebody else put there is read whole.
 * A file that has a problem is rejected with the line and the column; one that is gone meanwhile is left to COPY.
 */
export async function screenFiles(
  { store }: LoadPorts,
  table: DynamodbTable,
  keys: readonly string[],
): Promise<ScreenedFiles> {
  const rejected: LoadError[] = [];
  for (const key of keys) {
    if (isStagedName(key)) continue;
    const body = await store.readBytes(key).catch(() => undefined);
    const problem = body === undefined ? undefined : checkStagedFile(table, body, { key, isStrict: true });
    if (problem === undefined) continue;
    await store.reject(key, { ...problem });
    rejected.push({ key, errorCode: null, ...problem });
  }
  const bad = new Set(rejected.map(({ key }) => key));
  return { keys: keys.filter((key) => !bad.has(key)), rejected };
}
