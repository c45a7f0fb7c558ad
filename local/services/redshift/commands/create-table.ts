/**
 * CREATE TABLE. Distribution, sort order, encoding and keys are read and checked, then left out: keys are not
 * enforced in Redshift either. NOT NULL is enforced there, and so is the length of text in bytes.
 */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { parseExpression, startsQuery } from '../sql/expression';
import { quoteName, quoteText } from '../sql/reader';
import type { TableName, Translation } from '../sql/translation';
import { duckdbType, parseType, type RedshiftType } from '../sql/types';
import { recordOwner } from '../storage/privileges';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';
import { toCreateIn, toRead } from './needs';
import { readLocks } from './parse-command';
import {
  parseColumnAttributes,
  parseTableAttributes,
  parseTableConstraint,
  type TableAttributes,
} from './table-attributes';

export interface NewColumn {
  readonly name: string;
  readonly type: RedshiftType;
  readonly nullable: boolean;
  readonly defaultSql?: string;
  readonly identity?: { readonly seed: number; readonly step: number };
}

interface NewTable {
  readonly table: TableName;
  readonly ifNotExists: boolean;
}

export function parseCreateTable(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('create');
  reader.acceptWord('local');
  const temporary = reader.acceptWord('temp') || reader.acceptWord('temporary');
  reader.expectWord('table');
  const ifNotExists = reader.acceptWord('if', 'not', 'exists');
  const table = parseNewName(t, temporary);
  const created = { table, ifNotExists };
  if (reader.isOperator('(') && reader.peek(1).text === 'like') return parseLike(t, created);
  if (reader.isOperator('(') && !startsQuery(t) && !isNameList(t)) return parseDefinition(t, created);
  return parseAsQuery(t, created);
}

/** Where the new table lies: a name that begins with # is a temp table as well. */
function parseNewName(t: Translation, temporary: boolean): TableName {
  const parts = t.dottedName();
  const table = parts.at(-1)!;
  if (Buffer.byteLength(table) > 127)
    throw new WarehouseError(`identifier "${table}" is longer than 127 bytes`);
  if (temporary || table.startsWith('#')) {
    if (parts.length > 1) throw new WarehouseError('temporary tables may not specify a schema name');
    return { table };
  }
  return parts.length === 1 ? { schema: t.options.defaultSchema, table } : t.resolve(parts);
}

/** `(a, b) AS SELECT`: names without types. */
const isNameList = (t: Translation): boolean => [',', ')'].includes(t.reader.peek(2).text);

function parseDefinition(t: Translation, created: NewTable): Command {
  const { reader } = t;
  reader.expectOperator('(');
  const columns: NewColumn[] = [];
  const attributes: TableAttributes = { keyColumns: [], notNull: [] };
  do {
    if (!parseTableConstraint(t, attributes)) columns.push(parseColumn(t, attributes));
  } while (reader.acceptOperator(','));
  reader.expectOperator(')');
  parseTableAttributes(t, attributes);
  const names = columns.map((column) => column.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new WarehouseError(`column "${twice}" specified more than once`);
  const unknown = [...attributes.keyColumns, ...attributes.notNull].find((name) => !names.includes(name));
  if (unknown !== undefined) throw new WarehouseError(`column "${unknown}" named in key does not exist`);
  const checked = columns.map((column) =>
    attributes.notNull.includes(column.name) ? { ...column, nullable: false } : column,
  );
  return {
    locks: [],
    needs: toCreateIn(created.table),
    run: (session) => createTable(session, t, created, checked),
  };
}

function parseColumn(t: Translation, attributes: TableAttributes): NewColumn {
  const name = t.reader.name();
  const type = parseType(t.reader);
  if (type.name === 'interval' || type.name === 'varbyte')
    throw t.reader.unsupported(`a column of type ${type.name}`);
  return parseColumnAttributes(t, { name, type, nullable: true }, attributes, () => parseExpression(t).sql);
}

/** DuckDB text of one column. `strlen` counts bytes, as Redshift's VARCHAR(n) does. */
export function columnText(column: NewColumn): string {
  const parts = [quoteName(column.name), duckdbType(column.type)];
  if (!column.nullable) parts.push('NOT NULL');
  if (column.defaultSql !== undefined) parts.push(`DEFAULT ${column.defaultSql}`);
  if (column.type.name === 'varchar' || column.type.name === 'char') {
    parts.push(`CHECK (strlen(${quoteName(column.name)}) <= ${column.type.length})`);
  }
  return parts.join(' ');
}

/** The declared type, in words that `parseType` reads back. */
export function commentText(type: RedshiftType): string {
  if (type.name === 'numeric') return `numeric(${type.precision},${type.scale})`;
  return type.length === undefined ? type.name : `${type.name}(${type.length})`;
}

export async function createTable(
  session: CommandSession,
  t: Translation,
  { table, ifNotExists }: NewTable,
  columns: readonly NewColumn[],
): ReturnType<Command['run']> {
  if (await exists(session, table)) {
    if (ifNotExists) return EMPTY_RESULT;
    throw new WarehouseError(`Relation "${table.table}" already exists`);
  }
  const text = t.text(table);
  const numbered: NewColumn[] = [];
  for (const column of columns) numbered.push(await withSequence(session, t, table, column));
  await session.execute(
    `CREATE ${table.schema === undefined ? 'TEMP ' : ''}TABLE ${text} (${numbered.map(columnText).join(', ')})`,
  );
  const comments = numbered.map(
    (column) =>
      `COMMENT ON COLUMN ${text}.${quoteName(column.name)} IS ${quoteText(commentText(column.type))}`,
  );
  await session.execute(comments.join('; '));
  if (table.schema === undefined) session.tempTables.add(table.table);
  else await recordOwner(session, table.schema, table.table);
  return EMPTY_RESULT;
}

export const exists = (session: CommandSession, table: TableName): Promise<boolean> =>
  session.columnsOf(table).then(
    () => true,
    () => false,
  );

/** IDENTITY: unique and growing, with gaps, from a sequence of its own. */
async function withSequence(
  session: CommandSession,
  t: Translation,
  table: TableName,
  column: NewColumn,
): Promise<NewColumn> {
  if (column.identity === undefined) return column;
  if (table.schema === undefined)
    throw new WarehouseError('an IDENTITY column of a temp table is not supported');
  const { seed, step } = column.identity;
  const sequence = t.text({ schema: table.schema, table: `${table.table}.${column.name}` });
  const bounds =
    step < 0
      ? `MINVALUE -9223372036854775808 MAXVALUE ${Math.max(seed, 1)}`
      : `MINVALUE ${Math.min(seed, 1)}`;
  await session.execute(`CREATE OR REPLACE SEQUENCE ${sequence} START ${seed} INCREMENT ${step} ${bounds}`);
  return { ...column, nullable: false, defaultSql: `nextval(${quoteText(sequence)})` };
}

/** LIKE copies types, NOT NULL and, if asked, defaults; never the key constraints. */
function parseLike(t: Translation, created: NewTable): Command {
  const { reader } = t;
  reader.expectOperator('(');
  reader.expectWord('like');
  const source = t.tableName();
  let defaults = false;
  if (reader.acceptWord('including', 'defaults')) defaults = true;
  else reader.acceptWord('excluding', 'defaults');
  reader.expectOperator(')');
  parseTableAttributes(t, { keyColumns: [], notNull: [] });
  return {
    locks: [{ table: source, mode: 'read' }],
    needs: [...toCreateIn(created.table), ...toRead([source])],
    run: async (session) => {
      const columns = await session.columnsOf(source);
      const copied = columns.map(({ name, type, nullable, defaultSql }) => ({
        name,
        type,
        nullable,
        ...(defaults && defaultSql !== undefined ? { defaultSql } : {}),
      }));
      return createTable(session, t, created, copied);
    },
  };
}

function parseAsQuery(t: Translation, { table, ifNotExists }: NewTable): Command {
  const { reader } = t;
  const names: string[] = [];
  if (reader.isOperator('(') && !startsQuery(t)) {
    reader.expectOperator('(');
    do names.push(quoteName(reader.name()));
    while (reader.acceptOperator(','));
    reader.expectOperator(')');
  }
  parseTableAttributes(t, { keyColumns: [], notNull: [] });
  reader.expectWord('as');
  const query = t.parseQuery();
  const list = names.length === 0 ? '' : ` (${names.join(', ')})`;
  return {
    locks: readLocks(t.reads),
    needs: [...toCreateIn(table), ...toRead(t.reads)],
    run: async (session) => {
      if (ifNotExists && (await exists(session, table))) return EMPTY_RESULT;
      const temporary = table.schema === undefined ? 'TEMP ' : '';
      const counted = await session.execute(`CREATE ${temporary}TABLE ${t.text(table)}${list} AS ${query}`);
      if (table.schema === undefined) session.tempTables.add(table.table);
      else await recordOwner(session, table.schema, table.table);
      return { columns: [], rows: [], rowCount: Number(counted.rows[0]?.[0] ?? 0) };
    },
  };
}
