/** The transaction whose events arrive: where it began, which of its row events were applied, what is held back. */
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { RowsEvent } from '../binlog/binlog-event';
import { ChangesUndone, type UndoneChanges } from './undone-changes';

/** More than this of a prepared transaction is read again from the binlog when it is committed. */
const MAX_HELD_BYTES = 4 * 1024 * 1024;

/** Servers take names of savepoints for one that differ by capitals or accents only, and write them as their sessions do. */
const foldSavepoint = (name: string): string =>
  name.trim().normalize('NFD').replace(/\p{M}/gu, '').toUpperCase();

export class SourceTransaction {
  /** Of row events, from 0. */
  private index = 0;
  /** Row events that were applied. */
  private applied: number[] = [];
  private readonly savepoints = new Map<string, number>();
  /** Of a distributed transaction: its row events, or undefined when they are too many. */
  private heldEvents: RowsEvent[] | undefined;
  private heldBytes = 0;
  private distributed = false;

  constructor(
    readonly start: SourcePosition,
    private readonly undone: UndoneChanges,
  ) {}

  get isDistributed(): boolean {
    return this.distributed;
  }

  get held(): readonly RowsEvent[] | undefined {
    return this.heldEvents;
  }

  beginDistributed(): void {
    this.distributed = true;
    this.heldEvents = [];
  }

  hold(event: RowsEvent): void {
    this.heldBytes += event.rows.remaining;
    if (this.heldBytes > MAX_HELD_BYTES) this.heldEvents = undefined;
    else this.heldEvents?.push(event);
  }

  /** Takes the next row event into account. @returns false when its rows were taken back. */
  beginRows(): boolean {
    this.index += 1;
    return !this.undone.has(this.start, this.index - 1);
  }

  /** The row event that was begun is applied. */
  markApplied(): void {
    this.applied.push(this.index - 1);
  }

  /** @param text SAVEPOINT or ROLLBACK TO, as the server writes them. @throws ChangesUndone */
  handleSavepoint(text: string): void {
    const set = /^SAVEPOINT (.*)$/is.exec(text)?.[1];
    if (set !== undefined) this.savepoints.set(foldSavepoint(set), this.index);
    const back = /^ROLLBACK TO (.*)$/is.exec(text)?.[1];
    if (back !== undefined) this.heldEvents = undefined;
    if (back !== undefined) this.undo(this.savepoints.get(foldSavepoint(back)) ?? 0);
  }

  /** Everything from a row event on was taken back. @throws ChangesUndone when some of it was applied. */
  undo(from: number): void {
    if (this.applied.every((index) => index < from)) return;
    throw new ChangesUndone({ transaction: this.start, from, to: this.index });
  }
}
