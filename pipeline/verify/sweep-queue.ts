/** Which tables a run of sweeps works at, and in which order, so that none waits behind others run after run. */
import type { ReplicatedTable } from '../tables';
import { type DataApi, MAX_BATCH_STATEMENTS } from '../warehouse/data-api';
import { buildForgetSeen } from './seen-rows';
import { buildSweepInsert, type SweepHistory, type SweepRecord } from './sweep-record';
import { newSweep } from './sweep-table';

const isOpen = ({ finishedAtMs }: SweepRecord): boolean => finishedAtMs === undefined;

/**
 * Begins a sweep of every table that has no open one, before the first is compared: a run may end before the turn of the
 * last of hundreds of tables comes, and the next run resumes what is begun. Stopped anywhere, the rest is begun by the
 * next schedule.
 * @returns the history with what was begun.
 */
export async function beginSweeps(
  warehouse: DataApi,
  tables: readonly ReplicatedTable[],
  { history, nowMs }: { readonly history: ReadonlyMap<string, SweepHistory>; readonly nowMs: number },
): Promise<ReadonlyMap<string, SweepHistory>> {
  const begun = new Map(history);
  const statements: string[] = [];
  for (const { name, source } of tables) {
    const known = history.get(name);
    if (known !== undefined && isOpen(known.latest)) continue;
    const latest = newSweep(name, Math.max(nowMs, (known?.latest.startedAtMs ?? 0) + 1));
    begun.set(name, { latest, expectedRows: known?.expectedRows ?? 0n });
    // What the last sweep could not remove any more when it was cut off.
    if (known !== undefined && source === 'dynamodb') statements.push(buildForgetSeen(known.latest.sweepId));
    statements.push(buildSweepInsert(latest));
  }
  for (let at = 0; at < statements.length; at += MAX_BATCH_STATEMENTS)
    await warehouse.executeBatch(statements.slice(at, at + MAX_BATCH_STATEMENTS), {
      name: 'reconcile/begin',
    });
  return begun;
}

/**
 * Tables that are proven cost nothing and come first. Then those of which least was compared: a table that takes many
 * runs takes its place behind those that take one.
 */
export function inTurn(
  tables: readonly ReplicatedTable[],
  history: ReadonlyMap<string, SweepHistory>,
): ReplicatedTable[] {
  const rank = ({ name }: ReplicatedTable): number => {
    const latest = history.get(name)?.latest;
    if (latest === undefined) return 0;
    if (latest.equalAtMs !== undefined) return -1;
    return isOpen(latest) ? latest.parts : 1;
  };
  return [...tables].sort((one, other) => rank(one) - rank(other));
}
