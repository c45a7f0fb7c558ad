/** Brings an existing table of MySQL into the catalogue: reads it, shows what becomes of each column, writes its entry. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TABLES_FOLDER } from '../../pipeline/catalogue-files';
import { foldSourceName } from '../../pipeline/mysql/folded-name';
import { type AdoptedTable, adoptTable, buildEntryText } from '../../pipeline/values/adopt-table';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { MYSQL_ENTRY, type MysqlEntry } from '../../pipeline/values/catalogue-entry';
import { type CreatedTable, parseCreateTables } from '../../pipeline/values/mysql-create-table';
import { findOwnSource } from '../state/own-source';
import { startCommand, typedCommand } from '../state/typed-command';
import type { AddTableArguments } from './add-table-arguments';
import { readFromServer, type TablePlace } from './read-create-table';
import { readFromLaptop } from './read-definitions';
import { readThroughRelay } from './read-through-relay';
import { buildTextTable } from './text-table';
import { UsageError } from './usage-error';

/** @param print takes the text for a person. @throws UsageError, CatalogueError, RangeError; nothing is written then. */
export async function adoptIntoCatalogue(
  asked: AddTableArguments,
  print: (text: string) => void,
): Promise<void> {
  const created = chooseTable(parseCreateTables(await readStatement(asked)), asked);
  // A server that does not tell capitals apart has names of its own.
  const given = { ...asked, database: created.database ?? asked.database, table: created.table };
  const folder = given.tablesFolder ?? TABLES_FOLDER;
  const others = readEntries(folder);
  const known = findEntry(others, given);
  const place = `${given.database}.${given.table}`;
  if (given.isUpdate && known === undefined)
    throw new UsageError(`${place} has no entry in tables/ yet: leave --update out`);
  if (!given.isUpdate && known !== undefined)
    throw new UsageError(
      `${place} is in the catalogue, tables/${known.name}.json. After ALTER TABLE, --update brings it up to date`,
    );
  const name = known?.name ?? given.name ?? freeName(folder, given);
  if (known === undefined && others.has(name))
    throw new UsageError(`tables/${name}.json is another table: choose another --name`);
  const adopted = adoptTable(created, {
    ...given,
    name,
    ...(known === undefined ? {} : { earlier: known.entry }),
  });
  print(describeAdopted(adopted));
  for (const warning of adopted.warnings) print(`\nwarning: ${warning}`);
  const text = buildEntryText(adopted.entry);
  parseCatalogue({ ...Object.fromEntries(others), [name]: JSON.parse(text) });
  if (given.isDryRun) {
    print(`\nnothing was written (--dry-run); tables/${name}.json would be:\n\n${text}`);
    return;
  }
  writeFileSync(join(folder, `${name}.json`), text, { flag: given.isUpdate ? 'w' : 'wx' });
  // Entries of a folder with sources of one's own are read from them at each start.
  const laptop = findOwnSource(given.dataDir) === undefined ? given.dataDir : '.local';
  print(
    `\nwrote tables/${name}.json. Next: ${startCommand(laptop)} copies the table and follows it; ${typedCommand(laptop, 'reconcile')} compares it. On AWS: deploy warehouse, then pipeline (docs/add-a-table.md).`,
  );
}

async function readStatement(given: AddTableArguments): Promise<string> {
  if (given.file !== undefined) return readFileSync(given.file, 'utf8');
  const { server, database, table } = given;
  if (server !== undefined) {
    const { sslMode, ...login } = server;
    if (sslMode === undefined) return readFromServer(login, { database, table });
    return readThroughRelay({ ...login, sslMode }, { database, table });
  }
  return readFromLaptop(given.dataDir, { database, table });
}

/** @throws UsageError when it is not among them */
export function chooseTable(tables: readonly CreatedTable[], { database, table }: TablePlace): CreatedTable {
  const isAsked = (same: (one: string, other: string) => boolean) => (one: CreatedTable) =>
    same(one.table, table) && (one.database === undefined || same(one.database, database));
  const found = tables.find(isAsked((one, other) => one === other));
  if (found !== undefined) return found;
  const [alike, ...more] = tables.filter(
    isAsked((one, other) => foldSourceName(one) === foldSourceName(other)),
  );
  if (alike !== undefined && more.length === 0) return alike;
  const names = tables.map((one) =>
    one.database === undefined ? one.table : `${one.database}.${one.table}`,
  );
  throw new UsageError(
    `there is no CREATE TABLE of ${database}.${table}; ${names.length === 0 ? 'none was found at all' : `found: ${names.join(', ')}`}`,
  );
}

/** The table's name, or with the database before it where another entry has that name. */
function freeName(folder: string, { database, table }: AddTableArguments): string {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9_-]+/g, '_');
  const short = plain(table).replace(/^[^a-z]+/, '') || 'table';
  return existsSync(join(folder, `${short}.json`))
    ? `${plain(database)}_${plain(table)}`.replace(/^[^a-z]+/, '')
    : short;
}

/** The same check as at synthesis, with the new entry among the others: nothing is written that would fail there. */
export function checkWithOthers(folder: string, name: string, text: string): void {
  const others = readEntries(folder);
  if (others.has(name))
    throw new UsageError(
      `${join(folder, `${name}.json`)} exists: remove-table takes it out, or choose another --name`,
    );
  parseCatalogue({ ...Object.fromEntries(others), [name]: JSON.parse(text) });
}

/** Each entry's content by its name. */
export function readEntries(folder: string): Map<string, unknown> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && file !== 'table.schema.json');
  return new Map(
    files.map((file) => [
      file.slice(0, -'.json'.length),
      JSON.parse(readFileSync(join(folder, file), 'utf8')),
    ]),
  );
}

export function findEntry(
  entries: ReadonlyMap<string, unknown>,
  { database, table }: TablePlace,
): { readonly name: string; readonly entry: MysqlEntry } | undefined {
  for (const [name, content] of entries) {
    const parsed = MYSQL_ENTRY.safeParse(content);
    if (parsed.success && parsed.data.database === database && (parsed.data.table ?? name) === table)
      return { name, entry: parsed.data };
  }
  return undefined;
}

/** What becomes of each column, and the key. */
export function describeAdopted({ entry, fates }: AdoptedTable): string {
  const key = entry.key.length === 0 ? 'no key: rows are a multiset' : `key ${entry.key.join(', ')}`;
  const rows = fates.map(({ name, mysql, redshift, note }) => [name, mysql, redshift, note]);
  return `${buildTextTable(['column', 'MySQL', 'Redshift', 'note'], rows)}\n(${key})`;
}
