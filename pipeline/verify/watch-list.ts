/**
 * Differences over time. The pipeline runs while it is compared, so a difference alone is no loss: the change may be
 * on its way. It becomes a mismatch when it lasts longer than a change may take.
 *
 * - The source's part of a difference has an age: how long the source has had just these rows without the target
 *   having them. So has the target's part: how long the target has shown these rows although the source differs.
 * - A change of either part starts its age again. Where changes flow, both parts change.
 * - A difference is overdue when either age has reached the allowed lag: an unchanged source row that does not
 *   arrive is overdue, and so is a target row that stays stale while its source goes on changing.
 *
 * Ages live on from one reconciliation to the next in its record, so that a loss is not hidden by any number of runs
 * that are shorter than the allowed lag.
 */
import { z } from 'zod';
import { type MismatchKind, NOTHING, STATE_DIGITS } from './row-comparison';

/**
 * How long a committed change may take to the warehouse: three periods of the load's schedule, so that one failed
 * load with its retry is still in time.
 */
export const ALLOWED_LAG_SECONDS = 900;

export interface WatchedDifference {
  /** The first digits of the key's hash. */
  readonly keyDigits: string;
  /** States of both sides, as `KeyDifference` has them. */
  readonly source: string;
  readonly target: string;
  /** Since when each side has shown its state, in seconds of Unix time. */
  readonly sourceSince: number;
  readonly targetSince: number;
}

interface SeenDifference {
  readonly keyHash: string;
  readonly source: string;
  readonly target: string;
}

export type WatchList = ReadonlyMap<string, WatchedDifference>;

export const keyDigitsOf = (keyHash: string): string => keyHash.slice(0, STATE_DIGITS);

/** The difference as it is now, with the ages of those parts that are as they were. */
export function ageDifference(
  seen: SeenDifference,
  watched: WatchList,
  nowSeconds: number,
): WatchedDifference {
  const { source, target } = seen;
  const keyDigits = keyDigitsOf(seen.keyHash);
  const before = watched.get(keyDigits);
  return {
    keyDigits,
    source,
    target,
    sourceSince: before?.source === source ? before.sourceSince : nowSeconds,
    targetSince: before?.target === target ? before.targetSince : nowSeconds,
  };
}

export const sinceOf = ({ sourceSince, targetSince }: WatchedDifference): number =>
  Math.min(sourceSince, targetSince);

export const isOverdue = (
  difference: WatchedDifference,
  nowSeconds: number,
  allowedLagSeconds: number,
): boolean => nowSeconds - sinceOf(difference) >= allowedLagSeconds;

export function kindOf({ source, target }: Pick<WatchedDifference, 'source' | 'target'>): MismatchKind {
  if (target === NOTHING) return 'missing';
  return source === NOTHING ? 'extra' : 'different';
}

/**
 * So many are kept: 80 bytes each, in a column of 65,535 bytes. The oldest stay, so that an age is never lost; among
 * equally old ones chance decides, so that none is left out indefinitely.
 */
export const KEPT_DIFFERENCES = 750;

/** Text for the record of a reconciliation; no row's values are in it. */
export function buildWatchText(differences: readonly WatchedDifference[]): string {
  const kept = differences
    .map((difference) => ({ difference, rank: sinceOf(difference) + Math.random() * 0.5 }))
    .sort((left, right) => left.rank - right.rank)
    .slice(0, KEPT_DIFFERENCES)
    .map(({ difference }) => difference);
  return JSON.stringify(
    kept.map(({ keyDigits, source, target, sourceSince, targetSince }) => [
      keyDigits,
      source,
      target,
      sourceSince,
      targetSince,
    ]),
  );
}

const WATCH_TEXT = z.array(z.tuple([z.string(), z.string(), z.string(), z.number(), z.number()]));

/** What {@link buildWatchText} wrote. Anything else is an empty list: ages then begin again. */
export function parseWatchText(text: string | null): WatchList {
  const parsed = WATCH_TEXT.safeParse(parseJson(text ?? '[]'));
  const rows = parsed.success ? parsed.data : [];
  return new Map(
    rows.map(([keyDigits, source, target, sourceSince, targetSince]) => [
      keyDigits,
      { keyDigits, source, target, sourceSince, targetSince },
    ]),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
