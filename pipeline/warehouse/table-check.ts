/** Whether the warehouse's tables are what the catalogue says. Set-up adds to one, and never changes or drops what is there. */
import type { DataApi } from './data-api';
import { quoteLiteral } from './sql-text';
import type { TableDefinition } from './table-definitions';
import { catalogType } from './warehouse-types';

/** A table of the warehouse that set-up leaves as it is; everything else is set up. */
export interface RefusedTarget {
  /** `schema.table`. */
  readonly table: string;
  readonly reason: string;
}

/** `schema.table` to its columns in order, each as `name type`. */
export type ExistingTables = ReadonlyMap<string, readonly string[]>;

/**
 * Names of columns, their types and, where it matters, their order are compared; what is left open (encoding, sort
 * order, NOT NULL) may be tuned by hand.
 * @returns each table that differs, with what does; empty when all are right.
 */
export async function checkTables(
  dataApi: Pick<DataApi, 'query'>,
  definitions: readonly TableDefinition[],
): Promise<RefusedTarget[]> {
  const existing = await readExistingTables(dataApi, definitions);
  return definitions.flatMap((definition) => {
    const name = `${definition.schema}.${definition.table}`;
    const expected = definition.columns.map((column) => `${column.name} ${catalogType(column.sqlType)}`);
    const actual = existing.get(name) ?? [];
    const inOrder = (columns: readonly string[]): string =>
      (definition.isOrderFree === true ? [...columns].sort() : columns).join();
    return inOrder(expected) === inOrder(actual)
      ? []
      : [{ table: name, reason: describeDifference(expected, actual) }];
  });
}

/** The tables of every schema that the definitions name. */
export async function readExistingTables(
  dataApi: Pick<DataApi, 'query'>,
  definitions: readonly TableDefinition[],
): Promise<ExistingTables> {
  const schemas = [...new Set(definitions.map(({ schema }) => schema))];
  const tables = new Map<string, string[]>();
  const sql = [
    'SELECT table_schema, table_name, column_name, data_type,',
    '  CAST(character_maximum_length AS VARCHAR) AS text_length,',
    '  CAST(numeric_precision AS VARCHAR) AS digits, CAST(numeric_scale AS VARCHAR) AS decimals',
    'FROM svv_columns',
    `WHERE table_schema IN (${schemas.map(quoteLiteral).join(', ')})`,
    'ORDER BY table_schema, table_name, ordinal_position',
  ].join('\n');
  for await (const row of dataApi.query(sql)) {
    const name = `${row.table_schema}.${row.table_name}`;
    const columns = tables.get(name) ?? [];
    columns.push(`${row.column_name} ${existingType(row.data_type ?? '', row)}`);
    tables.set(name, columns);
  }
  return tables;
}

/** The names of a table's columns that take no NULL. */
export async function readRequiredColumns(
  dataApi: Pick<DataApi, 'query'>,
  { schema, table }: Pick<TableDefinition, 'schema' | 'table'>,
): Promise<ReadonlySet<string>> {
  const required = new Set<string>();
  const sql = [
    'SELECT column_name',
    'FROM svv_columns',
    `WHERE table_schema = ${quoteLiteral(schema)} AND table_name = ${quoteLiteral(table)} AND UPPER(is_nullable) = 'NO'`,
  ].join('\n');
  for await (const row of dataApi.query(sql)) required.add(row.column_name ?? '');
  return required;
}

function existingType(dataType: string, row: Readonly<Record<string, string | null>>): string {
  if (dataType === 'numeric') return `numeric(${row.digits},${row.decimals})`;
  return dataType === 'character varying' ? `character varying(${row.text_length})` : dataType;
}

function describeDifference(expected: readonly string[], actual: readonly string[]): string {
  const missing = expected.filter((column) => !actual.includes(column));
  const extra = actual.filter((column) => !expected.includes(column));
  if (missing.length === 0 && extra.length === 0) {
    return `its columns are in another order: expected ${expected.join(', ')}; got ${actual.join(', ')}`;
  }
  return `expected ${missing.join(', ') || 'nothing more'}; got ${extra.join(', ') || 'nothing instead'}`;
}
