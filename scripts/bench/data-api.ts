/** Statements through the Data API of the warehouse twin, as the functions send them, next to DuckDB without it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { DuckDBInstance } from '@duckdb/node-api';
import { startGateway } from '../../local/protocol/gateway';
import type { GatewayService } from '../../local/protocol/service';
import { createDataApi } from '../../local/services/redshift/data-api/data-api';
import { openWarehouse } from '../../local/services/redshift/storage/open-warehouse';
import { DataApi } from '../../pipeline/warehouse/data-api';
import { type BenchResult, measured } from './result';

const STATEMENTS = 200;
const STATEMENT = 'SELECT COUNT(*) AS n FROM (SELECT 1 AS one UNION ALL SELECT 2 AS one) AS two';

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-data-api-'));
  const warehouse = await openWarehouse({
    file: join(folder, 'warehouse.duckdb'),
    database: 'dev',
    fetchObject: async () => Buffer.alloc(0),
  });
  const service = createDataApi({ warehouse, clusterIdentifier: 'bench' });
  const gateway = await startGateway({
    services: new Map<string, GatewayService>([['redshift-data', service]]),
  });
  const credentials = gateway.registerCaller('bench');
  const client = new RedshiftDataClient({ endpoint: gateway.endpoint, region: 'eu-central-1', credentials });
  const remainingMs = (): number => 600_000;
  const dataApi = new DataApi({ client, clusterIdentifier: 'bench', database: 'dev', remainingMs });
  const instance = await DuckDBInstance.create(join(folder, 'floor.duckdb'), { threads: '2' });
  const connection = await instance.connect();
  try {
    const result = await measured({
      name: 'data-api',
      shape: `${STATEMENTS} statements, one after the other`,
      rows: STATEMENTS,
      floor: 'DuckDB, the same text',
      run: async () => {
        for (let at = 0; at < STATEMENTS; at += 1) await dataApi.readRows(STATEMENT);
      },
      runFloor: async () => {
        for (let at = 0; at < STATEMENTS; at += 1) await connection.runAndReadAll(STATEMENT);
      },
    });
    const latency = `${((result.seconds / STATEMENTS) * 1000).toFixed(1)} ms each`;
    return [{ ...result, unit: 'statements', shape: `${result.shape}, ${latency}` }];
  } finally {
    connection.closeSync();
    instance.closeSync();
    client.destroy();
    await gateway.stop();
    await warehouse.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
