/** The folder of entries of one's own tables, and what they are called there. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const SCHEMA_FILE = 'table.schema.json';
const SCHEMA = join(__dirname, '..', '..', 'tables', SCHEMA_FILE);
const DIGEST_DIGITS = 8;

/**
 * With the database or service before it, an entry is never a table of the demo, which an ingest fills. A digest stands
 * for what a file's name leaves out, so that `my table` and `my_table`, or two names of another script, have one each.
 */
export function entryOfMysql({ database, table }: { database: string; table: string }): string {
  const place = `${database}_${table}`;
  const name = entryNameOf(place);
  if (name === place.toLowerCase()) return name;
  return `${name}_${createHash('sha256').update(`${database}.${table}`).digest('hex').slice(0, DIGEST_DIGITS)}`;
}

export const entryOfDynamodb = (table: string): string => entryNameOf(`dynamodb_${table}`);

export const entryNameOf = (place: string): string =>
  place
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '_')
    .replace(/^[^a-z]+/, 't_');

/** Why the second of two tables whose names differ only in what the name of an entry does not have is left out. */
export const entryTaken = (name: string, other: string): string =>
  `its entry would have the name of that of ${other}, ${name}.json: only one of the two is replicated into one data folder. Start another with --data-dir`;

export function makeOwnEntries(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  copyFileSync(SCHEMA, join(folder, SCHEMA_FILE));
}

/** Forgets the entries of tables that are no longer named. */
export function keepOwnEntries(folder: string, names: readonly string[]): void {
  const places = [folder, leftOutFolder(folder)].filter((place) => existsSync(place));
  for (const place of places)
    for (const file of readdirSync(place))
      if (file.endsWith('.json') && file !== SCHEMA_FILE && !names.some((name) => file === `${name}.json`))
        rmSync(join(place, file));
}

/** An entry of a table that cannot be replicated now keeps what was set in it until it can. */
const leftOutFolder = (folder: string): string => join(folder, '..', 'left-out');

export function setEntryAside(folder: string, name: string): void {
  mkdirSync(leftOutFolder(folder), { recursive: true, mode: 0o700 });
  moveEntry(folder, leftOutFolder(folder), name);
}

export const bringEntryBack = (folder: string, name: string): void =>
  moveEntry(leftOutFolder(folder), folder, name);

function moveEntry(from: string, to: string, name: string): void {
  const file = `${name}.json`;
  if (existsSync(join(from, file))) renameSync(join(from, file), join(to, file));
}
