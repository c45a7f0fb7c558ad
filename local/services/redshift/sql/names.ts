/** Names: where they lie in DuckDB, and the one place where a name or a text becomes DuckDB text. */
import { WarehouseError } from '../../../runtime/ports/warehouse';

/** DuckDB part in which all macros and system views live, out of reach of user names. */
export const TWIN_SCHEMA = 'memory.twin';

/** Schema of the twin's own durable tables inside the database file. */
export const HIDDEN_SCHEMA = '_twin';

/** A table of the database, or a temp table of the session. */
export interface TableName {
  /** Absent for a temp table. */
  readonly schema?: string;
  readonly table: string;
}

/** As messages name it. */
export const displayName = (table: TableName): string =>
  table.schema === undefined ? table.table : `${table.schema}.${table.table}`;

/** A name as DuckDB text. Every name in DuckDB text comes from here: inside it, no character has a meaning. */
export const quoteName = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** `(a, b)`, or nothing for no names. */
export const quoteNameList = (names: readonly string[]): string =>
  names.length === 0 ? '' : `(${names.map(quoteName).join(', ')})`;

/** A string as DuckDB text; there a backslash is a plain character. @throws WarehouseError for a NUL character. */
export function quoteText(text: string): string {
  if (text.includes('\0')) throw new WarehouseError('invalid byte sequence for encoding "UTF8": 0x00');
  return `'${text.replaceAll("'", "''")}'`;
}

/** Full DuckDB name of a table. */
export function quoteTableName(database: string, { schema, table }: TableName): string {
  if (schema === undefined) return `temp.main.${quoteName(table)}`;
  return `${quoteName(database)}.${quoteName(schema)}.${quoteName(table)}`;
}

/** A call of one of the twin's macros. */
export const macroCall = (macro: string, operands: readonly string[]): string =>
  `${TWIN_SCHEMA}.${macro}(${operands.join(', ')})`;
