/** One side of a comparison: a source table, or its target, as hashes. */

/** What is known of all rows whose key's hash begins with the same digits. */
export interface Bucket {
  readonly rowCount: bigint;
  readonly hashSum: bigint;
  /** Rows with a value that a column of the target could not hold; counted in the warehouse only. */
  readonly flagged: bigint;
}

/** Equal rows: their hashes, and how many there are; none for a key whose row is gone. */
export interface HashedRow {
  readonly keyHash: string;
  readonly rowHash: string;
  readonly copies: number;
  /** The key's columns as text, where the reader could tell them. They stay in memory: never logged or stored. */
  readonly key?: readonly string[];
  /** Of the row, or of the tombstone of a row that is gone; only the warehouse knows it, and `readKeys` only. */
  readonly version?: string;
}

/** A key to look up again. */
export interface SoughtKey {
  readonly keyHash: string;
  readonly key?: readonly string[];
}

/** A part of a table that each side can tell by itself. */
export type Slice =
  /** By the first key column, as text: greater than `after`, at most `upTo`; a bound that is not there does not bind. */
  | { readonly kind: 'range'; readonly after?: string; readonly upTo?: string }
  /** By the first digits of the key's hash; no digits are the whole table. */
  | { readonly kind: 'hashes'; readonly prefix: string };

export const WHOLE: Slice = { kind: 'hashes', prefix: '' };

/**
 * Each read is one consistent look at the side, or as near to it as its system comes; two reads are two looks.
 * They throw PipelineError as the system's own client does.
 */
export interface ComparedSide {
  /** Its hashes depend on how the system prints documents, except those of `readKeys`: what differs is read again. */
  readonly hasPrintedDocuments?: boolean;
  /** Counts and sums of a slice, by the first `digits` hexadecimal digits of the key's hash. */
  readBuckets(digits: number, slice?: Slice): Promise<ReadonlyMap<string, Bucket>>;
  /** Gives each row of the buckets, all named by the same number of digits; the same row may come in parts. */
  readRows(buckets: readonly string[], take: (row: HashedRow) => void, slice?: Slice): Promise<void>;
  /** Gives the rows of the keys that are there now, each with its key; of one that is gone perhaps its version. */
  readKeys(keys: readonly SoughtKey[], take: (row: HashedRow) => void): Promise<void>;
}
