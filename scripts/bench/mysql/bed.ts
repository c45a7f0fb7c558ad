/** A MySQL server, a warehouse, and a task between them, to measure with. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Connection } from 'mysql2';
import type { MysqlServer } from '../../../local/runtime/ports/mysql-server';
import type { ReplicationTask, SourceLogin } from '../../../local/runtime/ports/replication-task';
import { formatPosition, type SourcePosition } from '../../../local/runtime/ports/source-position';
import type { Warehouse } from '../../../local/runtime/ports/warehouse';
import { queryRows } from '../../../local/services/dms/binlog/binlog-stream';
import { createReplicationTask } from '../../../local/services/dms/task/replication-task';
import { openSource } from '../../../local/services/dms/task/source-connection';
import { startMysqlServer } from '../../../local/services/rds/mysql-server';
import { openWarehouse } from '../../../local/services/redshift/storage/open-warehouse';
import { discardBinlog } from './discard-binlog';
import { insertRows, type Shape, sourceTable, targetTable } from './shapes';

const ROWS_A_STATEMENT = 100_000;

export interface MysqlBed {
  readonly folder: string;
  readonly source: Connection;
  readonly login: SourceLogin;
  readonly warehouse: Warehouse;
}

/** As many numbers as `rows` are in the source, to make rows of. */
export async function withMysqlBed<Result>(
  rows: number,
  work: (bed: MysqlBed) => Promise<Result>,
): Promise<Result> {
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
  try {
    await makeNumbers(source, rows);
    const session = await warehouse.openSession();
    await session.run('CREATE SCHEMA bench');
    await session.close();
    return await work({ folder, source, login, warehouse });
  } finally {
    source.destroy();
    await warehouse.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

const loginOf = (server: MysqlServer): SourceLogin => ({
  host: server.host,
  port: server.port,
  username: server.adminUser,
  password: server.adminPassword,
  ...(server.caFile === undefined ? {} : { caFile: server.caFile }),
});

async function makeNumbers(source: Connection, count: number): Promise<void> {
  await queryRows(source, 'CREATE DATABASE bench');
  await queryRows(source, 'CREATE TABLE bench.numbers (n INT PRIMARY KEY)');
  await queryRows(source, 'INSERT INTO bench.numbers VALUES (1)');
  for (let made = 1; made < count; made *= 2)
    await queryRows(
      source,
      `INSERT INTO bench.numbers SELECT n + ${made} FROM bench.numbers WHERE n + ${made} <= ${count}`,
    );
}

/** The table on both sides, with rows at the source. */
export async function makeBenchTable(bed: MysqlBed, shape: Shape, rows: number): Promise<void> {
  await queryRows(bed.source, sourceTable(shape));
  await fill(bed, shape, { from: 0, to: rows, step: ROWS_A_STATEMENT });
  const session = await bed.warehouse.openSession();
  await session.run(targetTable(shape));
  await session.close();
}

export async function fill(
  { source }: MysqlBed,
  shape: Shape,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): Promise<void> {
  for (let at = from; at < to; at += step)
    await queryRows(source, insertRows(shape, at, Math.min(to, at + step)));
}

/** A task for one table, with the settings of the stacks as far as they count here. */
export function makeTask(
  bed: MysqlBed,
  shape: Shape,
  options: { readonly identifier?: string; readonly batchTimeoutMin?: number } = {},
): Promise<ReplicationTask> {
  return createReplicationTask({
    arn: 'arn:aws:dms:eu-central-1:123456789012:task:BENCH',
    identifier: `${shape.name} ${options.identifier ?? 'bench'}`,
    migrationType: 'full-load-and-cdc',
    tableMappings: {
      rules: [
        {
          'rule-type': 'selection',
          'rule-id': '1',
          'rule-name': '1',
          'object-locator': { 'schema-name': 'bench', 'table-name': shape.name },
          'rule-action': 'include',
        },
      ],
    },
    settings: {
      TargetMetadata: { BatchApplyEnabled: true },
      FullLoadSettings: { TargetTablePrepMode: 'TRUNCATE_BEFORE_LOAD', CommitRate: 10_000 },
      ChangeProcessingTuning: {
        BatchApplyTimeoutMin: options.batchTimeoutMin ?? 1,
        BatchApplyTimeoutMax: 30,
      },
    },
    source: bed.login,
    warehouse: bed.warehouse,
  });
}

export async function emptyTarget({ warehouse }: MysqlBed, shape: Shape): Promise<void> {
  const session = await warehouse.openSession();
  await session.run(`DELETE FROM bench.${shape.name}`);
  await session.close();
}

export async function targetCount({ warehouse }: MysqlBed, shape: Shape): Promise<number> {
  const session = await warehouse.openSession();
  const { rows } = await session.run(`SELECT COUNT(*) FROM bench.${shape.name}`);
  await session.close();
  return Number(rows[0]?.[0]);
}

export async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const startedAtMs = performance.now();
  await work();
  return (performance.now() - startedAtMs) / 1_000;
}

/** Reads the binlog's packets from one position to another and makes nothing of them but their end. */
export async function readBinlog(
  login: SourceLogin,
  start: SourcePosition,
  end: SourcePosition,
): Promise<void> {
  const connection = await openSource(async () => login);
  await discardBinlog(connection, start, end);
  connection.destroy();
}

/** Reads rows off the binlog as the library zongji makes them. */
export async function decodeWithZongji(
  login: SourceLogin,
  start: SourcePosition,
  end: SourcePosition,
): Promise<void> {
  const { default: ZongJi } = await import('@vlasky/zongji');
  const zongji = new ZongJi({
    host: login.host,
    port: login.port,
    user: login.username,
    password: login.password,
    ssl: { ca: readFileSync(login.caFile ?? '', 'utf8') },
    dateStrings: true,
  });
  let { file } = start;
  await new Promise<void>((resolve, reject) => {
    zongji.on('error', reject);
    zongji.on('binlog', (event: unknown) => {
      const { binlogName, nextPosition } = event as { binlogName?: string; nextPosition: number };
      // Rows are not counted: an update that changes nothing is not in the binlog.
      if (binlogName !== undefined) file = binlogName;
      else if (file === end.file && nextPosition >= end.offset) resolve();
    });
    zongji.start({
      filename: start.file,
      position: start.offset,
      serverId: 0x7ff0_0001,
      includeEvents: ['rotate', 'tablemap', 'writerows', 'updaterows', 'deleterows', 'xid'],
    });
  }).catch((error: unknown) => {
    throw new Error(`zongji did not read on from ${formatPosition(start)}`, { cause: error });
  });
  zongji.stop();
}
