/** MySQL → warehouse through the replication task's twin: a snapshot, and changes from the binlog. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2';
import type { MysqlServer } from '../../local/runtime/ports/mysql-server';
import type { ReplicationTask, SourceLogin } from '../../local/runtime/ports/replication-task';
import { formatPosition, type SourcePosition } from '../../local/runtime/ports/source-position';
import { queryRows } from '../../local/services/dms/binlog/binlog-stream';
import { createReplicationTask } from '../../local/services/dms/task/replication-task';
import { openSource } from '../../local/services/dms/task/source-connection';
import { readBinlogEnd } from '../../local/services/dms/task/source-server';
import { startMysqlServer } from '../../local/services/rds/mysql-server';
import { openWarehouse } from '../../local/services/redshift/storage/open-warehouse';
import type { BenchResult } from './result';

const SNAPSHOT_ROWS = 200_000;
const CHANGED_ROWS = 100_000;
const TIMEOUT_MS = 600_000;

const SOURCE_TABLE = `CREATE TABLE bank.txns (txn_id BIGINT AUTO_INCREMENT PRIMARY KEY, account_no VARCHAR(64) NOT NULL,
  date DATE NOT NULL, transaction_details VARCHAR(2000), chip_used TINYINT(1), value_date DATE,
  withdrawal_amt DECIMAL(18,2), deposit_amt DECIMAL(18,2), balance_amt DECIMAL(18,2), ingested_at DATETIME(6) NOT NULL
) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
const TARGET_TABLE = `CREATE TABLE bank.txns (txn_id BIGINT NOT NULL PRIMARY KEY, account_no VARCHAR(256) NOT NULL,
  date DATE NOT NULL, transaction_details VARCHAR(8000), chip_used BOOLEAN, value_date DATE,
  withdrawal_amt NUMERIC(18,2), deposit_amt NUMERIC(18,2), balance_amt NUMERIC(18,2), ingested_at TIMESTAMP NOT NULL)`;
const COLUMNS =
  'account_no, date, transaction_details, chip_used, value_date, withdrawal_amt, deposit_amt, balance_amt, ingested_at';

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-'));
  const server = await startMysqlServer({
    folder: join(folder, 'mysql'),
    parameters: { binlog_format: 'ROW', binlog_row_image: 'FULL', binlog_row_metadata: 'FULL' },
  });
  const login = loginOf(server);
  const source = await openSource(async () => login);
  const warehouse = await openWarehouse({
    file: join(folder, 'warehouse.duckdb'),
    database: 'analytics',
    fetchObject: async () => Buffer.alloc(0),
  });
  const session = await warehouse.openSession();
  try {
    await queryRows(source, 'CREATE DATABASE bank');
    await queryRows(source, SOURCE_TABLE);
    await session.run('CREATE SCHEMA bank');
    await session.run(TARGET_TABLE);
    await insertRows(source, SNAPSHOT_ROWS);
    const task = await createReplicationTask({
      arn: 'arn:aws:dms:eu-central-1:123456789012:task:BENCH',
      identifier: 'bench',
      migrationType: 'full-load-and-cdc',
      tableMappings: MAPPINGS,
      settings: { TargetMetadata: { BatchApplyEnabled: true }, FullLoadSettings: { CommitRate: 10_000 } },
      source: login,
      warehouse,
    });
    const results = [await benchSnapshot(task, source), await benchChanges(task, source, login)];
    await task.close();
    return results;
  } finally {
    source.destroy();
    await warehouse.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const MAPPINGS = {
  rules: [
    {
      'rule-type': 'selection',
      'rule-id': '1',
      'rule-name': '1',
      'object-locator': { 'schema-name': 'bank', 'table-name': '%' },
      'rule-action': 'include',
    },
  ],
};

async function benchSnapshot(task: ReplicationTask, source: Connection): Promise<BenchResult> {
  const floorSeconds = await seconds(() => dump(source));
  const took = await seconds(async () => {
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
  });
  await task.stop();
  return result('replication-snapshot', 'rows of 10 columns, first copy', SNAPSHOT_ROWS, took, {
    floor: 'mysql2 dump',
    seconds: floorSeconds,
  });
}

/** The changes are made while the task is stopped, so that only the task's own work is measured. */
async function benchChanges(
  task: ReplicationTask,
  source: Connection,
  login: SourceLogin,
): Promise<BenchResult> {
  const start = await readBinlogEnd(source);
  await insertRows(source, CHANGED_ROWS * 0.6);
  await queryRows(
    source,
    `UPDATE bank.txns SET balance_amt = balance_amt + 1 WHERE txn_id <= ${CHANGED_ROWS * 0.3}`,
  );
  await queryRows(source, `DELETE FROM bank.txns ORDER BY txn_id DESC LIMIT ${CHANGED_ROWS * 0.1}`);
  const end = await readBinlogEnd(source);
  const floorSeconds = await seconds(() => decodeWithZongji(login, start, CHANGED_ROWS));
  const took = await seconds(async () => {
    task.start('resume-processing');
    await task.waitUntilApplied({ position: end, timeoutMs: TIMEOUT_MS });
  });
  return result('replication-changes', '60% inserts, 30% updates, 10% deletes', CHANGED_ROWS, took, {
    floor: 'zongji decode',
    seconds: floorSeconds,
  });
}

interface Floor {
  readonly floor: string;
  readonly seconds: number;
}

function result(name: string, shape: string, rows: number, took: number, floor: Floor): BenchResult {
  return {
    name,
    shape,
    rows,
    seconds: took,
    rowsPerSecond: rows / took,
    floor: floor.floor,
    floorRowsPerSecond: rows / floor.seconds,
    ratio: floor.seconds / took,
  };
}

const loginOf = (server: MysqlServer): SourceLogin => ({
  host: server.host,
  port: server.port,
  username: server.adminUser,
  password: server.adminPassword,
  caFile: server.caFile,
});

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return (performance.now() - startedAtMs) / 1_000;
}

async function insertRows(source: Connection, count: number): Promise<void> {
  const batch = 2_000;
  for (let from = 0; from < count; from += batch) {
    const rows = Array.from({ length: Math.min(batch, count - from) }, (_, index) => {
      const number = from + index;
      return `('${409_000_000_000 + (number % 97)}','2017-06-${String((number % 28) + 1).padStart(2, '0')}','TRF FROM Indiaforensic ${number}',${number % 2},'2017-06-29',NULL,${number}.25,${number}.75,'2026-01-01 10:00:00.${String(number % 1_000_000).padStart(6, '0')}')`;
    });
    await queryRows(source, `INSERT INTO bank.txns (${COLUMNS}) VALUES ${rows.join(',')}`);
  }
}

function dump(source: Connection): Promise<void> {
  return new Promise((resolve, reject) => {
    source
      .query({ sql: 'SELECT * FROM bank.txns', rowsAsArray: true, typeCast: false })
      .stream({ highWaterMark: 1_000 })
      .on('error', reject)
      .on('data', () => {})
      .on('end', () => resolve());
  });
}

async function decodeWithZongji(login: SourceLogin, start: SourcePosition, rows: number): Promise<void> {
  const { default: ZongJi } = await import('@vlasky/zongji');
  const zongji = new ZongJi({
    host: login.host,
    port: login.port,
    user: login.username,
    password: login.password,
    ssl: { ca: readFileSync(login.caFile ?? '', 'utf8') },
    dateStrings: true,
  });
  let read = 0;
  await new Promise<void>((resolve, reject) => {
    zongji.on('error', reject);
    zongji.on('binlog', (event: unknown) => {
      read += (event as { readonly rows?: readonly unknown[] }).rows?.length ?? 0;
      if (read >= rows) resolve();
    });
    zongji.start({
      filename: start.file,
      position: start.offset,
      serverId: 0x7ff0_0001,
      includeEvents: ['tablemap', 'writerows', 'updaterows', 'deleterows'],
    });
  }).catch((error: unknown) => {
    throw new Error(`zongji did not read on from ${formatPosition(start)}`, { cause: error });
  });
  zongji.stop();
}
