/** Compares every replicated table with its target, and records what was seen. */
import { PipelineError } from '../errors';
import { type ReplicatedTable, sourceName, TABLES, targetName } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import { type Comparison, compareTable, type MismatchExample } from './compare-table';
import type { Clock } from './follow-differences';
import { freshnessSeconds, readHistory, type TableHistory, writeRecord } from './reconciliation-record';
import type { MismatchCounts } from './row-comparison';
import type { ComparedSide } from './side';
import { warehouseSide } from './warehouse-side';
import { ALLOWED_LAG_SECONDS } from './watch-list';

export interface ReconcileOptions {
  readonly warehouse: DataApi;
  /** The source side of a table. */
  readonly sourceSide: (table: ReplicatedTable) => ComparedSide;
  readonly tables?: readonly ReplicatedTable[];
  /** Nothing is under way: every difference is a mismatch at once. */
  readonly drained?: boolean;
  /** How long a change may take before its absence is a mismatch. */
  readonly allowedLagSeconds?: number;
  /** When the run has to be over. */
  readonly endsAtMs: number;
  readonly clock?: Clock;
}

export interface ReconciledTable extends MismatchCounts {
  /** Name in the catalogue. */
  readonly table: string;
  readonly source: string;
  readonly target: string;
  readonly sourceRows: number;
  readonly targetRows: number;
  readonly mismatches: number;
  readonly inFlight: number;
  readonly flagged: number;
  readonly freshnessSeconds: number;
  /** False when more differed than was looked into: `mismatches` is then the least there can be. */
  readonly isComplete: boolean;
  readonly examples: readonly MismatchExample[];
}

export interface FailedTable {
  readonly table: string;
  readonly error: unknown;
}

/** Compared at the same time: bounds memory, and the load on the sources. */
const TABLES_AT_A_TIME = 2;
/** Kept for the last look, the record and an orderly end. */
const RESERVE_MS = 30_000;

const SYSTEM_CLOCK: Clock = {
  nowMs: () => Date.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Compares all tables; one that cannot be compared does not keep the others from it. Every comparison appends its
 * record, so a second call compares again and records again.
 * @throws PipelineError as `DataApi.execute` does when not even the earlier records can be read.
 */
export async function reconcileTables(
  options: ReconcileOptions,
): Promise<{ readonly tables: readonly ReconciledTable[]; readonly failed: readonly FailedTable[] }> {
  const history = await readHistory(options.warehouse);
  const waiting = [...(options.tables ?? TABLES)];
  const tables: ReconciledTable[] = [];
  const failed: FailedTable[] = [];
  const work = async (): Promise<void> => {
    for (let table = waiting.shift(); table !== undefined; table = waiting.shift()) {
      try {
        tables.push(await reconcileTable(table, history.get(table.name), options));
      } catch (error) {
        failed.push({ table: table.name, error });
      }
    }
  };
  await Promise.all(Array.from({ length: TABLES_AT_A_TIME }, work));
  const order = (options.tables ?? TABLES).map(({ name }) => name);
  tables.sort((left, right) => order.indexOf(left.table) - order.indexOf(right.table));
  return { tables, failed };
}

async function reconcileTable(
  table: ReplicatedTable,
  history: TableHistory | undefined,
  options: ReconcileOptions,
): Promise<ReconciledTable> {
  const { warehouse, clock = SYSTEM_CLOCK } = options;
  const comparison = await compareTable(
    options.sourceSide(table),
    warehouseSide(warehouse, table),
    {
      drained: options.drained ?? false,
      deadlineMs: options.endsAtMs - RESERVE_MS,
      clock,
      allowedLagSeconds: options.allowedLagSeconds ?? ALLOWED_LAG_SECONDS,
    },
    { watched: history?.watched ?? new Map(), rows: history?.sourceRows ?? 0n },
  );
  const nowMs = clock.nowMs();
  const record = {
    tableName: table.name,
    reconciledAtMs: nowMs,
    sourceRows: comparison.sourceRows,
    targetRows: comparison.targetRows,
    ...comparison.counts,
    mismatches: mismatchesOf(comparison),
    inFlight: comparison.inFlight,
    flagged: comparison.flagged,
    freshnessSeconds: freshnessSeconds(comparison.isEqual, history, nowMs),
    watchText: comparison.watchText,
  };
  await writeRecord(warehouse, record);
  return {
    table: table.name,
    source: sourceName(table),
    target: targetName(table),
    sourceRows: Number(record.sourceRows),
    targetRows: Number(record.targetRows),
    mismatches: record.mismatches,
    ...comparison.counts,
    inFlight: record.inFlight,
    flagged: Number(record.flagged),
    freshnessSeconds: record.freshnessSeconds,
    isComplete: comparison.isComplete,
    examples: comparison.examples,
  };
}

const mismatchesOf = ({ counts }: Comparison): number => counts.missing + counts.extra + counts.different;

/** The failure of the whole run: it names the tables that could not be compared, and why. */
export function reconcileFailure(failed: readonly FailedTable[]): PipelineError {
  const reasons = failed.map(
    ({ table, error }) => `${table}: ${error instanceof PipelineError ? error.message : nameOf(error)}`,
  );
  const canRetry = failed.some(
    ({ error }) => error instanceof PipelineError && error.disposition === 'retry',
  );
  return new PipelineError({
    code: 'RECONCILE_FAILED',
    disposition: canRetry ? 'retry' : 'halt',
    message: `expected to compare every replicated table, but could not compare ${reasons.join('; ')}. The other tables were compared and recorded.`,
    context: { tables: failed.map(({ table }) => table).join(','), failedCount: failed.length },
    cause: failed[0]?.error,
  });
}

/** Errors of drivers quote statements and values, so only their kind is reported. */
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error);
