/** Compares one table with its target while both change. */
import {
  type BucketComparison,
  bucketDigits,
  chooseBuckets,
  compareBuckets,
  type DifferingBucket,
  type DrillLimits,
  leastMismatches,
} from './bucket-comparison';
import {
  type AgedDifference,
  type FollowOptions,
  followDifferences,
  lookAgain,
  nowSeconds,
} from './follow-differences';
import {
  type KeyDifference,
  type MismatchCounts,
  type MismatchKind,
  RowComparison,
  summedCounts,
} from './row-comparison';
import type { ComparedSide } from './side';
import { ageDifference, isOverdue, kindOf, type WatchedDifference, type WatchList } from './watch-list';

export interface ComparisonOptions extends FollowOptions {
  /** Nothing is under way: every difference is a mismatch, and nothing is waited for. */
  readonly drained: boolean;
  readonly drillLimits?: DrillLimits;
}

export interface Comparison extends Omit<BucketComparison, 'differing'> {
  readonly counts: MismatchCounts;
  /** Rows that differed and are no mismatches: equal by now, or not overdue yet. */
  readonly inFlight: number;
  /** Whether nothing differs any more. */
  readonly isEqual: boolean;
  /** False when more differed than was looked into: the counts are then lower bounds. */
  readonly isComplete: boolean;
  /** A few mismatches, by the hash of their key. */
  readonly examples: readonly MismatchExample[];
  /** What differed at the last look, with its ages. */
  readonly watched: readonly WatchedDifference[];
}

export interface MismatchExample {
  readonly kind: MismatchKind;
  readonly keyHash: string;
  /** The key's columns as text, where a side could tell them. They are given only to a caller that asks: no log shows one. */
  readonly key?: readonly string[];
}

/** Of mismatches: more are counted only. */
export const EXAMPLES = 100;
const NONE: MismatchCounts = { missing: 0, extra: 0, different: 0 };

/**
 * 1. Counts and sums of all buckets, of both sides at the same time.
 * 2. The rows of buckets that differ, as hashes; where documents are printed, those that differ once more, exactly.
 * 3. Unless all is drained: a few more looks at the keys that differ.
 * 4. What still differs is a mismatch when all is drained or it is overdue; else it is in flight.
 *
 * @param earlier what the last reconciliation saw: its differences with their ages, and how many rows there were,
 * which decides how finely the table is cut into buckets.
 */
export async function compareTable(
  source: ComparedSide,
  target: ComparedSide,
  options: ComparisonOptions,
  earlier: { readonly watched: WatchList; readonly rows: bigint },
): Promise<Comparison> {
  const digits = bucketDigits(earlier.rows);
  const [here, there] = await Promise.all([source.readBuckets(digits), target.readBuckets(digits)]);
  const buckets = compareBuckets(here, there);
  const urgent = new Set([...earlier.watched.keys()].map((key) => key.slice(0, digits)));
  const choice = chooseBuckets(buckets.differing, (bucket) => urgent.has(bucket), options.drillLimits);
  const drilled = choice.chosen.length === 0 ? [] : await drillDown(source, target, choice.chosen);
  const mayBePrinted = target.hasPrintedDocuments === true && drilled.length > 0;
  const found = mayBePrinted ? await lookAgain(source, target, drilled) : drilled;
  if (options.drained) {
    const watched = found.map((seen) => ageDifference(seen, earlier.watched, nowSeconds(options.clock)));
    return drainedResult(buckets, found, choice.left, watched);
  }

  const { remaining, settled } = await followDifferences(source, target, found, earlier.watched, options);
  const left = new Set(choice.left.map(({ bucket }) => bucket));
  const inEqualNow = buckets.differing.filter(
    ({ bucket }) => !left.has(bucket) && !drilled.some(({ keyHash }) => keyHash.startsWith(bucket)),
  );
  return runningResult(buckets, options, {
    remaining,
    left: choice.left,
    // A bucket that was not looked into still differs, so what was watched in it stays watched.
    unseen: [...earlier.watched.values()].filter(({ keyHash }) => left.has(keyHash.slice(0, digits))),
    settledCount: totalOf(settled.map(({ counts }) => counts)) + totalOf(inEqualNow.map(leastMismatches)),
  });
}

async function drillDown(
  source: ComparedSide,
  target: ComparedSide,
  buckets: readonly string[],
): Promise<KeyDifference[]> {
  const comparison = new RowComparison();
  await Promise.all([
    target.readRows(buckets, comparison.addTarget),
    source.readRows(buckets, comparison.addSource),
  ]);
  return comparison.differences();
}

function drainedResult(
  buckets: BucketComparison,
  found: readonly KeyDifference[],
  left: readonly DifferingBucket[],
  watched: readonly WatchedDifference[],
): Comparison {
  const { sourceRows, targetRows, flagged } = buckets;
  const isEqual = found.length === 0 && left.length === 0;
  return {
    sourceRows,
    targetRows,
    flagged,
    counts: summedCounts([...found.map(({ counts }) => counts), ...left.map(leastMismatches)]),
    inFlight: 0,
    isEqual,
    isComplete: left.length === 0,
    examples: examplesOf(found),
    watched,
  };
}

interface RunningOutcome {
  readonly remaining: readonly AgedDifference[];
  readonly unseen: readonly WatchedDifference[];
  readonly left: readonly DifferingBucket[];
  readonly settledCount: number;
}

function runningResult(
  buckets: BucketComparison,
  { clock, allowedLagSeconds }: ComparisonOptions,
  { remaining, unseen, left, settledCount }: RunningOutcome,
): Comparison {
  const { sourceRows, targetRows, flagged } = buckets;
  const isLate = (watched: WatchedDifference): boolean =>
    isOverdue(watched, nowSeconds(clock), allowedLagSeconds);
  const overdue = remaining.filter(({ watched }) => isLate(watched)).map(({ difference }) => difference);
  const open = remaining.filter(({ watched }) => !isLate(watched)).map(({ difference }) => difference);
  const isEqual = remaining.length === 0 && left.length === 0;
  return {
    sourceRows,
    targetRows,
    flagged,
    counts: summedCounts([
      ...overdue.map(({ counts }) => counts),
      ...unseen.filter(isLate).map((watched) => ({ ...NONE, [kindOf(watched)]: 1 })),
    ]),
    inFlight: totalOf(open.map(({ counts }) => counts)) + totalOf(left.map(leastMismatches)) + settledCount,
    isEqual,
    isComplete: left.length === 0,
    examples: examplesOf(overdue),
    watched: [...remaining.map(({ watched }) => watched), ...unseen],
  };
}

const examplesOf = (differences: readonly KeyDifference[]): MismatchExample[] =>
  differences.slice(0, EXAMPLES).map((difference) => exampleOf(difference));

export function exampleOf(difference: WatchedDifference | KeyDifference): MismatchExample {
  const { keyHash, key } = difference;
  return { kind: kindOf(difference), keyHash, ...(key === undefined ? {} : { key }) };
}

const totalOf = (counts: readonly MismatchCounts[]): number => {
  const { missing, extra, different } = summedCounts(counts);
  return missing + extra + different;
};
