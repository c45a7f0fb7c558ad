/** Compares two sides bucket by bucket, and chooses which of the buckets that differ are looked into. */
import type { MismatchCounts } from './row-comparison';
import type { Bucket } from './side';

export interface DifferingBucket {
  readonly bucket: string;
  readonly sourceRows: bigint;
  readonly targetRows: bigint;
}

export interface BucketComparison {
  readonly sourceRows: bigint;
  readonly targetRows: bigint;
  readonly flagged: bigint;
  readonly differing: readonly DifferingBucket[];
}

const EMPTY: Bucket = { rowCount: 0n, hashSum: 0n, flagged: 0n };

/**
 * How many hexadecimal digits name a bucket in a table of about this many rows: 4,096 or 65,536 buckets. The more there
 * are, the fewer rows does a difference bring with it; the result of a scan stays below 5 MB.
 */
export const bucketDigits = (rows: bigint): number => (rows <= 1_000_000n ? 3 : 4);

export function compareBuckets(
  source: ReadonlyMap<string, Bucket>,
  target: ReadonlyMap<string, Bucket>,
): BucketComparison {
  const differing: DifferingBucket[] = [];
  for (const bucket of new Set([...source.keys(), ...target.keys()])) {
    const [here, there] = [source.get(bucket) ?? EMPTY, target.get(bucket) ?? EMPTY];
    if (here.rowCount === there.rowCount && here.hashSum === there.hashSum) continue;
    differing.push({ bucket, sourceRows: here.rowCount, targetRows: there.rowCount });
  }
  return {
    sourceRows: sum(source, ({ rowCount }) => rowCount),
    targetRows: sum(target, ({ rowCount }) => rowCount),
    // In DynamoDB's tables the target says so, in MySQL's the source: each on one side only.
    flagged: sum(source, ({ flagged }) => flagged) + sum(target, ({ flagged }) => flagged),
    differing,
  };
}

export interface DrillLimits {
  /** Rows of both sides that a drill-down may bring into memory. */
  readonly rows: bigint;
  /** Buckets that one statement may name: the Data API takes 100 KB. */
  readonly buckets: number;
}

const DRILL_LIMITS: DrillLimits = { rows: 100_000n, buckets: 8_000 };

export interface DrillChoice {
  readonly chosen: readonly string[];
  readonly left: readonly DifferingBucket[];
}

/**
 * Chooses buckets within the limits, at least one: first those that `isUrgent` names, then others, each group in
 * random order. A bucket that is left out today so has its turn another time, however much else differs.
 */
export function chooseBuckets(
  differing: readonly DifferingBucket[],
  isUrgent: (bucket: string) => boolean,
  limits: DrillLimits = DRILL_LIMITS,
): DrillChoice {
  const ranked = differing
    .map((bucket) => ({ bucket, rank: (isUrgent(bucket.bucket) ? 0 : 1) + Math.random() * 0.5 }))
    .sort((left, right) => left.rank - right.rank);
  const chosen: string[] = [];
  const left: DifferingBucket[] = [];
  let rows = 0n;
  for (const { bucket } of ranked) {
    const size = bucket.sourceRows + bucket.targetRows;
    const fits = chosen.length === 0 || (rows + size <= limits.rows && chosen.length < limits.buckets);
    if (fits) {
      chosen.push(bucket.bucket);
      rows += size;
    } else {
      left.push(bucket);
    }
  }
  return { chosen, left };
}

/** How many rows of a bucket that was not looked into differ at least. */
export function leastMismatches({ sourceRows, targetRows }: DifferingBucket): MismatchCounts {
  return {
    missing: sourceRows > targetRows ? Number(sourceRows - targetRows) : 0,
    extra: targetRows > sourceRows ? Number(targetRows - sourceRows) : 0,
    different: sourceRows === targetRows ? 1 : 0,
  };
}

const sum = (buckets: ReadonlyMap<string, Bucket>, of: (bucket: Bucket) => bigint): bigint =>
  [...buckets.values()].reduce((total, bucket) => total + of(bucket), 0n);
