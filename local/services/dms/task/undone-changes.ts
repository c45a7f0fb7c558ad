/**
 * Changes that are in the binlog and were taken back all the same: a transaction that ends in ROLLBACK, or a part of
 * one before ROLLBACK TO SAVEPOINT. The binlog tells so only behind them, when they may be written already; so the
 * open warehouse transaction is rolled back, and the binlog is read again from the checkpoint without them.
 */
import { formatPosition, type SourcePosition } from '../../../runtime/ports/source-position';

/** Counted in row events of a transaction; `to` is not in it. */
export interface UndoneRange {
  readonly transaction: SourcePosition;
  readonly from: number;
  readonly to: number;
}

/** Thrown to read again from the checkpoint; not a failure. */
export class ChangesUndone extends Error {
  override readonly name = 'ChangesUndone';

  constructor(readonly range: UndoneRange) {
    super(`changes of the transaction at ${formatPosition(range.transaction)} were taken back`);
  }
}

export class UndoneChanges {
  private readonly ranges = new Map<string, UndoneRange[]>();

  add(range: UndoneRange): void {
    const key = formatPosition(range.transaction);
    this.ranges.set(key, [...(this.ranges.get(key) ?? []), range]);
  }

  /** Positions mean another thing now. */
  forget(): void {
    this.ranges.clear();
  }

  has(transaction: SourcePosition, index: number): boolean {
    if (this.ranges.size === 0) return false;
    const ranges = this.ranges.get(formatPosition(transaction));
    return ranges?.some(({ from, to }) => from <= index && index < to) ?? false;
  }
}
