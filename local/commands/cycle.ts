/** One cycle: ingest, wait until both paths are drained, compare. */
import { setTimeout as pause } from 'node:timers/promises';
import type { HandlerName } from '../../pipeline/handler-environment';
import { backfillExisting } from '../runtime/backfill';
import { STATE } from '../runtime/ports/host';
import { REPLICATION_TASKS } from '../runtime/ports/replication-task';
import { SCHEDULES } from '../runtime/ports/schedule';
import { STREAM_MAPPINGS } from '../runtime/ports/stream-mapping';
import type { ProgressWatch } from '../runtime/progress-watch';
import type { Runtime } from '../runtime/runtime';
import { typedCommand } from '../state/typed-command';
import { findScheduleOf } from './set-schedule';
import { isSkipped, parseTableSummaries, type TableSummary } from './table-summary';
import { readSuspended } from './unfollowed-tables';

/** Each wait is long; the watch ends it sooner when nothing moves. */
const DRAIN_TIMEOUT_MS = 24 * 3_600_000;
/** Between two looks whether another reconciliation has ended. */
const LEASE_POLL_MS = 1_000;
/** Longer than a function runs, and its lease beyond that. */
const LONGEST_LEASE_MS = 20 * 60_000;
/** How long the other ingest gets to say that its seed is wrong, too. */
const OTHER_INGEST_MS = 5_000;
/** Far more loads than any backlog needs. */
const MAX_LOADS = 10_000;

export interface CycleOptions {
  /** Sources stay as they are. */
  readonly skipsIngest?: boolean;
}

/** Fires the scheduled ingests once, then brings both ways to their end. */
export async function runCycle(
  runtime: Runtime,
  watch: ProgressWatch,
  { skipsIngest = false }: CycleOptions = {},
): Promise<readonly TableSummary[]> {
  const scheduled = [...runtime.registry.of(SCHEDULES).values()];
  const isScheduled = (handler: HandlerName): boolean => findScheduleOf(scheduled, handler) !== undefined;
  if (isScheduled('start-replication-task')) {
    await watch.during(
      'the replication task to be started',
      runtime.functionOf('start-replication-task').invoke({}),
    );
  }
  const ingests = (['ingest-txns', 'ingest-trades'] as const).filter(
    (handler) => !skipsIngest && findScheduleOf(scheduled, handler)?.isPaused() === false,
  );
  const ingesting = allOrAllFailures(ingests.map((handler) => runtime.functionOf(handler).invoke({})));
  await watch.during('the ingest functions', ingesting).catch(async (error: unknown) => {
    // The watch ends the wait at the first failure; the other ingest may be about to fail as well.
    await Promise.race([ingesting, pause(OTHER_INGEST_MS)]);
    throw error;
  });
  if (isScheduled('backfill-tables')) {
    await watch.during('the backfill of tables that were there before', backfillExisting(runtime.registry));
  }
  return drainAndReconcile(runtime, watch);
}

/** Two seeds may be wrong at once: both are said. @throws Error with the message of each that failed */
async function allOrAllFailures(works: readonly Promise<unknown>[]): Promise<void> {
  const failures = (await Promise.allSettled(works)).flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (failures.length <= 1) {
    if (failures[0] !== undefined) throw failures[0];
    return;
  }
  throw new Error(
    failures.map((error) => (error instanceof Error ? error.message : String(error))).join('\n'),
  );
}

/** Waits until all that is in the sources is in the warehouse, then compares. */
export async function drainAndReconcile(
  runtime: Runtime,
  watch: ProgressWatch,
): Promise<readonly TableSummary[]> {
  const tasks = [...runtime.registry.of(REPLICATION_TASKS).values()];
  const mappings = [...runtime.registry.of(STREAM_MAPPINGS).values()];
  const timeoutMs = DRAIN_TIMEOUT_MS;
  await Promise.all([
    watch.during(
      'the replication task to apply all changes of MySQL',
      Promise.all(tasks.map((task) => task.waitUntilApplied({ timeoutMs }))),
    ),
    watch
      .during(
        'the stream of DynamoDB to be staged',
        Promise.all(mappings.map((mapping) => mapping.drain({ timeoutMs }))),
      )
      .then(() => watch.during('the staged files to be loaded', loadAll(runtime))),
  ]);
  return parseTableSummaries(
    await watch.during(
      'the reconciliation',
      compareAll(runtime, { work: 'all', drained: true, showKeys: true }),
    ),
  );
}

/**
 * Compares as `request` says; a scheduled run that is at it is waited for.
 * @throws Error when it does not end in the time of its lease
 */
export async function compareAll(runtime: Runtime, request: object): Promise<unknown> {
  const startedAt = performance.now();
  while (performance.now() - startedAt < LONGEST_LEASE_MS) {
    const drainedTables = readSuspended(runtime.registry);
    const payload = await runtime.functionOf('reconcile-tables').invoke({ ...request, drainedTables });
    if (!isSkipped(payload)) return payload;
    await pause(LEASE_POLL_MS);
  }
  throw new Error(
    `another comparison has held the tables for ${Math.round(LONGEST_LEASE_MS / 60_000)} minutes, and nothing was compared: ${typedCommand(runtime.registry.the(STATE).folder, 'logs', 'reconcile-tables')} shows what it does; the next start frees them`,
  );
}

/** Load after load until no staged file waits. */
export async function loadAll(runtime: Runtime): Promise<void> {
  const loader = runtime.functionOf('load-staged-batches');
  for (let load = 0; load < MAX_LOADS; load += 1) {
    const { tables = [] } = ((await loader.invoke({})) ?? {}) as { tables?: { status?: string }[] };
    if (tables.every(({ status }) => status === 'nothing-to-load')) return;
  }
  throw new Error(`after ${MAX_LOADS} loads there are still staged files that wait`);
}
