/**
 * MySQL → warehouse: the first copy of a table, through the replication task's twin.
 *
 * Its floors, in the same run: the server's row packets read and thrown away, and packets copied as bytes into CSV
 * parts that DuckDB reads while the next one fills. Those of many small tables: packets, and their rows as one table.
 */
import { join } from 'node:path';
import type { ReplicationTask } from '../../local/runtime/ports/replication-task';
import { queryRows } from '../../local/services/dms/binlog/binlog-stream';
import { readRowPackets } from '../../local/services/dms/task/row-packets';
import { buildSnapshotSelect } from '../../local/services/dms/task/snapshot-select';
import { readTable } from '../../local/services/dms/task/source-catalogue';
import { openSource, withSource } from '../../local/services/dms/task/source-connection';
import {
  emptyTarget,
  fill,
  type MysqlBed,
  makeBenchTable,
  makeTask,
  secondsOf,
  targetCount,
  withMysqlBed,
} from './mysql/bed';
import { copyByCsv } from './mysql/csv-floor';
import { describeShape, SHAPES, type Shape, sourceTable, targetTable } from './mysql/shapes';
import type { BenchOptions, BenchResult } from './result';

const ROUNDS = 3;
const TIMEOUT_MS = 600_000;

/** Of the shape `tables`, which have the columns of `small`. */
const TABLES = 200;
const ROWS_OF_TABLES = 200_000;

export async function bench(options: BenchOptions): Promise<BenchResult[]> {
  const isWanted = (name: string): boolean => options.shapes?.includes(name) ?? true;
  const shapes = SHAPES.filter(({ name }) => isWanted(name));
  const rowsOf = (shape: Shape): number => options.rows ?? shape.rows;
  const rowsOfTables = isWanted('tables') ? (options.rows ?? ROWS_OF_TABLES) : 0;
  return withMysqlBed(Math.max(rowsOfTables, ...shapes.map(rowsOf)), async (bed) => {
    const results: BenchResult[] = [];
    if (rowsOfTables > 0) results.push(...(await benchTables(bed, Math.ceil(rowsOfTables / TABLES))));
    for (const shape of shapes) {
      await makeBenchTable(bed, shape, rowsOf(shape));
      results.push(...(await benchShape(bed, shape, rowsOf(shape))));
    }
    return results;
  });
}

/** The best of a few rounds, capability and floors in turn. */
async function benchShape(bed: MysqlBed, shape: Shape, rows: number): Promise<BenchResult[]> {
  const sql = await withSource(
    async () => bed.login,
    async (connection) => {
      const table = await readTable(connection, 'bench', shape.name);
      if (table === undefined) throw new Error(`no table ${shape.name}`);
      return buildSnapshotSelect(table);
    },
  );
  const task = await makeTask(bed, shape);
  const best = {
    task: Number.POSITIVE_INFINITY,
    packets: Number.POSITIVE_INFINITY,
    csv: Number.POSITIVE_INFINITY,
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    best.packets = Math.min(
      best.packets,
      await withConnection(bed, (connection) => readRowPackets(connection, sql, () => {})),
    );
    best.csv = Math.min(
      best.csv,
      await withConnection(bed, (connection) => copyByCsv(connection, sql, shape, join(bed.folder, 'floor'))),
    );
    await emptyTarget(bed, shape);
    best.task = Math.min(best.task, await copyOnce(task, round));
    const found = await targetCount(bed, shape);
    if (found !== rows) throw new Error(`${shape.name}: ${found} of ${rows} rows arrived`);
  }
  await task.close();
  const measured = { shape: describeShape(shape), rows, seconds: best.task };
  return [
    resultOf({ ...measured, floor: 'packets thrown away', floorSeconds: best.packets }),
    resultOf({ ...measured, floor: 'packets to CSV to DuckDB', floorSeconds: best.csv }),
  ];
}

/** Many tables of a few rows each, where the work for each table counts. */
async function benchTables(bed: MysqlBed, rowsEach: number): Promise<BenchResult[]> {
  const [small] = SHAPES as [Shape];
  const rows = rowsEach * TABLES;
  const parts = Array.from({ length: TABLES }, (_, index) => ({ ...small, name: `part${index}` }));
  const session = await bed.warehouse.openSession();
  for (const part of parts) {
    await queryRows(bed.source, sourceTable(part));
    await fill(bed, part, { from: 0, to: rowsEach, step: rowsEach });
    await session.run(targetTable(part));
  }
  await session.close();
  const whole = { ...small, name: 'whole' };
  await makeBenchTable(bed, whole, rows);
  const tasks = {
    parts: await makeTask(bed, { ...small, name: 'part%' }),
    whole: await makeTask(bed, whole),
  };
  const best = {
    parts: Number.POSITIVE_INFINITY,
    whole: Number.POSITIVE_INFINITY,
    packets: Number.POSITIVE_INFINITY,
  };
  for (let round = 0; round < ROUNDS; round += 1) {
    const packets = await withConnection(bed, async (connection) => {
      for (const { name } of parts) await readRowPackets(connection, `SELECT * FROM bench.${name}`, () => {});
    });
    best.packets = Math.min(best.packets, packets);
    for (const which of ['whole', 'parts'] as const)
      best[which] = Math.min(best[which], await copyOnce(tasks[which], round));
  }
  for (const task of Object.values(tasks)) await task.close();
  const shape = `tables: ${TABLES} of ${rowsEach.toLocaleString('en')} rows, ${describeShape(small)}`;
  return [
    resultOf({ shape, rows, seconds: best.parts, floor: 'packets thrown away', floorSeconds: best.packets }),
    resultOf({ shape, rows, seconds: best.parts, floor: 'as one table', floorSeconds: best.whole }),
  ];
}

/** @returns its seconds */
async function copyOnce(task: ReplicationTask, round: number): Promise<number> {
  const took = await secondsOf(async () => {
    task.start(round === 0 ? 'start-replication' : 'reload-target');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
  });
  await task.stop();
  return took;
}

interface Measured {
  readonly shape: string;
  readonly rows: number;
  readonly seconds: number;
  readonly floor: string;
  readonly floorSeconds: number;
}

const resultOf = ({ shape, rows, seconds, floor, floorSeconds }: Measured): BenchResult => ({
  name: 'mysql-snapshot',
  shape,
  rows,
  seconds,
  rowsPerSecond: rows / seconds,
  floor,
  floorRowsPerSecond: rows / floorSeconds,
  ratio: floorSeconds / seconds,
});

async function withConnection(
  bed: MysqlBed,
  work: (connection: Awaited<ReturnType<typeof openSource>>) => Promise<void>,
): Promise<number> {
  const connection = await openSource(async () => bed.login);
  try {
    return await secondsOf(() => work(connection));
  } finally {
    connection.destroy();
  }
}
