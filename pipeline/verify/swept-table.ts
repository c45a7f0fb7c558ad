/** A table that is compared part by part, so that a comparison of any size fits into runs that end after minutes. */
import * as z from 'zod';
import type { KeyDifference } from './row-comparison';

export interface PartRequest {
  /** Of the sweep: what belongs to it in the warehouse is found by it. */
  readonly sweepId: string;
  readonly startedAtMs: number;
  /** Where the part begins, as the part before gave it; undefined at the beginning. */
  readonly cursor: string | undefined;
  /** About how many rows the source has; 0 when nobody knows. */
  readonly expectedRows: bigint;
  /** Rows that the sweep has compared so far. */
  readonly comparedRows: bigint;
  /** Runs that ended before this part was done: each halves it. */
  readonly attempts: number;
  /** No more is read after this, so that what was read can be compared before the run ends. */
  readonly stopReadingAtMs: number;
}

export interface SweptPart {
  readonly sourceRows: bigint;
  /** Rows of the target, as far as the part can tell them apart from those of other parts. */
  readonly targetRows: bigint;
  readonly flagged: bigint;
  /** What differed when it was looked at; it may be under way. */
  readonly differing: readonly KeyDifference[];
  /** At least this many rows differed that were too many to be looked at. */
  readonly unfollowedRows: number;
  /** Where the next part begins; undefined when this was the last one. */
  readonly next: string | undefined;
  /** The share of the table that is compared then, from 0 to 1. */
  readonly progress: number;
  /** Read units of DynamoDB. */
  readonly readUnits: number;
}

export interface SweptTable {
  /**
   * Compares one part. A second call for the same part compares it again: nothing is left from the first but what
   * `forget` removes. Throws as the clients of the two systems do.
   */
  comparePart(request: PartRequest): Promise<SweptPart>;
  /** Removes what the parts of a sweep left in the warehouse. A second call changes nothing. */
  forget(sweepId: string): Promise<void>;
  /** Reads by the sweep, or by anybody who looks at its rows again; DynamoDB only. */
  consumedUnits(): number;
}

/** A cursor holds a key of the source: it is encoded, so that no statement and no log shows one. */
export const encodeCursor = (cursor: unknown): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** What {@link encodeCursor} made; undefined for anything else, which begins the sweep again. */
export function decodeCursor<Cursor>(
  schema: z.ZodType<Cursor>,
  text: string | undefined,
): Cursor | undefined {
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}

/** At least one; each attempt that failed halves it. */
export const partRows = (rows: number, attempts: number): number =>
  Math.max(1, Math.floor(rows / 2 ** Math.min(attempts, 20)));
