/**
 * How long a committed change takes until it is in the warehouse, at 1,000 changes per second: small transactions, one
 * after the other, with the least pause between batches that a setting can ask for, and with that of the stacks.
 */
import { queryRows } from '../../local/services/dms/binlog/binlog-stream';
import { emptyTarget, type MysqlBed, makeBenchTable, makeTask, withMysqlBed } from './mysql/bed';
import { insertRows, SHAPES, type Shape } from './mysql/shapes';
import type { BenchOptions, BenchResult } from './result';

const CHANGES_A_SECOND = 1_000;
const ROWS_A_TRANSACTION = 10;
const SECONDS = 20;
const TIMEOUT_MS = 60_000;

export async function bench(options: BenchOptions): Promise<BenchResult[]> {
  const rows = options.rows ?? CHANGES_A_SECOND * SECONDS;
  const [shape] = SHAPES as [Shape];
  return withMysqlBed(rows, async (bed) => {
    await makeBenchTable(bed, shape, 0);
    const results: BenchResult[] = [];
    for (const [round, batchTimeoutMin] of [0, 1].entries()) {
      const task = await makeTask(bed, shape, { identifier: `lag ${round}`, batchTimeoutMin });
      task.start('start-replication');
      await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
      const { lags, seconds } = await measureLags(bed, shape, rows);
      await task.close();
      await queryRows(bed.source, `DELETE FROM bench.${shape.name}`);
      await emptyTarget(bed, shape);
      for (const percent of [50, 99]) results.push(result({ percent, lags, rows, seconds, batchTimeoutMin }));
    }
    return results;
  });
}

/** One row in each transaction is looked for in the warehouse, in a session of its own, every few milliseconds. */
async function measureLags(
  bed: MysqlBed,
  shape: Shape,
  rows: number,
): Promise<{ readonly lags: readonly number[]; readonly seconds: number }> {
  const session = await bed.warehouse.openSession();
  const committed: { readonly id: number; readonly at: number }[] = [];
  const lags: number[] = [];
  let done = false;
  const watch = async (): Promise<void> => {
    while (!done || committed.length > 0) {
      const found = await session.run(`SELECT COALESCE(MAX(id), 0) FROM bench.${shape.name}`);
      const now = performance.now();
      const highest = Number(found.rows[0]?.[0]);
      while (committed[0] !== undefined && committed[0].id <= highest)
        lags.push(now - (committed.shift()?.at ?? now));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  };
  const watching = watch();
  const startedAt = performance.now();
  for (let at = 0; at < rows; at += ROWS_A_TRANSACTION) {
    const due = startedAt + (at / CHANGES_A_SECOND) * 1_000;
    const early = due - performance.now();
    if (early > 0) await new Promise((resolve) => setTimeout(resolve, early));
    await queryRows(bed.source, insertRows(shape, at, at + ROWS_A_TRANSACTION));
    committed.push({ id: at + ROWS_A_TRANSACTION, at: performance.now() });
  }
  done = true;
  await watching;
  await session.close();
  return { lags: lags.sort((one, other) => one - other), seconds: (performance.now() - startedAt) / 1_000 };
}

interface Measured {
  readonly percent: number;
  readonly lags: readonly number[];
  readonly rows: number;
  readonly seconds: number;
  readonly batchTimeoutMin: number;
}

/** `seconds` is the lag; the rate is that of the changes meanwhile. */
function result({ percent, lags, rows, seconds, batchTimeoutMin }: Measured): BenchResult {
  const lag = (lags[Math.min(lags.length - 1, Math.floor((lags.length * percent) / 100))] ?? 0) / 1_000;
  return {
    name: 'mysql-lag',
    shape: `p${percent} at 1,000/s, BatchApplyTimeoutMin ${batchTimeoutMin}: ${Math.round(lag * 1_000)} ms`,
    rows,
    seconds: lag,
    rowsPerSecond: rows / seconds,
    floor: 'rate of the changes',
    floorRowsPerSecond: CHANGES_A_SECOND,
    ratio: rows / seconds / CHANGES_A_SECOND,
  };
}
