/** The warehouse's schemas and tables as statements that can be run again at any time. */
import { HEARTBEATS } from '../heartbeats';
import { CONTROL_SCHEMA, type ReplicatedTable, TABLES } from '../tables';
import { quoteIdentifier, quoteList, quoteTable } from './sql-text';
import {
  type DefinedColumn,
  REPLICATION_CONTROL_SCHEMA,
  type TableDefinition,
  tableDefinitions,
} from './table-definitions';

/** Schemas first, then tables; each statement may run again without effect. */
export function buildWarehouseDdl(tables: readonly ReplicatedTable[] = TABLES): string[] {
  return [...buildWarehouseSchemas(tables), ...tableDefinitions(tables).map(buildWarehouseTable)];
}

export const buildWarehouseSchemas = (tables: readonly ReplicatedTable[] = TABLES): string[] =>
  warehouseSchemas(tables).map((schema) => `CREATE SCHEMA IF NOT EXISTS ${quoteIdentifier(schema)}`);

/** Schemas of targets, the pipeline's own, and the replication task's own. */
export function warehouseSchemas(tables: readonly ReplicatedTable[] = TABLES): string[] {
  return [
    ...new Set([
      ...tables.map(({ target }) => target.schema),
      HEARTBEATS.target.schema,
      CONTROL_SCHEMA,
      REPLICATION_CONTROL_SCHEMA,
    ]),
  ];
}

/** Rows of one key lie on one node and in key order, which is what merges and comparisons join by. */
export function buildWarehouseTable(definition: TableDefinition): string {
  const { primaryKey, sortKey } = definition;
  const lines = definition.columns.map(buildEncodedColumn);
  if (primaryKey.length > 0) lines.push(`PRIMARY KEY (${quoteList(primaryKey)})`);
  return [
    `CREATE TABLE IF NOT EXISTS ${quoteTable(definition.schema, definition.table)} (`,
    lines.map((line) => `  ${line}`).join(',\n'),
    ')',
    ...buildDistribution(definition.distKey === undefined ? primaryKey : [definition.distKey]),
    ...(sortKey.length === 0 ? [] : [`SORTKEY (${quoteList(sortKey)})`]),
  ].join('\n');
}

/** `DISTSTYLE KEY` on the first key column; `EVEN` where there is no key. */
export function buildDistribution(key: readonly string[]): string[] {
  const [first] = key;
  return first === undefined ? ['DISTSTYLE EVEN'] : ['DISTSTYLE KEY', `DISTKEY (${quoteIdentifier(first)})`];
}

/** With the compression that the entry asks for. */
export const buildEncodedColumn = (column: DefinedColumn): string =>
  `${buildColumn(column)}${column.encoding === undefined ? '' : ` ENCODE ${column.encoding}`}`;

export function buildColumn(column: DefinedColumn): string {
  return `${quoteIdentifier(column.name)} ${column.sqlType}${column.nullable ? '' : ' NOT NULL'}`;
}
