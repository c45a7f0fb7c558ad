/** Compares every replicated table with its target, one run at a time, and records what was seen. */
import { randomUUID } from 'node:crypto';
import { PipelineError } from '../errors';
import { type ReplicatedTable, sourceName, TABLES, targetName } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import { compareAtOnce } from './compare-at-once';
import type { MismatchExample } from './compare-table';
import { type Clock, SYSTEM_CLOCK } from './follow-differences';
import { leaveNote, takeNote, withLease } from './lease';
import type { ReconcileRequest } from './reconcile-request';
import type { MismatchCounts } from './row-comparison';
import type { ComparedSide } from './side';
import { beginSweeps, inTurn } from './sweep-queue';
import { readHistory, type SweepHistory } from './sweep-record';
import { sweepTable, type TableSweep } from './sweep-table';
import type { SweptTable } from './swept-table';
import { warehouseSide } from './warehouse-side';
import { ALLOWED_LAG_SECONDS } from './watch-list';

/** A table as its source gives it: whole, and part by part against the target. */
export interface ReconciledSource {
  readonly side: ComparedSide;
  readonly parts: (target: ComparedSide) => SweptTable;
}

export interface ReconcileOptions extends Partial<ReconcileRequest> {
  readonly warehouse: DataApi;
  readonly sourceOf: (table: ReplicatedTable) => ReconciledSource;
  readonly tables?: readonly ReplicatedTable[];
  /** A sweep is spread over so long; 0, unless given, is as fast as the read units allow. */
  readonly spreadSeconds?: number;
  /** When the run has to be over. */
  readonly endsAtMs: number;
  readonly clock?: Clock;
}

export interface ReconciledTable extends MismatchCounts {
  /** Name in the catalogue. */
  readonly table: string;
  readonly source: string;
  readonly target: string;
  /** Of a sweep that is not finished: rows that were compared so far. */
  readonly sourceRows: number;
  readonly targetRows: number;
  readonly mismatches: number;
  readonly inFlight: number;
  readonly flagged: number;
  readonly progressPercent: number;
  /** Whether all of the table was compared and nothing differs any more. */
  readonly isProven: boolean;
  /** False when more differed than is followed: `mismatches` is then a lower bound. */
  readonly isComplete: boolean;
  /** What this run read, in read units of DynamoDB. */
  readonly readUnits: number;
  /** False when the run had nothing to do: these are then the last run's counts. */
  readonly isNews: boolean;
  readonly examples: readonly MismatchExample[];
}

export interface FailedTable {
  readonly table: string;
  readonly error: unknown;
}

export interface Reconciliation {
  /** Another run was at it, and nothing was done. */
  readonly isSkipped: boolean;
  readonly tables: readonly ReconciledTable[];
  readonly failed: readonly FailedTable[];
}

/** Compared at the same time: bounds memory, and the load on the sources. A small table mostly waits for the Data API. */
const TABLES_AT_A_TIME = 4;
/** Mismatches that are named where their keys are not asked for, by the hash of the key. */
const LOGGED_EXAMPLES = 5;
/** Kept for the last look, the record and an orderly end. */
const RESERVE_MS = 30_000;
/** Of a run that was to begin a sweep while another run was at work. */
const BEGIN_NOTE = 'reconcile-begin';
/** A lease outlives its holder by so much: a statement of a run that was killed may go on in the warehouse. */
const LEASE_MARGIN_SECONDS = 60;

/**
 * Reconciles all tables while no other run does; one that cannot be compared does not keep the others from it. A
 * second call resumes where the first one stopped.
 * @throws PipelineError as `DataApi.execute` does when not even the lease or the earlier records can be read.
 */
export async function reconcileTables(options: ReconcileOptions): Promise<Reconciliation> {
  const { warehouse, endsAtMs, clock = SYSTEM_CLOCK } = options;
  const seconds = Math.ceil((endsAtMs - clock.nowMs()) / 1000) + LEASE_MARGIN_SECONDS;
  const lease = { name: 'reconcile', holder: randomUUID(), seconds };
  const done = await withLease(warehouse, lease, () => reconcileAll(options));
  if (done !== undefined) return done;
  // A schedule begins a sweep once a day: what it asked for must not be lost.
  if (options.work === 'begin') await leaveNote(warehouse, BEGIN_NOTE);
  return { isSkipped: true, tables: [], failed: [] };
}

async function reconcileAll(options: ReconcileOptions): Promise<Reconciliation> {
  const all = options.tables ?? TABLES;
  const isAsked = options.work === 'all' ? false : await takeNote(options.warehouse, BEGIN_NOTE);
  const asked = isAsked ? { ...options, work: 'begin' as const } : options;
  const { clock = SYSTEM_CLOCK } = options;
  const known = await readHistory(options.warehouse);
  const history =
    asked.work === 'begin'
      ? await beginSweeps(options.warehouse, all, { history: known, nowMs: clock.nowMs() })
      : known;
  const waiting = inTurn(all, history);
  const tables: ReconciledTable[] = [];
  const failed: FailedTable[] = [];
  const work = async (): Promise<void> => {
    for (let table = waiting.shift(); table !== undefined; table = waiting.shift()) {
      // What is left is resumed by the next run; what costs nothing is reported all the same.
      const isFree = asked.work !== 'all' && history.get(table.name)?.latest.equalAtMs !== undefined;
      if (!isFree && asked.work !== 'all' && clock.nowMs() >= options.endsAtMs - RESERVE_MS) continue;
      try {
        const sweep = await reconcileTable(table, history.get(table.name), asked);
        tables.push(reported(table, sweep, options.showKeys === true));
      } catch (error) {
        failed.push({ table: table.name, error });
      }
    }
  };
  await Promise.all(Array.from({ length: TABLES_AT_A_TIME }, work));
  const order = all.map(({ name }) => name);
  tables.sort((left, right) => order.indexOf(left.table) - order.indexOf(right.table));
  return { isSkipped: false, tables, failed };
}

function reconcileTable(
  table: ReplicatedTable,
  history: SweepHistory | undefined,
  options: ReconcileOptions,
): Promise<TableSweep> {
  const { warehouse, drainedTables = [], clock = SYSTEM_CLOCK, endsAtMs, spreadSeconds = 0 } = options;
  const target = warehouseSide(warehouse, table);
  const { side: source, parts } = options.sourceOf(table);
  const ports = { source, target, swept: parts(target) };
  const shared = {
    warehouse,
    clock,
    allowedLagSeconds: options.allowedLagSeconds ?? ALLOWED_LAG_SECONDS,
    stopAtMs: endsAtMs - RESERVE_MS,
  };
  const work = options.work ?? 'resume';
  const drained = options.drained === true || drainedTables.includes(sourceName(table));
  return work === 'all'
    ? compareAtOnce(table, ports, history, { ...shared, drained })
    : sweepTable(table, ports, history, { ...shared, begin: work === 'begin', spreadSeconds });
}

function reported(
  table: ReplicatedTable,
  { record, isIdle, readUnits, examples }: TableSweep,
  showKeys: boolean,
): ReconciledTable {
  const { missing, extra, different, mismatches, inFlight, progressPercent } = record;
  return {
    table: table.name,
    source: sourceName(table),
    target: targetName(table),
    sourceRows: Number(record.sourceRows),
    targetRows: Number(record.targetRows),
    mismatches,
    missing,
    extra,
    different,
    inFlight,
    flagged: Number(record.flagged),
    progressPercent,
    isProven: record.equalAtMs !== undefined,
    isComplete: record.unfollowed === 0,
    readUnits,
    isNews: !isIdle,
    examples: showKeys
      ? examples
      : examples.slice(0, LOGGED_EXAMPLES).map(({ kind, keyHash }) => ({ kind, keyHash })),
  };
}

/** The failure of the whole run: it names the tables that could not be compared, and why. */
export function reconcileFailure(failed: readonly FailedTable[]): PipelineError {
  const reasons = failed.map(({ table, error }) => {
    const reason = error instanceof PipelineError ? error.message : nameOf(error);
    return `${table}: ${reason.replace(/\.$/, '')}`;
  });
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
