/** Where the warehouse of a data folder is, as a file. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Undefined before the first start has made it. */
export function findWarehouseFile(dataDir: string): string | undefined {
  const folder = join(dataDir, 'warehouse');
  const name = existsSync(folder) ? readdirSync(folder).find((one) => one.endsWith('.duckdb')) : undefined;
  return name === undefined ? undefined : join(folder, name);
}
