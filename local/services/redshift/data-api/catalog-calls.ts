/** ListDatabases, ListSchemas, ListTables, DescribeTable: questions to the catalog views. */
import { type JsonObject, ServiceError } from '../../../protocol/service';
import type { StatementResult } from '../../../runtime/ports/warehouse';
import { quoteText } from '../sql/names';
import type { TwinWarehouse } from '../storage/open-warehouse';
import { requiredText, textOf } from './input';

export const listDatabases = async (warehouse: TwinWarehouse): Promise<JsonObject> => ({
  Databases: [warehouse.database],
});

/** Patterns are LIKE patterns; here a backslash needs doubling, as everywhere in Redshift's literals. */
const like = (column: string, pattern: string | undefined): string =>
  pattern === undefined ? 'TRUE' : `${column} LIKE ${literal(pattern)}`;

const literal = (text: string): string => quoteText(text.replaceAll('\\', '\\\\'));

export async function listSchemas(warehouse: TwinWarehouse, input: JsonObject): Promise<JsonObject> {
  const found = await ask(
    warehouse,
    `SELECT schema_name FROM svv_all_schemas WHERE ${like('schema_name', textOf(input, 'SchemaPattern'))} ORDER BY schema_name`,
  );
  return { Schemas: found.rows.map(([name]) => name) };
}

export async function listTables(warehouse: TwinWarehouse, input: JsonObject): Promise<JsonObject> {
  const found = await ask(
    warehouse,
    `SELECT schema_name, table_name, table_type FROM svv_all_tables
     WHERE ${like('schema_name', textOf(input, 'SchemaPattern'))} AND ${like('table_name', textOf(input, 'TablePattern'))} ORDER BY schema_name, table_name`,
  );
  return { Tables: found.rows.map(([schema, name, type]) => ({ schema, name, type })) };
}

export async function describeTable(warehouse: TwinWarehouse, input: JsonObject): Promise<JsonObject> {
  const table = requiredText(input, 'Table');
  const schema = textOf(input, 'Schema') ?? 'public';
  const found = await ask(
    warehouse,
    `SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable, column_default FROM svv_columns
     WHERE table_schema = ${literal(schema)} AND table_name = ${literal(table)} ORDER BY ordinal_position`,
  );
  if (found.rows.length === 0) {
    throw new ServiceError('ValidationException', `the table ${schema}.${table} does not exist`);
  }
  const columns = found.rows.map(([name, typeName, length, precision, scale, nullable, columnDefault]) => ({
    name,
    label: name,
    typeName,
    length: Number(length ?? 0),
    precision: Number(precision ?? 0),
    scale: Number(scale ?? 0),
    nullable: nullable === 'YES' ? 1 : 0,
    schemaName: schema,
    tableName: table,
    ...(columnDefault === null ? {} : { columnDefault }),
  }));
  return { TableName: table, ColumnList: columns };
}

async function ask(warehouse: TwinWarehouse, sql: string): Promise<StatementResult> {
  const session = await warehouse.openSession();
  try {
    return await session.run(sql);
  } finally {
    await session.close();
  }
}
