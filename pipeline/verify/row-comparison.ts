/** Compares rows of two sides by key, at the memory of the rows that differ. */
import { hashText } from './canonical-text';
import type { HashedRow } from './side';

export type MismatchKind = 'missing' | 'extra' | 'different';

/** How many rows lack in the target, are too many there, or are there with other values. */
export type MismatchCounts = Readonly<Record<MismatchKind, number>>;

export const summedCounts = (counts: readonly MismatchCounts[]): MismatchCounts =>
  counts.reduce(
    (sum, { missing, extra, different }) => ({
      missing: sum.missing + missing,
      extra: sum.extra + extra,
      different: sum.different + different,
    }),
    { missing: 0, extra: 0, different: 0 },
  );

/** A key whose rows are not the same on both sides. */
export interface KeyDifference {
  readonly keyHash: string;
  readonly key?: readonly string[];
  /** What the source has that the target has not, as a short digest; {@link NOTHING} for nothing. */
  readonly source: string;
  /** What the target has that the source has not; with its version where it has one, see {@link stateVersion}. */
  readonly target: string;
  readonly counts: MismatchCounts;
}

export const NOTHING = '-';
export const isNothing = (state: string): boolean => state === NOTHING || state.startsWith(`${NOTHING}@`);
/** Of a state of the target: another version means that a change has arrived. Undefined where there are none. */
export const stateVersion = (state: string): string | undefined => state.split('@')[1];
/** State and version together fit in a column of 32 bytes. */
const VERSION_DIGITS = 12;
/** Enough digits to tell two states of one key apart. */
const STATE_DIGITS = 16;

/**
 * Takes the rows of both sides, in any order. Equal rows cancel out at once, so that rows of one side are kept only
 * until the other side's copy comes by.
 */
export class RowComparison {
  /** By key's hash, then by row's hash: copies in the source less copies in the target. */
  private readonly excess = new Map<string, Map<string, number>>();
  private readonly keys = new Map<string, readonly string[]>();
  private readonly versions = new Map<string, string>();

  readonly addSource = (row: HashedRow): void => this.add(row, row.copies);
  readonly addTarget = (row: HashedRow): void => {
    if (row.version !== undefined) this.versions.set(row.keyHash, row.version);
    this.add(row, -row.copies);
  };

  differences(): KeyDifference[] {
    return [...this.excess].map(([keyHash, rows]) => {
      const key = this.keys.get(keyHash);
      const surplus = [...rows].filter(([, copies]) => copies > 0);
      const deficit = [...rows].filter(([, copies]) => copies < 0);
      const [inSource, inTarget] = [copiesOf(surplus), -copiesOf(deficit)];
      const different = Math.min(inSource, inTarget);
      return {
        keyHash,
        ...(key === undefined ? {} : { key }),
        source: stateOf(surplus),
        target: stateOf(deficit) + this.versionMark(keyHash),
        counts: { missing: inSource - different, extra: inTarget - different, different },
      };
    });
  }

  private versionMark(keyHash: string): string {
    const version = this.versions.get(keyHash);
    return version === undefined ? '' : `@${hashText(version).slice(0, VERSION_DIGITS)}`;
  }

  private add(row: HashedRow, copies: number): void {
    if (row.copies === 0) return;
    const rows = this.excess.get(row.keyHash) ?? new Map<string, number>();
    const total = (rows.get(row.rowHash) ?? 0) + copies;
    if (total === 0) rows.delete(row.rowHash);
    else rows.set(row.rowHash, total);
    if (rows.size === 0) {
      this.excess.delete(row.keyHash);
      this.keys.delete(row.keyHash);
      return;
    }
    this.excess.set(row.keyHash, rows);
    if (row.key !== undefined) this.keys.set(row.keyHash, row.key);
  }
}

const copiesOf = (rows: readonly (readonly [string, number])[]): number =>
  rows.reduce((sum, [, copies]) => sum + copies, 0);

function stateOf(rows: readonly (readonly [string, number])[]): string {
  if (rows.length === 0) return NOTHING;
  const text = rows
    .map(([hash, copies]) => `${hash} ${Math.abs(copies)}`)
    .sort()
    .join('\n');
  return hashText(text).slice(0, STATE_DIGITS);
}
