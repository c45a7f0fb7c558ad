/** The transaction of a session: at most one, its locks, and what may break it off. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { WarehouseError } from '../../../runtime/ports/warehouse';
import type { TableLock } from '../commands/command';
import { displayName } from '../sql/names';
import { translateError } from './duckdb-errors';
import type { SessionCatalogue } from './session-catalogue';
import { inLockOrder, type TableLocks } from './table-locks';

export type TransactionState = 'none' | 'open' | 'aborted';

interface TransactionParts {
  readonly connection: DuckDBConnection;
  readonly locks: TableLocks;
  /** Who holds the locks. */
  readonly owner: object;
  readonly tempTables: Set<string>;
  readonly catalogue: SessionCatalogue;
}

export class SessionTransaction {
  state: TransactionState = 'none';
  cancelled = false;
  /** It is that of the one statement that runs. */
  private isOwn = false;
  private tempTablesBefore: readonly string[] = [];
  /** A statement's own work runs: neither BEGIN nor COMMIT nor ROLLBACK, which are never broken off. */
  private interruptible = false;

  constructor(private readonly parts: TransactionParts) {}

  /** Of a transaction that was asked for; one that is a single statement's own does not count. */
  get askedFor(): TransactionState {
    return this.isOwn ? 'none' : this.state;
  }

  interrupt(): void {
    if (this.interruptible && this.cancelled) this.parts.connection.interrupt();
  }

  /** Runs in the open transaction, or in one of its own. An error aborts either. */
  async within<Result>(locks: readonly TableLock[], work: () => Promise<Result>): Promise<Result> {
    if (this.state === 'aborted') {
      throw new WarehouseError(
        'current transaction is aborted, commands ignored until end of transaction block',
      );
    }
    const own = this.state === 'none';
    try {
      // Locks first: the snapshot is taken at the first read, and must show what the lock waited for.
      for (const { table, mode } of inLockOrder(locks)) {
        if (table.schema !== undefined)
          await this.parts.locks.acquire(this.parts.owner, displayName(table), mode);
      }
      this.checkCancelled();
      this.isOwn = own;
      if (own) await this.begin();
      this.interruptible = true;
      const result = await work().finally(() => {
        this.interruptible = false;
      });
      this.checkCancelled();
      if (own) await this.commit();
      return result;
    } catch (error) {
      if (own) await this.rollback();
      else this.abort();
      throw translateError(error);
    } finally {
      this.isOwn = false;
    }
  }

  /** COPY and append work outside DuckDB for most of their time, where its interrupt does not reach. */
  checkCancelled(): void {
    if (this.cancelled) throw new WarehouseError("Query cancelled on user's request");
  }

  abort(): void {
    if (this.state === 'open') this.state = 'aborted';
  }

  async begin(): Promise<void> {
    // PostgreSQL only warns about a BEGIN inside a transaction.
    if (this.state !== 'none') return;
    this.parts.catalogue.begin();
    await this.parts.connection.run('BEGIN TRANSACTION');
    this.state = 'open';
    this.tempTablesBefore = [...this.parts.tempTables];
  }

  async commit(): Promise<void> {
    if (this.state === 'none') return;
    if (this.state === 'aborted') {
      await this.rollback();
      throw new WarehouseError('the transaction was aborted by an earlier error; it was rolled back');
    }
    try {
      this.checkCancelled();
      await this.parts.catalogue.commit(() => this.parts.connection.run('COMMIT'));
      this.state = 'none';
      this.parts.locks.release(this.parts.owner);
    } catch (error) {
      await this.rollback();
      throw translateError(error);
    }
  }

  async rollback(): Promise<void> {
    const { connection, locks, owner, tempTables } = this.parts;
    this.cancelled = false;
    if (this.state !== 'none') {
      // DuckDB has rolled back by itself after some failures; then there is nothing left to do.
      await connection.run('ROLLBACK').catch(() => undefined);
      tempTables.clear();
      for (const table of this.tempTablesBefore) tempTables.add(table);
      this.parts.catalogue.rolledBack();
    }
    this.state = 'none';
    locks.release(owner);
  }
}
