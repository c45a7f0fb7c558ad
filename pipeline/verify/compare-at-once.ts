/** One table compared as a whole within one run, and recorded as a sweep that is finished. */
import type { ReplicatedTable } from '../tables';
import { type Comparison, compareTable } from './compare-table';
import { buildKeepDifferences, readDifferences } from './open-differences';
import { buildSweepInsert, type SweepHistory } from './sweep-record';
import { newSweep, type SweepOptions, type SweptTablePorts, type TableSweep } from './sweep-table';
import { watchListOf } from './watch-list';

/**
 * A sweep that is open meanwhile is superseded: nothing is left for it to prove. Throws as the clients of the two
 * systems do.
 */
export async function compareAtOnce(
  table: ReplicatedTable,
  { source, target, swept }: SweptTablePorts,
  history: SweepHistory | undefined,
  options: Omit<SweepOptions, 'begin' | 'spreadSeconds'> & { readonly drained: boolean },
): Promise<TableSweep> {
  const { warehouse, clock, drained, allowedLagSeconds, stopAtMs } = options;
  const startedAtMs = Math.max(clock.nowMs(), (history?.latest.startedAtMs ?? 0) + 1);
  const watched = watchListOf(await readDifferences(warehouse, table.name));
  const comparison = await compareTable(
    source,
    target,
    { drained, deadlineMs: stopAtMs, clock, allowedLagSeconds },
    { watched, rows: history?.expectedRows ?? 0n },
  );
  const kept = buildKeepDifferences(table.name, comparison.watched);
  const unfollowed = leftRows(comparison) + kept.leftOut;
  const { missing, extra, different } = comparison.counts;
  const record = {
    ...newSweep(table.name, startedAtMs),
    finishedAtMs: clock.nowMs(),
    equalAtMs: comparison.isEqual ? clock.nowMs() : undefined,
    progressPercent: 100,
    parts: 1,
    sourceRows: comparison.sourceRows,
    targetRows: comparison.targetRows,
    flagged: comparison.flagged,
    ...comparison.counts,
    mismatches: missing + extra + different,
    inFlight: comparison.inFlight,
    unfollowed,
    readUnits: swept.consumedUnits(),
  };
  await warehouse.executeBatch([...kept.statements, buildSweepInsert(record)], {
    name: `reconcile/${table.name}`,
  });
  if (history !== undefined) await swept.forget(history.latest.sweepId);
  return { record, parts: 1, readUnits: record.readUnits, isIdle: false, examples: comparison.examples };
}

/** What was not looked into is known by bucket only: at least one row of it differs. */
const leftRows = ({ isComplete }: Comparison): number => (isComplete ? 0 : 1);
