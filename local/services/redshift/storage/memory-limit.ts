/**
 * How much memory the engine may use, which is one limit for all sessions. While one of them has it lowered for a large
 * transaction, a statement of another may need more than that: it is run again once the limit is back.
 */
import type { DuckDBConnection } from '@duckdb/node-api';

/** What is kept of the data in memory when as much as possible is freed. */
const KEPT = '32MB';
/** Enough for each step of a large transaction, and what it can read again is not kept. */
const LITTLE = '96MB';

/** Large transactions may follow one another. */
const ATTEMPTS = 10;

export class MemoryLimit {
  /** Grows each time the limit is lowered. */
  private lowered = 0;
  private restored: Promise<void> = Promise.resolve();
  private onRestored: (() => void) | undefined;

  constructor(
    private readonly control: DuckDBConnection,
    /** As DuckDB writes sizes. */
    private readonly limit: string,
  ) {}

  /** Makes the engine forget what it can read again. */
  free = async (): Promise<void> => {
    const wasLow = this.onRestored !== undefined;
    await this.lower(KEPT);
    await (wasLow ? this.lower(LITTLE) : this.restore());
  };

  /** Until it is taken back, the engine keeps little. */
  lowerForLong = (isLimited: boolean): Promise<void> => (isLimited ? this.lower(LITTLE) : this.restore());

  /** Runs it again with all the memory, if what was there did not do. `mayRepeat`: whether a failure left nothing of it. */
  async run<Result>(
    work: () => Promise<Result>,
    mayRepeat: () => boolean,
    attempts = ATTEMPTS,
  ): Promise<Result> {
    const before = this.onRestored === undefined ? this.lowered : -1;
    try {
      return await work();
    } catch (error) {
      const isRefused = before !== this.lowered && isOutOfMemory(error);
      if (!isRefused || !mayRepeat() || attempts === 1) throw error;
      await this.restored;
      return this.run(work, mayRepeat, attempts - 1);
    }
  }

  /** A lower limit is taken by dropping what is not in use, or refused: the engine works with more than that just now. */
  private async lower(to: string): Promise<void> {
    this.lowered += 1;
    if (this.onRestored === undefined)
      this.restored = new Promise((resolve) => {
        this.onRestored = resolve;
      });
    await this.set(to).catch(() => undefined);
  }

  private async restore(): Promise<void> {
    await this.set(this.limit);
    this.onRestored?.();
    this.onRestored = undefined;
  }

  private async set(limit: string): Promise<void> {
    await this.control.run(`SET memory_limit = '${limit}'`);
  }
}

const isOutOfMemory = (error: unknown): boolean => {
  const { message, cause } = error as { readonly message?: unknown; readonly cause?: unknown };
  return /^Out of Memory Error/.test(String(message)) || (cause !== undefined && isOutOfMemory(cause));
};
