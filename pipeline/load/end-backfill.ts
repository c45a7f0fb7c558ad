/** The end of a backfill: once all its files are loaded, items that it did not see are deleted from the target. */
import { backfillFolder, backfillOf, batchIdOf } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import { rejectedFileKey } from './batch-store';
import { commitBatch } from './commit-batch';
import type { LoadedFiles } from './load-files';
import type { LoadPorts } from './load-ports';
import { buildSweep } from './sweep-sql';

/**
 * 1. The rejected files of the backfill are counted: an item in one of them was seen and has no row, so that nothing may
 *    be taken for deleted.
 * 2. The transaction commits: tombstones, deletions, ledger entry.
 * 3. The end moves to `loaded/`.
 *
 * To be called when no file of the backfill waits any more. Stopped after 2, the next run finds the ledger entry.
 */
export async function endBackfill(ports: LoadPorts, table: DynamodbTable, key: string): Promise<LoadedFiles> {
  const { store, dataApi, commit } = ports;
  const runId = backfillOf(key) ?? '';
  const folder = backfillFolder(table.name, runId);
  const rejectedCount = await store.countObjects(rejectedFileKey(folder));
  if (rejectedCount > 0) {
    const reason = `files of this backfill were rejected, so that items which it did not see are not taken for deleted. Run the backfill of ${table.name} again`;
    await store.reject(key, { reason });
    return { entries: [], rejected: [{ key, line: null, column: null, errorCode: null, reason }] };
  }
  const batch = { batchId: batchIdOf([key]), manifest: key, fileCount: 1 };
  const options = { ...commit, bucket: store.bucket };
  const startedAtMs = Number(runId.slice(0, -3));
  const entry = await commitBatch(dataApi, table, batch, options, buildSweep(table, batch, startedAtMs));
  await store.moveToLoaded([key]);
  return { entries: [entry], rejected: [] };
}
