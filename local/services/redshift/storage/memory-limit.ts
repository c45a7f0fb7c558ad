/**
 * How much memory the engine may use, which is one limit for all sessions. A session lowers it for a large transaction,
 * but not while another one is at work: what that needs would be refused, or would leave too little for the transaction.
 */
import type { DuckDBConnection } from '@duckdb/node-api';

/** What is kept of the data in memory when as much as possible is freed. */
const KEPT = '32MB';
/** Enough for each step of a large transaction, and what it can read again is not kept. */
const LITTLE = '96MB';

/** Anything that is one per session. */
type Owner = object;

export class MemoryLimit {
  private readonly lowering = new Set<Owner>();
  /** Works of each session that are not over. */
  private readonly working = new Map<Owner, number>();
  private current: string;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly control: DuckDBConnection,
    /** As DuckDB writes sizes. */
    private readonly limit: string,
  ) {
    this.current = limit;
  }

  /** Makes the engine forget what it can read again. */
  free(owner: Owner): Promise<void> {
    return this.inTurn(async () => {
      if (this.hasOthers(new Set([owner]))) return;
      await this.set(KEPT);
      await this.apply();
    });
  }

  /** Until it is taken back, the engine keeps little whenever no other session is at work. */
  async lower(owner: Owner, isLowered: boolean): Promise<void> {
    if (isLowered) this.lowering.add(owner);
    else this.lowering.delete(owner);
    await this.inTurn(() => this.apply());
  }

  /** Does a session's work with all the memory, unless it is the one that lowered it. */
  async during<Result>(owner: Owner, work: () => Promise<Result>): Promise<Result> {
    this.working.set(owner, (this.working.get(owner) ?? 0) + 1);
    const mustWait = (): boolean => this.lowering.size > 0 && !this.lowering.has(owner);
    try {
      if (mustWait()) await this.inTurn(() => this.apply());
      return await work();
    } finally {
      const left = (this.working.get(owner) ?? 1) - 1;
      if (left > 0) this.working.set(owner, left);
      else this.working.delete(owner);
      if (mustWait()) await this.inTurn(() => this.apply());
    }
  }

  private hasOthers(owners: ReadonlySet<Owner>): boolean {
    return [...this.working.keys()].some((owner) => !owners.has(owner));
  }

  private async apply(): Promise<void> {
    const isLow = this.lowering.size > 0 && !this.hasOthers(this.lowering);
    await this.set(isLow ? LITTLE : this.limit);
  }

  /** A lower limit is taken by dropping what is not in use, or refused: the engine works with more than that just now. */
  private async set(limit: string): Promise<void> {
    if (limit === this.current) return;
    try {
      await this.control.run(`SET memory_limit = '${limit}'`);
      this.current = limit;
    } catch (error) {
      if (limit === this.limit) throw error;
    }
  }

  /** Its connection does one thing after the other, but not in the order in which they are asked for. */
  private inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.turn.then(work);
    this.turn = done.catch(() => undefined);
    return done;
  }
}
