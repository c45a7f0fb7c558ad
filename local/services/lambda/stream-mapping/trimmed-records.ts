/**
 * What a jump of the clock can cost. DynamoDB Local shows the records of the last 24 hours by the machine's clock: set
 * forward a day, or after a laptop slept for one, it shows none of those that were written since the last read, a
 * quarter of a second ago. Its numbers have no gaps over all streams of one database, which tells whether there were any.
 */

import { STREAM_KEEPS_MS } from '../../../../pipeline/stage/backfill-due';
import { Kind } from '../../../runtime/registry';

/** A clock that is corrected within this time shows the records again. */
const PATIENCE_MS = 60_000;
/** By as much an iterator is too old, which also tells of a jump (Amazon DynamoDB API reference, GetShardIterator). */
const JUMP_MS = 15 * 60_000;
/** Streams that nobody reads leave gaps; only the newest matter. */
const MAX_RANGES = 10_000;

/** The numbers that the mappings of one DynamoDB Local have read, as ranges. */
export class ReadNumbers {
  private ranges: { from: bigint; to: bigint }[] = [];

  add(sequenceNumber: string): void {
    const number = BigInt(sequenceNumber);
    let at = this.ranges.length;
    while (at > 0 && this.ranges[at - 1]!.from > number) at -= 1;
    const [before, after] = [this.ranges[at - 1], this.ranges[at]];
    if (before !== undefined && number <= before.to) return;
    const joinsBefore = before?.to === number - 1n;
    const joinsAfter = after?.from === number + 1n;
    if (joinsBefore && joinsAfter) {
      before.to = after.to;
      this.ranges.splice(at, 1);
    } else if (joinsBefore) before.to = number;
    else if (joinsAfter) after.from = number;
    else this.ranges.splice(at, 0, { from: number, to: number });
    if (this.ranges.length > MAX_RANGES) this.ranges.shift();
  }

  /** Whether everything between the two was read. */
  hasAllBetween(after: string, before: string): boolean {
    const [first, last] = [BigInt(after) + 1n, BigInt(before) - 1n];
    return first > last || this.ranges.some(({ from, to }) => from <= first && last <= to);
  }
}

/** One for a DynamoDB Local, by its endpoint. */
export const READ_NUMBERS = new Kind<ReadNumbers>('numbers of stream records that were read');

/** What to do with what a read gave. `retry`: records before it may show again. `lost`: they did not, and nobody read them. */
export type JumpVerdict = 'read on' | 'retry' | 'lost';

/** Of one mapping: between a jump of the clock and the first record after it. */
export class JumpCheck {
  private isOpen = false;
  private isAnyUnread = false;
  private isDayGone = false;
  private gapSince: number | undefined;
  private clockAheadMs = clockAheadMs();

  constructor(
    private readonly numbers: ReadNumbers,
    private readonly patienceMs: number = PATIENCE_MS,
  ) {}

  /**
   * Whether the clock jumped since the last call; if so, the check is open. A read that is under way meanwhile may pass
   * with an iterator that is young by the old time, and give only what is young by the new one.
   */
  seeClock(): boolean {
    const before = this.clockAheadMs;
    this.clockAheadMs = clockAheadMs();
    if (Math.abs(this.clockAheadMs - before) < JUMP_MS) return false;
    this.isDayGone ||= this.clockAheadMs - before >= STREAM_KEEPS_MS;
    this.begin({ isAnyUnread: false });
    return true;
  }

  /** `isAnyUnread`: the last read had not come to the end, so that even an empty stream is a gap. */
  begin({ isAnyUnread }: { readonly isAnyUnread: boolean }): void {
    this.isOpen = true;
    this.isAnyUnread ||= isAnyUnread;
  }

  /**
   * `position`: the last record that this run read, in this shard or its parent. `next`: the first one of a page.
   * Where the run has read none, nothing tells what a day took along.
   */
  verdictOn(position: string | undefined, next: string | undefined): JumpVerdict {
    if (!this.isOpen) return 'read on';
    if (position === undefined) return this.isDayGone ? 'lost' : 'read on';
    if (next === undefined && !this.isAnyUnread) return 'read on';
    if (next !== undefined && this.numbers.hasAllBetween(position, next)) {
      this.end();
      return 'read on';
    }
    return this.isPatient() ? 'retry' : 'lost';
  }

  /** Nothing was missed, or the loss was named. */
  end(): void {
    this.isOpen = false;
    this.isAnyUnread = false;
    this.isDayGone = false;
    this.gapSince = undefined;
  }

  /** A closed shard is not left while its last records may show again; its child's first record then tells. */
  verdictAtEnd(): JumpVerdict {
    return this.isOpen && this.isPatient() ? 'retry' : 'read on';
  }

  private isPatient(): boolean {
    this.gapSince ??= performance.now();
    return performance.now() - this.gapSince < this.patienceMs;
  }
}

/** The time of day beside the monotonic clock, which nobody sets. */
const clockAheadMs = (): number => Date.now() - performance.now();
