/** Whether the warehouse takes batches of a table at all, so that a refused file is not blamed for a missing grant. */
import { gzipSync } from 'node:zlib';
import { PipelineError } from '../errors';
import { probeKey } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import type { LoadPorts } from './load-ports';
import { buildManifest } from './manifest';
import { buildProbe } from './merge-sql';

/**
 * Runs the transaction of a load with a file of no rows and without a ledger entry; it changes nothing.
 * @returns false when the warehouse refuses it: set-up, grants or the COPY role are at fault.
 * @throws PipelineError WAREHOUSE_BUSY or LOAD_TIMED_OUT (retry): not known this time.
 */
export async function takesBatches(
  { store, dataApi, commit }: LoadPorts,
  table: DynamodbTable,
): Promise<boolean> {
  const file = probeKey(table.name, 'json.gz');
  const manifest = probeKey(table.name, 'json');
  await store.writeBytes(file, gzipSync(''));
  await store.writeText(manifest, buildManifest(store.bucket, [file]));
  const batch = { batchId: 'probe', manifest, fileCount: 1 };
  try {
    await dataApi.executeBatch(buildProbe(table, batch, { ...commit, bucket: store.bucket }), {
      name: `probe/${table.name}`,
    });
    return true;
  } catch (error) {
    if (error instanceof PipelineError && error.disposition === 'retry') throw error;
    return false;
  }
}
