/** Reads the structure of the selected tables from the source's information schema. */
import type { Connection } from 'mysql2';
import {
  chooseKeyIndex,
  type IndexedColumn,
  KEY_ORDER,
  KEY_SELECT,
  type KeyIndex,
} from '../../../../pipeline/mysql/table-key';
import { SYSTEM_VERSIONED } from '../../../../pipeline/values/mysql-create-table';
import { parseMysqlType } from '../../../../pipeline/values/mysql-declaration';
import { storageEngineProblem } from '../../../../pipeline/values/storage-engine';
import { queryRows } from '../binlog/binlog-stream';
import { learnCharsets } from '../binlog/text-charset';
import { readUnlogged } from './foreign-keys';
import { type SourceColumn, type SourceTable, type SourceTableName, sourceTableName } from './source-table';
import { isSelected, namedTables, type TableMappings } from './table-mappings';

export interface FoundTable {
  readonly table: SourceTable;
  /** Why it cannot be replicated, if so. */
  readonly problem?: string;
}

const SYSTEM_SCHEMAS = "('mysql', 'information_schema', 'performance_schema', 'sys')";

interface TableRow {
  readonly db: string;
  readonly name: string;
  readonly engine: string | null;
  readonly type: string;
}

/** All base tables that the mappings select. @param known those that were there before */
export async function readSelectedTables(
  connection: Connection,
  mappings: TableMappings,
  server: { readonly logsCascades: boolean },
  known: readonly SourceTableName[],
): Promise<FoundTable[]> {
  const rows = await listTables(connection, [...known, ...namedTables(mappings)]);
  const found: FoundTable[] = [];
  for (const row of rows) {
    if (!isSelected(mappings, row.db, row.name)) continue;
    const table = await readTable(connection, row.db, row.name);
    if (table === undefined) continue;
    const problem =
      problemOf(row) ?? (server.logsCascades ? undefined : await readUnlogged(connection, table));
    found.push({ table, ...(problem === undefined ? {} : { problem }) });
  }
  return found;
}

const LIST = `SELECT table_schema AS db, table_name AS name, engine AS engine, table_type AS type
  FROM information_schema.tables
  WHERE table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') AND table_schema NOT IN ${SYSTEM_SCHEMAS}`;

/**
 * MariaDB lists tables by the files of their folders, and a table that an ALTER TABLE copies has none for a moment.
 * One that is asked for by its name waits for that statement instead.
 */
async function listTables(connection: Connection, expected: readonly SourceTableName[]): Promise<TableRow[]> {
  const list = async (condition: string): Promise<TableRow[]> =>
    (await queryRows(connection, `${LIST} ${condition}`)) as TableRow[];
  const nameOf = ({ db, name }: TableRow): string => sourceTableName({ database: db, table: name });
  const rows = new Map((await list('ORDER BY table_schema, table_name')).map((row) => [nameOf(row), row]));
  for (const one of expected) {
    if (rows.has(sourceTableName(one))) continue;
    const { database, table } = one;
    const where = `AND table_schema = ${connection.escape(database)} AND table_name = ${connection.escape(table)}`;
    for (const row of await list(where)) rows.set(nameOf(row), row);
  }
  return [...rows.values()];
}

function problemOf({ engine, type }: TableRow): string | undefined {
  if (type === 'SYSTEM VERSIONED') return SYSTEM_VERSIONED;
  return storageEngineProblem(engine);
}

interface ColumnRow {
  readonly name: string;
  readonly dataType: string;
  readonly columnType: string;
  readonly charset: string | null;
  readonly byteLength: number | string | null;
  readonly numericPrecision: number | null;
  readonly numericScale: number | null;
  readonly fractionDigits: number | null;
  readonly extra: string;
  readonly expression: string | null;
}

/** Undefined when there is no such table (any more). */
export async function readTable(
  connection: Connection,
  database: string,
  table: string,
): Promise<SourceTable | undefined> {
  const where = `table_schema = ${connection.escape(database)} AND table_name = ${connection.escape(table)}`;
  const rows = (await queryRows(
    connection,
    `SELECT column_name AS name, data_type AS dataType, column_type AS columnType,
       character_set_name AS charset, character_octet_length AS byteLength,
       numeric_precision AS numericPrecision, numeric_scale AS numericScale,
       datetime_precision AS fractionDigits, extra AS extra, generation_expression AS expression
     FROM information_schema.columns WHERE ${where} ORDER BY ordinal_position`,
  )) as ColumnRow[];
  if (rows.length === 0) return undefined;
  await learnCharsets(
    connection,
    rows.map(({ charset }) => charset),
  );
  const key = await readKey(connection, where);
  const engine = await readEngine(connection, where);
  return {
    database,
    table,
    ...(engine === null ? {} : { engine }),
    columns: rows.map(parseColumn),
    key: key?.columns ?? [],
    ...(key === undefined ? {} : { keyName: key.name }),
  };
}

function parseColumn(row: ColumnRow): SourceColumn {
  const numberOr = (value: number | string | null): number | null => (value === null ? null : Number(value));
  return {
    name: row.name,
    dataType: row.dataType.toLowerCase(),
    columnType: row.columnType,
    type: parseMysqlType(row.columnType),
    unsigned: /\bunsigned\b/i.test(row.columnType),
    charset: row.charset,
    byteLength: numberOr(row.byteLength),
    precision: numberOr(row.numericPrecision),
    scale: numberOr(row.numericScale),
    fractionDigits: numberOr(row.fractionDigits),
    virtual: /\bVIRTUAL\b/i.test(row.extra),
    ...(row.expression === null || row.expression === '' ? {} : { expression: row.expression }),
  };
}

async function readEngine(connection: Connection, where: string): Promise<string | null> {
  const rows = await queryRows(
    connection,
    `SELECT engine AS engine FROM information_schema.tables WHERE ${where}`,
  );
  return (rows as { engine: string | null }[])[0]?.engine ?? null;
}

async function readKey(connection: Connection, where: string): Promise<KeyIndex | undefined> {
  const rows = await queryRows(connection, `${KEY_SELECT} ${where} ${KEY_ORDER}`);
  return chooseKeyIndex(rows as IndexedColumn[]);
}
