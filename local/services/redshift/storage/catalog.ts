/**
 * What Redshift knows of a table and DuckDB does not: the declared type, kept as a comment on the column, so that
 * it commits, rolls back and is dropped with the table.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { displayName, quoteTableName, quoteText, type TableName, TWIN_SCHEMA } from '../sql/names';
import { parseColumnType, type RedshiftType } from '../sql/syntax/column-type';
import type { StoredLayout } from '../sql/syntax/statement-tree';
import { TokenReader } from '../sql/syntax/token-reader';

export interface TableColumn {
  readonly name: string;
  readonly type: RedshiftType;
  readonly nullable: boolean;
  /** DuckDB text of the default, or absent. */
  readonly defaultSql?: string;
  /** Numbered by the warehouse; COPY leaves it out. */
  readonly numbered: boolean;
  readonly layout?: StoredLayout;
}

/** @throws WarehouseError `relation "x" does not exist`. */
export async function readColumns(
  connection: DuckDBConnection,
  database: string,
  table: TableName,
): Promise<TableColumn[]> {
  const columns = await columnsAt(
    connection,
    table.schema === undefined
      ? `database_name = 'temp'`
      : `database_name = ${quoteText(database)} AND schema_name = ${quoteText(table.schema)}`,
    table.table,
  );
  if (columns.length === 0) throw noSuchTable(table);
  return columns;
}

/** Which of several schemas has a table or view of a name: the first in their order. Nothing for a single schema. */
export async function readSchemasOf(
  connection: DuckDBConnection,
  database: string,
  schemas: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (schemas.length < 2) return new Map();
  const list = schemas.map(quoteText).join(', ');
  const where = `WHERE database_name = ${quoteText(database)} AND schema_name IN (${list})`;
  const reader = await connection.runAndReadAll(
    `SELECT table_name AS name, schema_name FROM duckdb_tables() ${where}
     UNION ALL SELECT view_name, schema_name FROM duckdb_views() ${where}`,
  );
  const found = reader.getRows() as [string, string][];
  found.sort(([, one], [, other]) => schemas.indexOf(other) - schemas.indexOf(one));
  return new Map(found);
}

export const noSuchTable = (table: TableName): WarehouseError =>
  new WarehouseError(`relation "${displayName(table)}" does not exist`);

/** Columns of one of the twin's views of the catalog. */
export function readSystemColumns(connection: DuckDBConnection, view: string): Promise<TableColumn[]> {
  const [database, schema] = TWIN_SCHEMA.split('.') as [string, string];
  const place = `database_name = ${quoteText(database)} AND schema_name = ${quoteText(schema)}`;
  return columnsAt(connection, place, view);
}

/** Those of every table and view of the database, by its full name as {@link quoteTableName} writes it. */
export async function readAllColumns(
  connection: DuckDBConnection,
  database: string,
): Promise<Map<string, TableColumn[]>> {
  const reader = await connection.runAndReadAll(
    `SELECT ${DESCRIPTION}, schema_name, table_name FROM duckdb_columns()
     WHERE database_name = ${quoteText(database)} ORDER BY schema_name, table_name, column_index`,
  );
  const found = new Map<string, TableColumn[]>();
  for (const [name, comment, dataType, nullable, defaultSql, schema, table] of reader.getRows() as [
    ...Description,
    string,
    string,
  ][]) {
    const key = quoteTableName(database, { schema, table });
    const columns = found.get(key) ?? [];
    columns.push(describedColumn([name, comment, dataType, nullable, defaultSql]));
    found.set(key, columns);
  }
  return found;
}

async function columnsAt(connection: DuckDBConnection, place: string, table: string): Promise<TableColumn[]> {
  const reader = await connection.runAndReadAll(
    `SELECT ${DESCRIPTION} FROM duckdb_columns()
     WHERE ${place} AND table_name = ${quoteText(table)} ORDER BY column_index`,
  );
  return (reader.getRows() as Description[]).map(describedColumn);
}

const DESCRIPTION = 'column_name, comment, data_type, is_nullable, column_default';
type Description = [string, string | null, string, boolean, string | null];

const describedColumn = ([name, comment, dataType, nullable, defaultSql]: Description): TableColumn => ({
  name,
  ...(comment === null ? { type: typeOfDuckdb(dataType) } : readComment(comment)),
  nullable,
  ...(defaultSql === null ? {} : { defaultSql }),
  numbered: defaultSql?.startsWith('nextval(') === true,
});

/** What `describeColumns` wrote. */
function readComment(comment: string): Pick<TableColumn, 'type' | 'layout'> {
  const reader = new TokenReader(comment);
  const type = parseColumnType(reader);
  reader.acceptOperator(';');
  const encoding = reader.acceptWord('encode') ? reader.take().text : undefined;
  const distKey = reader.acceptWord('distkey');
  const sortKey = reader.acceptWord('sortkey') ? reader.integer() : undefined;
  const primaryKey = reader.acceptWord('primarykey') ? reader.integer() : undefined;
  return {
    type,
    layout: {
      ...(encoding === undefined ? {} : { encoding }),
      ...(distKey ? { distKey } : {}),
      ...(sortKey === undefined ? {} : { sortKey }),
      ...(primaryKey === undefined ? {} : { primaryKey }),
    },
  };
}

const BY_DUCKDB_NAME: Readonly<Record<string, RedshiftType>> = {
  BOOLEAN: { name: 'bool' },
  TINYINT: { name: 'int2' },
  SMALLINT: { name: 'int2' },
  INTEGER: { name: 'int4' },
  BIGINT: { name: 'int8' },
  HUGEINT: { name: 'numeric', precision: 38, scale: 0 },
  FLOAT: { name: 'float4' },
  DOUBLE: { name: 'float8' },
  VARCHAR: { name: 'varchar', length: 65_535 },
  DATE: { name: 'date' },
  TIME: { name: 'time' },
  TIMESTAMP: { name: 'timestamp' },
  'TIMESTAMP WITH TIME ZONE': { name: 'timestamptz' },
  JSON: { name: 'super' },
  BLOB: { name: 'varbyte', length: 64_000 },
  INTERVAL: { name: 'interval' },
  'INTEGER[]': { name: 'int2vector' },
};

/** For results, views and tables made from a query, which have no declared types. */
export function typeOfDuckdb(type: string): RedshiftType {
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type);
  if (decimal !== null) {
    return { name: 'numeric', precision: Number(decimal[1]), scale: Number(decimal[2]) };
  }
  return BY_DUCKDB_NAME[type] ?? { name: 'varchar', length: 65_535 };
}
