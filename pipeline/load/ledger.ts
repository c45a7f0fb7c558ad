/** What the ledger says of a batch. Its row is written in the transaction of the merge, so it is the proof. */
import { exactTimestamp } from '../values/calendar';
import type { DataApi } from '../warehouse/data-api';
import { quoteTable } from '../warehouse/sql-text';
import { LEDGER } from '../warehouse/table-definitions';

export interface LedgerEntry {
  readonly batchId: string;
  readonly fileCount: number;
  /** Lines of the batch's files. */
  readonly rowCount: number;
  /** Rows that were inserted or replaced: the newest of their key, and newer than what was there. */
  readonly upsertedCount: number;
  readonly deletedCount: number;
  /** The newest change in the batch. */
  readonly newestChangedAtMs: number | undefined;
}

/** The entry of a committed batch, or undefined. */
export async function readLedgerEntry(dataApi: DataApi, batchId: string): Promise<LedgerEntry | undefined> {
  const [row] = await dataApi.readRows(
    [
      'SELECT file_count, CAST(row_count AS VARCHAR) AS row_count,',
      'CAST(upserted_count AS VARCHAR) AS upserted_count, CAST(deleted_count AS VARCHAR) AS deleted_count,',
      'max_changed_at',
      `FROM ${quoteTable(LEDGER.schema, LEDGER.table)}`,
      'WHERE batch_id = :batch_id',
    ].join('\n'),
    { parameters: { batch_id: batchId } },
  );
  if (row === undefined) return undefined;
  const newest = exactTimestamp(row.max_changed_at ?? '');
  return {
    batchId,
    fileCount: Number(row.file_count),
    rowCount: Number(row.row_count),
    upsertedCount: Number(row.upserted_count),
    deletedCount: Number(row.deleted_count),
    newestChangedAtMs: newest === undefined ? undefined : Date.parse(`${newest.replace(' ', 'T')}Z`),
  };
}
