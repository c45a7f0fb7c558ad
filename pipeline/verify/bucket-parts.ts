/**
 * A MySQL table in parts that both sides hash by themselves: only sums travel. A part is a range of the first key
 * column where both systems order it alike, or else a share of the hashes of the keys, for which each part reads the
 * whole table. Either way a row of the target belongs to one part, so that an extra row is found in it.
 */
import * as z from 'zod';
import type { MysqlTable } from '../tables';
import { bucketDigits, chooseBuckets, compareBuckets, leastMismatches } from './bucket-comparison';
import { RowComparison } from './row-comparison';
import type { ComparedSide, Slice } from './side';
import { rangeColumn } from './slice-condition';
import {
  decodeCursor,
  encodeCursor,
  type PartRequest,
  partRows,
  type SweptPart,
  type SweptTable,
} from './swept-table';

export interface BucketPartsPorts {
  readonly source: ComparedSide;
  readonly target: ComparedSide;
  /** The first key column's value of the row that is `rows` rows further; undefined when there are fewer. */
  readonly readBound: (after: string | undefined, rows: number) => Promise<string | undefined>;
  readonly rowsAPart?: number;
}

/** Hashed in about a second by either system (`npm run bench -- reconcile`), and 122 rows a bucket. */
const ROWS_A_PART = 500_000;
/** A table whose parts must read all of it has few of them. */
const ROWS_A_HASH_PART = 5_000_000n;

const CURSOR = z.union([
  z.object({ after: z.string() }),
  z.object({ digits: z.number().int().min(0).max(2), next: z.number().int().nonnegative() }),
]);
type BucketCursor = z.output<typeof CURSOR>;

interface Choice {
  readonly slice: Slice;
  readonly next: BucketCursor | undefined;
  readonly progress: (comparedRows: bigint) => number;
}

export function bucketParts(table: MysqlTable, ports: BucketPartsPorts): SweptTable {
  return {
    consumedUnits: () => 0,
    forget: async () => {},
    async comparePart(request) {
      const cursor = decodeCursor(CURSOR, request.cursor);
      const choice =
        rangeColumn(table) === undefined
          ? chooseHashes(cursor, request)
          : await chooseRange(cursor, request, ports);
      const compared = await compareSlice(ports, choice.slice, request);
      return {
        ...compared,
        next: choice.next === undefined ? undefined : encodeCursor(choice.next),
        progress: choice.progress(request.comparedRows + compared.sourceRows),
        readUnits: 0,
      };
    },
  };
}

async function chooseRange(
  cursor: BucketCursor | undefined,
  { attempts, expectedRows }: PartRequest,
  { readBound, rowsAPart = ROWS_A_PART }: BucketPartsPorts,
): Promise<Choice> {
  const after = cursor !== undefined && 'after' in cursor ? cursor.after : undefined;
  const upTo = await readBound(after, partRows(rowsAPart, attempts));
  return {
    // The last part has no upper bound: rows that are added meanwhile, or only exist in the target, lie in it.
    slice: {
      kind: 'range',
      ...(after === undefined ? {} : { after }),
      ...(upTo === undefined ? {} : { upTo }),
    },
    next: upTo === undefined ? undefined : { after: upTo },
    progress: (comparedRows) => (upTo === undefined ? 1 : shareOf(comparedRows, expectedRows)),
  };
}

/** Never 1 before the end, however much a table has grown. */
const shareOf = (rows: bigint, expectedRows: bigint): number =>
  expectedRows === 0n ? 0 : Math.min(0.99, Number(rows) / Number(expectedRows));

function chooseHashes(cursor: BucketCursor | undefined, { expectedRows, attempts }: PartRequest): Choice {
  const at =
    cursor !== undefined && 'digits' in cursor
      ? cursor
      : { digits: digitsOf(expectedRows, attempts), next: 0 };
  const count = 16 ** at.digits;
  const next = at.next + 1;
  return {
    slice: { kind: 'hashes', prefix: at.digits === 0 ? '' : at.next.toString(16).padStart(at.digits, '0') },
    next: next < count ? { digits: at.digits, next } : undefined,
    progress: () => next / count,
  };
}

function digitsOf(expectedRows: bigint, attempts: number): number {
  const digits = expectedRows <= ROWS_A_HASH_PART ? 0 : expectedRows <= 16n * ROWS_A_HASH_PART ? 1 : 2;
  return Math.min(2, digits + attempts);
}

async function compareSlice(
  { source, target }: BucketPartsPorts,
  slice: Slice,
  { expectedRows }: PartRequest,
): Promise<Pick<SweptPart, 'sourceRows' | 'targetRows' | 'flagged' | 'differing' | 'unfollowedRows'>> {
  const digits = slice.kind === 'range' ? bucketDigits(0n) : bucketDigits(expectedRows);
  const [here, there] = await Promise.all([
    source.readBuckets(digits, slice),
    target.readBuckets(digits, slice),
  ]);
  const { sourceRows, targetRows, flagged, differing } = compareBuckets(here, there);
  const { chosen, left } = chooseBuckets(differing, () => false);
  const comparison = new RowComparison();
  if (chosen.length > 0) {
    await Promise.all([
      target.readRows(chosen, comparison.addTarget, slice),
      source.readRows(chosen, comparison.addSource, slice),
    ]);
  }
  const unfollowed = left.map(leastMismatches);
  return {
    sourceRows,
    targetRows,
    flagged,
    differing: comparison.differences(),
    unfollowedRows: unfollowed.reduce(
      (sum, { missing, extra, different }) => sum + missing + extra + different,
      0,
    ),
  };
}
