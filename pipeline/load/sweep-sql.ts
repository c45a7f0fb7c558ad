/** The end of a backfill, as the statements of one transaction: items that it did not see are deleted. */
import { backfillVersionOf } from '../position';
import { CHANGED_AT_COLUMN, type DynamodbTable, EXPIRED_AT_COLUMN, VERSION_COLUMN } from '../tables';
import { quoteIdentifier, quoteList, quoteLiteral, quoteTable } from '../warehouse/sql-text';
import { LEDGER, RECORDED_AT_COLUMN } from '../warehouse/table-definitions';
import { sameKey } from './latest-sql';
import { buildLoadedGuard, buildTableLock, type MergeBatch, tombstones } from './merge-sql';

/**
 * When all files of a backfill are loaded, each item that it saw has a row that is not older than its beginning. What is
 * older was not there to be seen and was not changed since: it is gone at the source. A row that is kept although its item
 * has expired is not there to be seen either, and stays, while the catalogue says so. The tombstone has the backfill's
 * version, so that only a change after its beginning brings the item back.
 * @param startedAtMs from which the backfill answers for the table, as in its rows.
 */
export function buildSweep(table: DynamodbTable, batch: MergeBatch, startedAtMs: number): string[] {
  const ledger = quoteTable(LEDGER.schema, LEDGER.table);
  const target = quoteTable(table.target.schema, table.target.table);
  const gone = tombstones(table);
  const changedAt = quoteIdentifier(CHANGED_AT_COLUMN);
  const startedAt = timestampLiteral(startedAtMs);
  const isGone = (row: string): string =>
    [
      `${row}${changedAt} < ${startedAt}`,
      ...(table.keepsExpired === true ? [`${row}${quoteIdentifier(EXPIRED_AT_COLUMN)} IS NULL`] : []),
    ].join(' AND ');
  const backfillVersion = quoteLiteral(backfillVersionOf(startedAtMs));
  const keys = table.key.map(quoteIdentifier);
  const columns = [...table.key, VERSION_COLUMN, CHANGED_AT_COLUMN, RECORDED_AT_COLUMN];
  return [
    buildTableLock(table),
    buildLoadedGuard(batch.batchId),
    [
      `DELETE FROM ${gone}`,
      `USING ${target} AS known`,
      `WHERE ${sameKey(table, gone, 'known')}`,
      `AND ${isGone('known.')}`,
    ].join('\n'),
    [
      `INSERT INTO ${gone} (${quoteList(columns)})`,
      `SELECT ${keys.join(', ')}, ${backfillVersion}, ${startedAt}, GETDATE()`,
      `FROM ${target}`,
      `WHERE ${isGone('')}`,
    ].join('\n'),
    `DELETE FROM ${target}\nWHERE ${isGone('')}`,
    // Last, as of every load: other tables' entries wait for its end. The tombstones of the backfill's version are its own.
    [
      `INSERT INTO ${ledger} (${quoteList(LEDGER.columns.map(({ name }) => name))})`,
      `SELECT ${quoteLiteral(batch.batchId)}, ${quoteLiteral(table.name)}, ${quoteLiteral(batch.manifest)},`,
      `  ${batch.fileCount}, 0, 0, COUNT(*), ${startedAt}, GETDATE()`,
      `FROM ${gone}`,
      `WHERE ${quoteIdentifier(VERSION_COLUMN)} = ${backfillVersion}`,
    ].join('\n'),
  ];
}

const timestampLiteral = (epochMs: number): string =>
  `CAST(${quoteLiteral(new Date(epochMs).toISOString().slice(0, 23).replace('T', ' '))} AS TIMESTAMP)`;
