/**
 * MySQL → warehouse: the first copy of a table, through the replication task's twin.
 *
 * Its floors, in the same run: the server's row packets read and thrown away, and packets copied as bytes into CSV
 * parts that DuckDB reads while the next one fills.
 */
import { join } from 'node:path';
import { readRowPackets } from '../../local/services/dms/task/row-packets';
import { buildSnapshotSelect } from '../../local/services/dms/task/snapshot-select';
import { readTable } from '../../local/services/dms/task/source-catalogue';
import { openSource, withSource } from '../../local/services/dms/task/source-connection';
import {
  emptyTarget,
  type MysqlBed,
  makeBenchTable,
  makeTask,
  secondsOf,
  targetCount,
  withMysqlBed,
} from './mysql/bed';
import { copyByCsv } from './mysql/csv-floor';
import { describeShape, SHAPES, type Shape } from './mysql/shapes';
import type { BenchOptions, BenchResult } from './result';

const ROUNDS = 3;
const TIMEOUT_MS = 600_000;

export async function bench(options: BenchOptions): Promise<BenchResult[]> {
  const shapes = SHAPES.filter(({ name }) => options.shapes?.includes(name) ?? true);
  const rowsOf = (shape: Shape): number => options.rows ?? shape.rows;
  return withMysqlBed(Math.max(...shapes.map(rowsOf)), async (bed) => {
    const results: BenchResult[] = [];
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
    const took = await secondsOf(async () => {
      task.start(round === 0 ? 'start-replication' : 'reload-target');
      await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    });
    await task.stop();
    best.task = Math.min(best.task, took);
    const found = await targetCount(bed, shape);
    if (found !== rows) throw new Error(`${shape.name}: ${found} of ${rows} rows arrived`);
  }
  await task.close();
  const result = (floor: string, floorSeconds: number): BenchResult => ({
    name: 'mysql-snapshot',
    shape: describeShape(shape),
    rows,
    seconds: best.task,
    rowsPerSecond: rows / best.task,
    floor,
    floorRowsPerSecond: rows / floorSeconds,
    ratio: floorSeconds / best.task,
  });
  return [result('packets thrown away', best.packets), result('packets to CSV to DuckDB', best.csv)];
}

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
