/**
 * The columns of all tables, read from the catalogue once and not with each statement: to find those of one table DuckDB
 * goes through all, which takes 20 ms of 10,000.
 *
 * What is cached is what was committed. A transaction reads the catalogue as of its beginning, so that it uses the cache
 * only while no other one has changed a table since then, and not at all once it has changed one itself.
 */
import type { TableColumn } from './catalog';

export type ColumnsByTable = ReadonlyMap<string, TableColumn[]>;

export class ColumnCache {
  private columns: Promise<ColumnsByTable | undefined> | undefined;
  /** Grows when tables change. */
  private version = 0;
  /** Commits of changed tables that are under way: nobody can tell which catalogue a new transaction sees. */
  private changing = 0;

  /** The catalogue that a transaction which begins now reads; undefined where nobody can tell. */
  get current(): number | undefined {
    return this.changing === 0 ? this.version : undefined;
  }

  /** @param seen {@link current}, when the transaction began. @returns undefined where the engine is to be asked */
  read(seen: number | undefined, load: () => Promise<ColumnsByTable>): Promise<ColumnsByTable | undefined> {
    if (seen === undefined || seen !== this.current) return Promise.resolve(undefined);
    if (this.columns === undefined) {
      // Who waits for it may be another session than the one that was stopped.
      const loading: Promise<ColumnsByTable | undefined> = load().catch(() => {
        if (this.columns === loading) this.columns = undefined;
        return undefined;
      });
      this.columns = loading;
    }
    return this.columns;
  }

  /** Around the commit of a transaction that changed tables. */
  async change<Result>(commit: () => Promise<Result>): Promise<Result> {
    this.changing += 1;
    try {
      return await commit();
    } finally {
      this.changing -= 1;
      this.version += 1;
      this.columns = undefined;
    }
  }
}
