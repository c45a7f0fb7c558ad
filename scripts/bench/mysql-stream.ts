/**
 * MySQL → warehouse: changes from the binlog, through the replication task's twin. They are made while the task is
 * stopped, so that its own work is measured; what counts is the time until they are committed.
 *
 * Its floors, in the same run: the binlog read and thrown away, and zongji's decode.
 */

import { queryRows } from '../../local/services/dms/binlog/binlog-stream';
import { readBinlogEnd } from '../../local/services/dms/task/source-server';
import {
  decodeWithZongji,
  fill,
  type MysqlBed,
  makeBenchTable,
  makeTask,
  readBinlog,
  secondsOf,
  targetCount,
  withMysqlBed,
} from './mysql/bed';
import { describeShape, SHAPES, type Shape } from './mysql/shapes';
import type { BenchOptions, BenchResult } from './result';

const TIMEOUT_MS = 600_000;
const ROWS_A_TRANSACTION = 2_000;
/** Rows that are there before, for updates and deletes to find. */
const ROWS_BEFORE = 100_000;

interface Workload {
  readonly name: string;
  /** Makes `rows` changes. @returns how many rows there are then */
  readonly change: (bed: MysqlBed, shape: Shape, rows: number) => Promise<number>;
}

const INSERTS: Workload = {
  name: 'inserts',
  change: async (bed, shape, rows) => {
    const to = ROWS_BEFORE + rows;
    await fill(bed, shape, { from: ROWS_BEFORE, to, step: ROWS_A_TRANSACTION });
    return to;
  },
};

const MIXED: Workload = {
  name: '60% inserts, 30% updates, 10% deletes',
  change: async (bed, shape, rows) => {
    const to = ROWS_BEFORE + rows * 0.6;
    await fill(bed, shape, { from: ROWS_BEFORE, to, step: ROWS_A_TRANSACTION });
    const column = shape.columns[shape.columns.length - 1]?.[0];
    const first = shape.columns[0]?.[0];
    for (let at = 0; at < rows * 0.3; at += ROWS_A_TRANSACTION)
      await queryRows(
        bed.source,
        `UPDATE bench.${shape.name} SET \`${first}\` = NULLIF(0, id), \`${column}\` = \`${column}\` WHERE id > ${at} AND id <= ${Math.min(at + ROWS_A_TRANSACTION, rows * 0.3)}`,
      );
    for (let at = to - rows * 0.1; at < to; at += ROWS_A_TRANSACTION)
      await queryRows(
        bed.source,
        `DELETE FROM bench.${shape.name} WHERE id > ${at} AND id <= ${at + ROWS_A_TRANSACTION}`,
      );
    return to - rows * 0.1;
  },
};

export async function bench(options: BenchOptions): Promise<BenchResult[]> {
  const shapes = SHAPES.filter(({ name }) => options.shapes?.includes(name) ?? true);
  const rowsOf = (shape: Shape): number => Math.ceil((options.rows ?? shape.rows / 2) / 10_000) * 10_000;
  return withMysqlBed(ROWS_BEFORE + Math.max(...shapes.map(rowsOf)), async (bed) => {
    const results: BenchResult[] = [];
    for (const shape of shapes)
      for (const workload of [INSERTS, MIXED])
        results.push(...(await benchWorkload(bed, shape, workload, rowsOf(shape))));
    return results;
  });
}

async function benchWorkload(
  bed: MysqlBed,
  shape: Shape,
  workload: Workload,
  rows: number,
): Promise<BenchResult[]> {
  await makeBenchTable(bed, shape, ROWS_BEFORE);
  const task = await makeTask(bed, shape, { identifier: workload.name });
  task.start('start-replication');
  await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
  await task.stop();
  const start = await readBinlogEnd(bed.source);
  const left = await workload.change(bed, shape, rows);
  const end = await readBinlogEnd(bed.source);
  const binlogSeconds = await secondsOf(() => readBinlog(bed.login, start, end));
  const zongjiSeconds = await secondsOf(() => decodeWithZongji(bed.login, start, end));
  const took = await secondsOf(async () => {
    task.start('resume-processing');
    await task.waitUntilApplied({ position: end, timeoutMs: TIMEOUT_MS });
  });
  const found = await targetCount(bed, shape);
  if (found !== left) throw new Error(`${shape.name}: ${found} of ${left} rows are there`);
  await task.close();
  await dropTable(bed, shape);
  const result = (floor: string, floorSeconds: number): BenchResult => ({
    name: 'mysql-stream',
    shape: `${describeShape(shape)}, ${workload.name}`,
    rows,
    seconds: took,
    rowsPerSecond: rows / took,
    floor,
    floorRowsPerSecond: rows / floorSeconds,
    ratio: floorSeconds / took,
  });
  return [result('binlog thrown away', binlogSeconds), result('zongji decode', zongjiSeconds)];
}

async function dropTable(bed: MysqlBed, shape: Shape): Promise<void> {
  await queryRows(bed.source, `DROP TABLE bench.${shape.name}`);
  const session = await bed.warehouse.openSession();
  await session.run(`DROP TABLE bench.${shape.name}`);
  await session.close();
}
