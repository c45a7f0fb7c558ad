/** A MySQL table and its target: hashes by key bucket, next to a COUNT and a CRC32 over all columns. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection } from 'mysql2/promise';
import { startMysqlServer } from '../../local/services/rds/mysql-server';
import { withMysqlConnection } from '../../pipeline/mysql/mysql-connection';
import { buildCreateDatabase, buildMysqlTable } from '../../pipeline/mysql/mysql-ddl';
import { quoteMysqlIdentifier } from '../../pipeline/mysql/mysql-identifier';
import type { MysqlSecret } from '../../pipeline/secrets';
import { bucketParts } from '../../pipeline/verify/bucket-parts';
import { mysqlBounds, mysqlSide } from '../../pipeline/verify/mysql-side';
import type { ReconciledSource } from '../../pipeline/verify/reconcile-tables';
import { BENCH_TXNS } from './bench-tables';
import { reconcileOnce, withBenchWarehouse } from './bench-warehouse';
import { type BenchResult, measured } from './result';

const COLUMNS = BENCH_TXNS.columns.map(({ name }) => name);
const QUOTED = COLUMNS.map(quoteMysqlIdentifier).join(', ');
/** Rows that are made here; both sides then double what they have until there are enough. */
const MOST_MADE = 10_000;

type TextRow = (string | null)[];

export async function benchMysqlReconciliation(folder: string, wanted: number): Promise<BenchResult[]> {
  const doublings = Math.max(0, Math.ceil(Math.log2(wanted / MOST_MADE)));
  const made = Array.from({ length: Math.ceil(wanted / 2 ** doublings) }, (_, at) => rowOf(at + 1));
  const rows = made.length * 2 ** doublings;
  const counts = Array.from({ length: doublings }, (_, at) => made.length * 2 ** at);
  const others = COLUMNS.filter((name) => name !== 'txn_id').join(', ');
  const doubled = (count: number): string =>
    `INSERT INTO bank.txns (txn_id, ${others}) SELECT txn_id + ${count}, ${others} FROM bank.txns`;
  const server = await startMysqlServer({ folder: join(folder, 'mysql') });
  const { adminUser: username, adminPassword: password, host, port } = server;
  const secret: MysqlSecret = { arn: 'bench', read: async () => ({ username, password, host, port }) };
  const options = { ca: readFileSync(server.caFile, 'utf8') };
  const runMysql = <Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> =>
    withMysqlConnection(secret, work, options);
  const side = mysqlSide(secret, BENCH_TXNS, options);
  const readBound = mysqlBounds(secret, BENCH_TXNS, options);
  const source: ReconciledSource = {
    side,
    parts: (target) => bucketParts(BENCH_TXNS, { source: side, target, readBound }),
  };
  try {
    await runMysql(async (connection) => {
      await connection.query(buildCreateDatabase(BENCH_TXNS.database));
      await connection.query(buildMysqlTable(BENCH_TXNS));
      await connection.query(`INSERT INTO bank.txns (${QUOTED}) VALUES ?`, [made]);
      for (const count of counts) await connection.query(doubled(count));
    });
    return await withBenchWarehouse(folder, BENCH_TXNS, async (warehouse) => {
      await warehouse.session.append('bank.txns', COLUMNS, made);
      for (const count of counts) await warehouse.session.run(doubled(count));
      const floor = {
        name: 'reconcile',
        rows,
        floor: 'COUNT(*) and a CRC32 over all columns in MySQL',
        runFloor: () => runMysql(readAllColumns),
      };
      const run = (mismatches: number) => () => reconcileOnce(warehouse, BENCH_TXNS, source, mismatches);
      const equal = await measured({ ...floor, shape: `MySQL, ${rows} equal rows`, run: run(0) });
      const odd = Math.ceil(rows / 1_000);
      await warehouse.session.run(
        `UPDATE bank.txns SET balance_amt = balance_amt + 1 WHERE MOD(txn_id, 1000) = 1`,
      );
      if (odd > MOST_ODD) return [equal];
      return [
        equal,
        await measured({ ...floor, shape: `MySQL, ${rows} rows, one in 1,000 differs`, run: run(odd) }),
      ];
    });
  } finally {
    await server.stop();
  }
}

/** The second shape is left out where more rows than these would be looked at one by one. */
const MOST_ODD = 2_000;

async function readAllColumns(connection: Connection): Promise<void> {
  await connection.query('SELECT COUNT(*) FROM bank.txns');
  await connection.query(`SELECT SUM(CRC32(CONCAT_WS('|', ${QUOTED}))) FROM bank.txns`);
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
