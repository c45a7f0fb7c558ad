/** Reconciling a MySQL table with the warehouse twin, next to the minimum that reading the table takes. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import type { Connection } from 'mysql2/promise';
import { startGateway } from '../../local/protocol/gateway';
import type { WarehouseSession } from '../../local/runtime/ports/warehouse';
import { startMysqlServer } from '../../local/services/rds/mysql-server';
import { createDataApi } from '../../local/services/redshift/data-api/data-api';
import { openWarehouse } from '../../local/services/redshift/storage/open-warehouse';
import { withMysqlConnection } from '../../pipeline/mysql/mysql-connection';
import { buildCreateDatabase, buildMysqlTable } from '../../pipeline/mysql/mysql-ddl';
import { quoteMysqlIdentifier } from '../../pipeline/mysql/mysql-identifier';
import type { MysqlSecret } from '../../pipeline/secrets';
import { bucketParts } from '../../pipeline/verify/bucket-parts';
import { mysqlBounds, mysqlSide } from '../../pipeline/verify/mysql-side';
import { reconcileTables } from '../../pipeline/verify/reconcile-tables';
import type { ComparedSide } from '../../pipeline/verify/side';
import type { SweptTable } from '../../pipeline/verify/swept-table';
import { DataApi } from '../../pipeline/warehouse/data-api';
import { buildWarehouseDdl } from '../../pipeline/warehouse/warehouse-ddl';
import { BENCH_TXNS } from './bench-tables';
import { type BenchResult, measured } from './result';

const ROWS = 200_000;
const ROWS_A_STATEMENT = 5_000;
const COLUMNS = BENCH_TXNS.columns.map(({ name }) => name);
const QUOTED = COLUMNS.map(quoteMysqlIdentifier).join(', ');

type TextRow = (string | null)[];

interface Bench {
  runMysql<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result>;
  /** Compares the table, and fails unless it finds exactly this number of mismatches. */
  reconcile(mismatches: number): Promise<void>;
  readonly session: WarehouseSession;
}

export async function bench(): Promise<BenchResult[]> {
  return withBench(async ({ runMysql, reconcile, session }) => {
    const floor = {
      name: 'reconcile',
      rows: ROWS,
      floor: 'COUNT(*) and a CRC32 over all columns in MySQL',
      runFloor: () => runMysql(readAllColumns),
    };
    const equal = await measured({ ...floor, shape: `${ROWS} equal rows`, run: () => reconcile(0) });
    await session.run('UPDATE bank.txns SET balance_amt = balance_amt + 1 WHERE MOD(txn_id, 1000) = 0');
    const run = (): Promise<void> => reconcile(ROWS / 1_000);
    return [equal, await measured({ ...floor, shape: `${ROWS} rows, one in 1,000 differs`, run })];
  });
}

async function readAllColumns(connection: Connection): Promise<void> {
  await connection.query('SELECT COUNT(*) FROM bank.txns');
  await connection.query(`SELECT SUM(CRC32(CONCAT_WS('|', ${QUOTED}))) FROM bank.txns`);
}

async function withBench<Result>(work: (bench: Bench) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-reconcile-'));
  const server = await startMysqlServer({ folder: join(folder, 'mysql') });
  const { adminUser: username, adminPassword: password, host, port } = server;
  const secret: MysqlSecret = { arn: 'bench', read: async () => ({ username, password, host, port }) };
  const options = { ca: readFileSync(server.caFile, 'utf8') };
  const runMysql: Bench['runMysql'] = (given) => withMysqlConnection(secret, given, options);
  const side = mysqlSide(secret, BENCH_TXNS, options);
  const readBound = mysqlBounds(secret, BENCH_TXNS, options);
  const parts = (target: ComparedSide): SweptTable =>
    bucketParts(BENCH_TXNS, { source: side, target, readBound });
  try {
    await runMysql(fillSource);
    return await withWarehouse(folder, (api, session) =>
      work({
        runMysql,
        session,
        reconcile: async (mismatches) => {
          const { tables } = await reconcileTables({
            warehouse: api,
            sourceOf: () => ({ side, parts }),
            tables: [BENCH_TXNS],
            work: 'all',
            drained: true,
            endsAtMs: Date.now() + 600_000,
          });
          if (tables[0]?.mismatches === mismatches) return;
          throw new Error(`expected ${mismatches} mismatches, got ${JSON.stringify(tables)}`);
        },
      }),
    );
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withWarehouse<Result>(
  folder: string,
  work: (api: DataApi, session: WarehouseSession) => Promise<Result>,
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
    const api = new DataApi({ ...target, remainingMs: () => 600_000 });
    await api.executeBatch(buildWarehouseDdl([BENCH_TXNS]));
    const session = await warehouse.openSession();
    for (const rows of pieces()) await session.append('bank.txns', COLUMNS, rows);
    return await work(api, session);
  } finally {
    client.destroy();
    await gateway.stop();
    await warehouse.close();
  }
}

async function fillSource(connection: Connection): Promise<void> {
  await connection.query(buildCreateDatabase(BENCH_TXNS.database));
  await connection.query(buildMysqlTable(BENCH_TXNS));
  for (const rows of pieces()) {
    await connection.query(`INSERT INTO bank.txns (${QUOTED}) VALUES ?`, [rows]);
  }
}

const rowOf = (id: number): TextRow => [
  String(id),
  `4090006${id % 1_000}'`,
  `2017-${String((id % 12) + 1).padStart(2, '0')}-${String((id % 28) + 1).padStart(2, '0')}`,
  `TRF FROM somebody, for "services" ${id}`,
  String(id % 2),
  id % 3 === 0 ? null : '2017-06-30',
  id % 2 === 0 ? `${id}.25` : null,
  id % 2 === 0 ? null : `${id}.50`,
  `${id * 3}.00`,
  `2026-01-02 03:04:05.${String(id % 1_000_000).padStart(6, '0')}`,
];

function* pieces(): Generator<TextRow[]> {
  for (let first = 1; first <= ROWS; first += ROWS_A_STATEMENT) {
    yield Array.from({ length: ROWS_A_STATEMENT }, (_, at) => rowOf(first + at));
  }
}
