/** The entry of a table whose structure is another one at the source than when the entry was written. */
import { declaredType } from '../../pipeline/mysql/mysql-ddl';
import { type MysqlColumn, type MysqlTable, mysqlName, mysqlTables } from '../../pipeline/tables';
import { type AdoptedTable, adoptTable, buildEntryText } from '../../pipeline/values/adopt-table';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { parseCreateTables } from '../../pipeline/values/mysql-create-table';
import { mysqlTypeText } from '../../pipeline/values/mysql-declaration';
import { chooseTable, findEntry, readEntries } from './adopt-into-catalogue';
import type { TablePlace } from './read-create-table';

export interface RenewedEntry {
  /** Of its file. */
  readonly name: string;
  readonly text: string;
  readonly adopted: AdoptedTable;
  /** As the entry then says. */
  readonly table: MysqlTable;
  readonly changes: readonly EntryChange[];
}

export interface EntryChange {
  readonly text: string;
  /** Only whether NULL is taken, which the task follows as it is. */
  readonly isOfNull: boolean;
}

/**
 * What was set in the entry stays: overrides, filters, what is hashed, left out, who reads. A column that the entry does not
 * name is no difference; when there is one, it comes in with the others.
 * @param statement `SHOW CREATE TABLE`
 * @param known what the pipeline has of the table; without it, what its entry says
 * @returns undefined where nothing of that has changed
 * @throws CatalogueError, RangeError when the table cannot be replicated any more as the entry says
 */
export function renewEntry(
  folder: string,
  place: TablePlace,
  statement: string,
  known?: MysqlTable,
): RenewedEntry | undefined {
  const entries = readEntries(folder);
  const found = findEntry(entries, place);
  if (found === undefined) return undefined;
  const { name, entry: earlier } = found;
  const created = chooseTable(parseCreateTables(statement), place);
  const adopted = adoptTable(created, { database: place.database, name, earlier });
  const text = buildEntryText(adopted.entry);
  const parse = (content: unknown): MysqlTable =>
    tableOf(parseCatalogue({ ...Object.fromEntries(entries), [name]: content }), place);
  const table = parse(JSON.parse(text));
  const changes = describeEntryChanges(known ?? parse(earlier), table);
  return changes.length === 0 ? undefined : { name, text, adopted, table, changes };
}

function tableOf(tables: ReturnType<typeof parseCatalogue>, { database, table }: TablePlace): MysqlTable {
  const found = mysqlTables(tables).find((one) => mysqlName(one) === `${database}.${table}`);
  if (found === undefined) throw new Error(`no entry has ${database}.${table}`);
  return found;
}

function describeEntryChanges(before: MysqlTable, after: MysqlTable): EntryChange[] {
  const columns = before.columns.flatMap((column): EntryChange[] => {
    const now = after.columns.find(({ name }) => name === column.name);
    if (now === undefined) return [{ text: `${column.name} is gone`, isOfNull: false }];
    const [from, to] = [typeText(column), typeText(now)];
    if (from !== to) return [{ text: `${column.name} is ${to}, and was ${from}`, isOfNull: false }];
    if (column.nullable === now.nullable) return [];
    return [{ text: `${column.name} ${now.nullable ? 'may be' : 'is never'} NULL`, isOfNull: true }];
  });
  const [from, to] = [before.key.join(', '), after.key.join(', ')];
  const key = { text: `its key is ${to || 'none'}, and was ${from || 'none'}`, isOfNull: false };
  return from === to ? columns : [...columns, key];
}

/** MariaDB's JSON is a LONGTEXT with a check. */
function typeText(column: MysqlColumn): string {
  const text = mysqlTypeText(declaredType(column));
  return text === 'longtext' ? 'json' : text;
}
