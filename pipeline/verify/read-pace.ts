/** Keeps reads of one DynamoDB table within a number of read units per second, by what DynamoDB says that they consumed. */
import type { Clock } from './follow-differences';

/**
 * Every read is booked twice: an estimate when it begins, so that reads that run at the same time share the limit,
 * and the difference to what it really consumed when it ends. In any time the units are at most the limit for that
 * time and two pages of each reader: its first one, of which nothing is known, and its last one.
 */
export class ReadPace {
  private freeAtMs = 0;
  private units = 0;
  private unitsOfAPage = 0;
  private unitsOfAnItem = 0;

  /** @param unitsPerSecond undefined for reads that nobody limits. */
  constructor(
    private readonly unitsPerSecond: number | undefined,
    private readonly clock: Clock,
  ) {}

  /** All that was consumed so far. */
  get consumedUnits(): number {
    return this.units;
  }

  /** When the next read may begin; it is not earlier than now. */
  get readyAtMs(): number {
    return Math.max(this.freeAtMs, this.clock.nowMs());
  }

  /** How many items a page may have so that it costs about a second's units; undefined when it does not matter. */
  pageItems(): number | undefined {
    if (this.unitsPerSecond === undefined) return undefined;
    if (this.unitsOfAnItem === 0) return FIRST_PAGE_ITEMS;
    return Math.min(MAX_PAGE_ITEMS, Math.max(1, Math.floor(this.unitsPerSecond / this.unitsOfAnItem)));
  }

  /** Runs a read when its turn has come; `read` gives what it consumed, and how many items it brought. */
  async run<Answer>(
    read: () => Promise<{
      readonly answer: Answer;
      readonly units: number;
      readonly items: number;
    }>,
  ): Promise<Answer> {
    const estimate = this.unitsOfAPage;
    const waitMs = this.readyAtMs - this.clock.nowMs();
    this.book(estimate);
    if (waitMs > 0) await this.clock.wait(waitMs);
    const { answer, units, items } = await read();
    this.book(units - estimate);
    this.units += units;
    this.unitsOfAPage = units;
    if (items > 0) this.unitsOfAnItem = units / items;
    return answer;
  }

  private book(units: number): void {
    if (this.unitsPerSecond === undefined) return;
    this.freeAtMs = this.readyAtMs + (units / this.unitsPerSecond) * 1000;
  }
}

/** Before anything is known of the items: at most 100 units of items that fill a page of 1 MB. */
const FIRST_PAGE_ITEMS = 100;
/** More never fit in a page of 1 MB. */
const MAX_PAGE_ITEMS = 100_000;
