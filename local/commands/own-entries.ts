/** The folder of entries of one's own tables, and what they are called there. */
import { copyFileSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const SCHEMA = join(__dirname, '..', '..', 'tables', 'table.schema.json');

/** With the database or service before it, an entry is never a table of the demo, which an ingest fills. */
export const entryOfMysql = ({ database, table }: { database: string; table: string }): string =>
  entryNameOf(`${database}_${table}`);

export const entryOfDynamodb = (table: string): string => entryNameOf(`dynamodb_${table}`);

export const entryNameOf = (place: string): string =>
  place
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^[^a-z]+/, 't_');

/** Makes it, and forgets the entries of tables that are no longer named. */
export function prepareOwnEntries(folder: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const file of readdirSync(folder))
    if (file.endsWith('.json') && !names.some((name) => file === `${name}.json`)) rmSync(join(folder, file));
  copyFileSync(SCHEMA, join(folder, 'table.schema.json'));
}
