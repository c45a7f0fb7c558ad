/** One item out of the warehouse. Statements have the hash of its key: the warehouse keeps their text for days. */
import { buildTableLock, tombstones } from '../load/merge-sql';
import type { DynamodbTable } from '../tables';
import { keyColumns } from '../verify/compared-table';
import { buildText } from '../verify/queries';
import { buildTextHash } from '../verify/sql-dialect';
import { WAREHOUSE_DIALECT } from '../verify/warehouse-dialect';
import { quoteLiteral } from '../warehouse/sql-text';

const isKey = (table: DynamodbTable, keyHash: string): string =>
  `${buildTextHash(buildText(WAREHOUSE_DIALECT, keyColumns(table)))} = ${quoteLiteral(keyHash)}`;

/** `row_count` and `tombstone_count`, as text. */
export function buildForgetCounts(table: DynamodbTable, keyHash: string): string {
  const count = (from: string): string =>
    `(SELECT CAST(COUNT(*) AS VARCHAR) FROM ${from} WHERE ${isKey(table, keyHash)})`;
  return [
    'SELECT',
    `  ${count(WAREHOUSE_DIALECT.tableOf(table))} AS row_count,`,
    `  ${count(tombstones(table))} AS tombstone_count`,
  ].join('\n');
}

/** One transaction; the lock waits for a load that has read its files already. */
export const buildForget = (table: DynamodbTable, keyHash: string): string[] => [
  buildTableLock(table),
  `DELETE FROM ${WAREHOUSE_DIALECT.tableOf(table)}\nWHERE ${isKey(table, keyHash)}`,
  `DELETE FROM ${tombstones(table)}\nWHERE ${isKey(table, keyHash)}`,
];
