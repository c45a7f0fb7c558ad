/** A warehouse twin behind its Data API, for benchmarks that ask it as a function does. */
import { join } from 'node:path';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { startGateway } from '../../local/protocol/gateway';
import type { WarehouseSession } from '../../local/runtime/ports/warehouse';
import { createDataApi } from '../../local/services/redshift/data-api/data-api';
import { openWarehouse } from '../../local/services/redshift/storage/open-warehouse';
import type { ReplicatedTable } from '../../pipeline/tables';
import { type ReconciledSource, reconcileTables } from '../../pipeline/verify/reconcile-tables';
import { DataApi } from '../../pipeline/warehouse/data-api';
import { buildWarehouseDdl } from '../../pipeline/warehouse/warehouse-ddl';

/** Of one benchmark, the slowest included. */
const MAX_MS = 3_600_000;

export interface BenchWarehouse {
  readonly api: DataApi;
  readonly session: WarehouseSession;
}

/** With the target of the table, empty. */
export async function withBenchWarehouse<Result>(
  folder: string,
  table: ReplicatedTable,
  work: (warehouse: BenchWarehouse) => Promise<Result>,
): Promise<Result> {
  const warehouse = await openWarehouse({
    file: join(folder, 'warehouse.duckdb'),
    database: 'dev',
    fetchObject: () => Promise.reject(new Error('nothing is copied here')),
  });
  const gateway = await startGateway({
    services: new Map([['redshift-data', createDataApi({ warehouse, clusterIdentifier: 'bench' })]]),
  });
  const client = new RedshiftDataClient({
    endpoint: gateway.endpoint,
    region: 'eu-central-1',
    credentials: gateway.registerCaller('bench'),
  });
  try {
    const target = { client, clusterIdentifier: 'bench', database: 'dev' };
    const api = new DataApi({ ...target, remainingMs: () => MAX_MS });
    await api.executeBatch(buildWarehouseDdl([table]));
    return await work({ api, session: await warehouse.openSession() });
  } finally {
    client.destroy();
    await gateway.stop();
    await warehouse.close();
  }
}

/** Compares the table, and fails unless it finds exactly this number of mismatches. */
export async function reconcileOnce(
  { api }: BenchWarehouse,
  table: ReplicatedTable,
  source: ReconciledSource,
  mismatches: number,
): Promise<void> {
  const { tables } = await reconcileTables({
    warehouse: api,
    sourceOf: () => source,
    tables: [table],
    work: 'all',
    drained: true,
    endsAtMs: Date.now() + MAX_MS,
  });
  if (tables[0]?.mismatches === mismatches) return;
  throw new Error(`expected ${mismatches} mismatches, got ${JSON.stringify(tables)}`);
}
