/** ALTER TABLE: what a growing schema needs. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { parseExpression } from '../sql/expression';
import { quoteName } from '../sql/reader';
import type { TableName, Translation } from '../sql/translation';
import { duckdbType, parseType } from '../sql/types';
import { moveGrants } from '../storage/privileges';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';
import { createTable, type NewColumn } from './create-table';
import { onTable } from './needs';
import { parseColumnAttributes } from './table-attributes';

export function parseAlterTable(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('alter', 'table');
  const table = t.tableName();
  const run = parseChange(t, table);
  return { locks: [{ table, mode: 'exclusive' }], needs: [onTable(table, 'alter')], run };
}

function parseChange(t: Translation, table: TableName): Command['run'] {
  const { reader } = t;
  if (reader.acceptWord('owner', 'to')) {
    reader.name();
    return existing(table);
  }
  if (reader.acceptWord('add')) return parseAdd(t, table);
  if (reader.acceptWord('drop')) return parseDropColumn(t, table);
  if (reader.acceptWord('rename')) return parseRename(t, table);
  if (reader.acceptWord('alter')) return parseAlterColumn(t, table);
  throw reader.unsupported(`ALTER TABLE ${reader.peek().raw.toUpperCase()}`);
}

/** Only that the table is there is checked. */
const existing =
  (table: TableName): Command['run'] =>
  async (session) => {
    await session.columnsOf(table);
    return EMPTY_RESULT;
  };

function parseAdd(t: Translation, table: TableName): Command['run'] {
  const { reader } = t;
  for (const word of ['constraint', 'primary', 'unique', 'foreign']) {
    if (reader.isWord(word)) throw reader.unsupported('ALTER TABLE ADD of a constraint');
  }
  reader.acceptWord('column');
  const name = reader.name();
  const type = parseType(reader);
  const column = parseColumnAttributes(
    t,
    { name, type, nullable: true },
    { keyColumns: [], notNull: [] },
    () => parseExpression(t).sql,
  );
  if (!column.nullable && column.defaultSql === undefined) {
    throw new WarehouseError(
      'ALTER TABLE ADD COLUMN defined as NOT NULL must have a non-null default expression',
    );
  }
  return async (session) => {
    const columns = await session.columnsOf(table);
    if (columns.some((one) => one.name === name)) {
      throw new WarehouseError(`column "${name}" of relation "${table.table}" already exists`);
    }
    return rebuild(session, t, table, [...columns, column], columns);
  };
}

/**
 * DuckDB cannot add a column with a check, so the table is made anew in the same transaction, and its rows are
 * copied. Redshift's own limits on the statement are not looser than this.
 */
async function rebuild(
  session: CommandSession,
  t: Translation,
  table: TableName,
  columns: readonly NewColumn[],
  kept: readonly { readonly name: string }[],
): ReturnType<Command['run']> {
  const old = { ...table, table: `${table.table}.old` };
  await session.execute(`ALTER TABLE ${t.text(table)} RENAME TO ${quoteName(old.table)}`);
  await createTable(session, t, { table, ifNotExists: false }, columns);
  const names = kept.map(({ name }) => quoteName(name)).join(', ');
  await session.execute(`INSERT INTO ${t.text(table)} (${names}) SELECT ${names} FROM ${t.text(old)}`);
  await session.execute(`DROP TABLE ${t.text(old)}`);
  return EMPTY_RESULT;
}

function parseDropColumn(t: Translation, table: TableName): Command['run'] {
  const { reader } = t;
  if (reader.isWord('constraint')) throw reader.unsupported('ALTER TABLE DROP CONSTRAINT');
  reader.acceptWord('column');
  const name = reader.name();
  if (!reader.acceptWord('restrict')) reader.acceptWord('cascade');
  return async (session) => {
    const columns = await session.columnsOf(table);
    const kept = columns.filter((column) => column.name !== name);
    if (kept.length === columns.length) {
      throw new WarehouseError(`column "${name}" of relation "${table.table}" does not exist`);
    }
    return rebuild(session, t, table, kept, kept);
  };
}

function parseRename(t: Translation, table: TableName): Command['run'] {
  const { reader } = t;
  if (reader.acceptWord('to')) {
    const name = reader.name();
    return (session) => rename(session, t, table, name);
  }
  reader.expectWord('column');
  const [from, , to] = [reader.name(), reader.expectWord('to'), reader.name()];
  return (session) =>
    session.execute(`ALTER TABLE ${t.text(table)} RENAME ${quoteName(from)} TO ${quoteName(to)}`);
}

async function rename(
  session: CommandSession,
  t: Translation,
  table: TableName,
  name: string,
): ReturnType<Command['run']> {
  await session.execute(`ALTER TABLE ${t.text(table)} RENAME TO ${quoteName(name)}`);
  if (table.schema === undefined) {
    session.tempTables.delete(table.table);
    session.tempTables.add(name);
  } else await moveGrants(session, table.schema, table.table, name);
  return EMPTY_RESULT;
}

/** Redshift widens VARCHAR in place, and changes encodings; it changes no other type. */
function parseAlterColumn(t: Translation, table: TableName): Command['run'] {
  const { reader } = t;
  if (!reader.acceptWord('column')) {
    throw reader.unsupported(`ALTER TABLE ALTER ${reader.peek().raw.toUpperCase()}`);
  }
  const name = reader.name();
  if (reader.acceptWord('encode')) {
    reader.take();
    return existing(table);
  }
  reader.expectWord('type');
  const type = parseType(reader);
  if (type.name !== 'varchar')
    throw new WarehouseError(`ALTER COLUMN TYPE to ${duckdbType(type)} is not supported`);
  return async (session) => {
    const columns = await session.columnsOf(table);
    const old = columns.find((column) => column.name === name);
    if (old === undefined)
      throw new WarehouseError(`column "${name}" of relation "${table.table}" does not exist`);
    if (old.type.name !== 'varchar')
      throw new WarehouseError('target data type is not supported for the column');
    const changed = columns.map((column) => (column.name === name ? { ...column, type } : column));
    return rebuild(session, t, table, changed, columns);
  };
}
