/** The folder of entries of one's own tables, and what they are called there. */
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { foldSourceName } from '../../pipeline/mysql/folded-name';
import { MYSQL_ENTRY } from '../../pipeline/values/catalogue-entry';
import type { TablePlace } from './read-create-table';

const SCHEMA_FILE = 'table.schema.json';
const SCHEMA = join(__dirname, '..', '..', 'tables', SCHEMA_FILE);
const DIGEST_DIGITS = 8;

/**
 * With the database or service before it, an entry is never a table of the demo, which an ingest fills. A digest stands
 * for what a file's name leaves out, so that `my table` and `my_table`, or two names of another script, have one each.
 */
export function entryOfMysql({ database, table }: TablePlace): string {
  const place = `${database}_${table}`;
  const name = entryNameOf(place);
  return name === place.toLowerCase() ? name : withDigest(name, `${database}.${table}`);
}

const withDigest = (name: string, text: string): string =>
  `${name}_${createHash('sha256').update(text).digest('hex').slice(0, DIGEST_DIGITS)}`;

export interface NamedEntry extends TablePlace {
  readonly entry: string;
}

/**
 * A table keeps the entry that it has. Of `a`.`b_c` and `a_b`.`c`, whose names are the same with the database before it,
 * the first takes that name and the next one of its own. Names that differ in capitals share one, whose holder comes
 * before the others.
 */
export function nameOwnEntries(folder: string, places: readonly TablePlace[]): NamedEntry[] {
  const entries = new Map<string, string>();
  const holders = new Set<string>();
  for (const { name, place } of readOwnEntries(folder)) {
    if (place === undefined || !places.some((asked) => idOf(asked) === idOf(place))) continue;
    entries.set(idOf(place), name);
    holders.add(JSON.stringify([place.database, place.table]));
  }
  for (const place of places) {
    const [id, name] = [idOf(place), entryOfMysql(place)];
    if (entries.has(id)) continue;
    entries.set(id, [...entries.values()].includes(name) ? withDigest(name, id) : name);
  }
  const isHolder = ({ database, table }: TablePlace): boolean =>
    holders.has(JSON.stringify([database, table]));
  return [...places.filter(isHolder), ...places.filter((place) => !isHolder(place))].map((place) => ({
    ...place,
    entry: entries.get(idOf(place)) ?? entryOfMysql(place),
  }));
}

const idOf = ({ database, table }: TablePlace): string =>
  JSON.stringify([database, table].map(foldSourceName));

interface OwnEntry {
  readonly name: string;
  readonly file: string;
  /** Absent for one of DynamoDB, and for a damaged one. */
  readonly place?: TablePlace;
}

/** Also those of tables that are left out now. */
const readOwnEntries = (folder: string): OwnEntry[] =>
  [folder, leftOutFolder(folder)]
    .filter((place) => existsSync(place))
    .flatMap((place) => readdirSync(place).map((file) => join(place, file)))
    .filter((file) => file.endsWith('.json') && basename(file) !== SCHEMA_FILE)
    .map((file) => {
      const name = basename(file, '.json');
      const place = placeOfEntry(name, readFileSync(file, 'utf8'));
      return { name, file, ...(place === undefined ? {} : { place }) };
    });

function placeOfEntry(name: string, text: string): TablePlace | undefined {
  try {
    const { success, data } = MYSQL_ENTRY.safeParse(JSON.parse(text));
    return success ? { database: data.database, table: data.table ?? name } : undefined;
  } catch {
    // A person edits it; whoever needs what is in it says what is wrong.
    return undefined;
  }
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

/** Forgets the entries of tables that are no longer named: one of the same name may be of another table. */
export function keepOwnEntries(
  folder: string,
  kept: readonly NamedEntry[],
  otherNames: readonly string[],
): void {
  const isKept = ({ name, place }: OwnEntry): boolean =>
    otherNames.includes(name) ||
    kept.some((one) => one.entry === name && (place === undefined || idOf(one) === idOf(place)));
  for (const entry of readOwnEntries(folder)) if (!isKept(entry)) rmSync(entry.file);
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
