/**
 * Differences over time. The pipeline runs while it is compared, so a difference alone is no loss: the change may be
 * on its way. It becomes a mismatch when it lasts longer than a change may take.
 *
 * - The source's part of a difference has an age: how long the source has had just these rows without the target
 *   having them. So has the target's part: how long the target has shown these rows although the source differs.
 * - A change of either part starts its age again. Where changes flow, both parts change.
 * - Where a row has a version, a new one starts both ages again, even if both parts look as they did: the target took a
 *   change, so the source had one. A row that flips in step with the schedule is no mismatch.
 * - A difference is overdue when either age has reached the allowed lag: an unchanged source row that does not
 *   arrive is overdue, and so is a target row that stays stale while its source goes on changing.
 *
 * Ages are kept in the warehouse from one run to the next, so that a loss is not hidden by any number of runs that are
 * shorter than the allowed lag.
 */
import { isNothing, type MismatchKind, stateVersion } from './row-comparison';

/**
 * How long a committed change may take to the warehouse: three periods of the load's schedule, so that one failed
 * load with its retry is still in time.
 */
export const ALLOWED_LAG_SECONDS = 900;

export interface WatchedDifference {
  readonly keyHash: string;
  /** The key's columns as text, where a side could tell them: by it the sources find the row again. */
  readonly key?: readonly string[];
  /** States of both sides, as `KeyDifference` has them. */
  readonly source: string;
  readonly target: string;
  /** Since when each side has shown its state, in seconds of Unix time. */
  readonly sourceSince: number;
  readonly targetSince: number;
}

interface SeenDifference {
  readonly keyHash: string;
  readonly key?: readonly string[];
  readonly source: string;
  readonly target: string;
}

export type WatchList = ReadonlyMap<string, WatchedDifference>;

/** The difference as it is now, with the ages of those parts that are as they were. */
export function ageDifference(
  seen: SeenDifference,
  watched: WatchList,
  nowSeconds: number,
): WatchedDifference {
  const { keyHash, source, target } = seen;
  const before = watched.get(keyHash);
  const key = seen.key ?? before?.key;
  const isUnbroken = before !== undefined && stateVersion(before.target) === stateVersion(target);
  return {
    keyHash,
    ...(key === undefined ? {} : { key }),
    source,
    target,
    sourceSince: isUnbroken && before.source === source ? before.sourceSince : nowSeconds,
    targetSince: isUnbroken && before.target === target ? before.targetSince : nowSeconds,
  };
}

const sinceOf = ({ sourceSince, targetSince }: WatchedDifference): number =>
  Math.min(sourceSince, targetSince);

export const isOverdue = (
  difference: WatchedDifference,
  nowSeconds: number,
  allowedLagSeconds: number,
): boolean => nowSeconds - sinceOf(difference) >= allowedLagSeconds;

export function kindOf({ source, target }: Pick<WatchedDifference, 'source' | 'target'>): MismatchKind {
  if (isNothing(target)) return 'missing';
  return isNothing(source) ? 'extra' : 'different';
}

export const watchListOf = (differences: readonly WatchedDifference[]): WatchList =>
  new Map(differences.map((difference) => [difference.keyHash, difference]));
