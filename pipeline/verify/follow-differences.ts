/** Looks again at keys that differed, because their changes may just have been on their way. */
import { type KeyDifference, RowComparison } from './row-comparison';
import type { ComparedSide, SoughtKey } from './side';
import { ageDifference, isOverdue, type WatchedDifference, type WatchList, watchListOf } from './watch-list';

/** What a comparison tells the time by, and waits on. */
export interface Clock {
  nowMs(): number;
  wait(ms: number): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  nowMs: () => Date.now(),
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

export interface FollowOptions {
  readonly clock: Clock;
  /** No wait ends later than this. */
  readonly deadlineMs: number;
  readonly allowedLagSeconds: number;
}

export interface AgedDifference {
  readonly difference: KeyDifference;
  readonly watched: WatchedDifference;
}

export interface FollowedDifferences {
  /** What still differed when it was last looked at. */
  readonly remaining: readonly AgedDifference[];
  /** What became equal. */
  readonly settled: readonly KeyDifference[];
}

/** Waits between two looks. Changes that take longer are left to the next reconciliation. */
const WAITS_MS: readonly number[] = [1_000, 3_000, 6_000];
/** This many keys are looked at again in one run; the others keep what was seen of them. */
const FOLLOWED_KEYS = 2_000;

/**
 * @param found what differed at the first look.
 * @param earlier differences of the last reconciliation; they are followed first.
 */
export async function followDifferences(
  source: ComparedSide,
  target: ComparedSide,
  found: readonly KeyDifference[],
  earlier: WatchList,
  options: FollowOptions,
): Promise<FollowedDifferences> {
  const { clock, deadlineMs, allowedLagSeconds } = options;
  const wasWatched = ({ keyHash }: KeyDifference): boolean => earlier.has(keyHash);
  const ranked = [...found.filter(wasWatched), ...found.filter((difference) => !wasWatched(difference))];
  const age = (differences: readonly KeyDifference[], ages: WatchList): AgedDifference[] =>
    differences.map((difference) => ({
      difference,
      watched: ageDifference(difference, ages, nowSeconds(clock)),
    }));

  let followed = age(ranked.slice(0, FOLLOWED_KEYS), earlier);
  const settled: KeyDifference[] = [];
  for (const waitMs of WAITS_MS) {
    const isOpen = ({ watched }: AgedDifference): boolean =>
      !isOverdue(watched, nowSeconds(clock), allowedLagSeconds);
    if (!followed.some(isOpen) || clock.nowMs() + waitMs > deadlineMs) break;
    await clock.wait(waitMs);
    const still = await lookAgain(
      source,
      target,
      followed.map(({ difference }) => difference),
    );
    const stillKeys = new Set(still.map(({ keyHash }) => keyHash));
    settled.push(
      ...followed.map(({ difference }) => difference).filter(({ keyHash }) => !stillKeys.has(keyHash)),
    );
    followed = age(still, watchListOf(followed.map(({ watched }) => watched)));
  }
  return { remaining: [...followed, ...age(ranked.slice(FOLLOWED_KEYS), earlier)], settled };
}

export const nowSeconds = (clock: Clock): number => Math.floor(clock.nowMs() / 1000);

/**
 * What of some keys differs now. The target is read first: it also tells the keys of rows that the source does not
 * have, which the source is then asked for.
 */
export async function lookAgain(
  source: ComparedSide,
  target: ComparedSide,
  differences: readonly SoughtKey[],
): Promise<KeyDifference[]> {
  const keys = new Map(differences.flatMap(({ keyHash, key }) => (key ? [[keyHash, key] as const] : [])));
  const comparison = new RowComparison();
  await target.readKeys(differences, (row) => {
    if (row.key !== undefined) keys.set(row.keyHash, row.key);
    comparison.addTarget(row);
  });
  const sought = differences.map(({ keyHash }) => {
    const key = keys.get(keyHash);
    return key === undefined ? { keyHash } : { keyHash, key };
  });
  await source.readKeys(sought, comparison.addSource);
  return comparison.differences().map((difference) => {
    const key = keys.get(difference.keyHash);
    return key === undefined ? difference : { ...difference, key };
  });
}
