/** One session of the warehouse twin: one DuckDB connection, its temp tables, and at most one open transaction. */
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type FetchObject,
  type KeyedChanges,
  type PackedColumn,
  type StatementResult,
  type WaitingRows,
  WarehouseError,
  type WarehouseSession,
} from '../../../runtime/ports/warehouse';
import type { Command, CommandSession, LoadErrorRow, SessionCounters, TableLock } from '../commands/command';
import { planStatement } from '../commands/plan-statement';
import { displayName, type TableName } from '../sql/names';
import { resolveTableName } from '../sql/resolve/resolve-names';
import { TokenReader } from '../sql/syntax/token-reader';
import { appendTexts } from './append';
import { appendColumns } from './append-columns';
import { readColumns, readSystemColumns, type TableColumn } from './catalog';
import { checkCopies } from './check-copies';
import { translateError } from './duckdb-errors';
import type { PartTarget } from './part-file';
import { requirePrivileges } from './privileges';
import { readResult } from './read-result';
import { replaceByKey } from './replace-by-key';
import { inLockOrder, type TableLocks } from './table-locks';
import { RowsInFiles } from './waiting-rows';

export interface SessionContext {
  readonly database: string;
  readonly locks: TableLocks;
  readonly fetchObject: FetchObject;
  /** Where files are that the engine reads rows from. */
  readonly partFolder: string;
  readonly freeMemory: () => Promise<void>;
  readonly nextQueryId: () => number;
  readonly onClose: (session: TwinSession) => void;
  /** Writes rows of sys_load_error_detail, which are the user's, in a transaction of their own. */
  readonly recordLoadErrors: (rows: readonly LoadErrorRow[], user: string) => Promise<void>;
}

const INTERRUPT_EVERY_MS = 50;

type TransactionState = 'none' | 'open' | 'aborted';

export class TwinSession implements WarehouseSession, CommandSession {
  readonly tempTables = new Set<string>();
  readonly settings = new Map<string, string>();
  readonly counters: SessionCounters = { lastCopyRows: 0, lastCopyId: 0, queryId: -1 };
  readonly database: string;
  readonly fetchObject: FetchObject;
  readonly partFolder: string;
  private transaction: TransactionState = 'none';
  private tempTablesBefore: readonly string[] = [];
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;
  /** Statements that run or wait for their turn. */
  private given = 0;
  /** A statement's own work runs: neither BEGIN nor COMMIT nor ROLLBACK, which are never broken off. */
  private interruptible = false;
  private cancelled = false;
  private closing: Promise<void> | undefined;

  constructor(
    readonly connection: DuckDBConnection,
    private readonly context: SessionContext,
    private readonly identity: { readonly user: string; readonly superuser: boolean },
  ) {
    ({ database: this.database, fetchObject: this.fetchObject, partFolder: this.partFolder } = context);
  }

  get user(): string {
    return this.identity.user;
  }

  get superuser(): boolean {
    return this.identity.superuser;
  }

  recordLoadErrors = (rows: readonly LoadErrorRow[]): Promise<void> =>
    this.context.recordLoadErrors(rows, this.user);

  run(sql: string, parameters?: ReadonlyMap<string, string>): Promise<StatementResult> {
    return this.inTurn(() => this.runNow(sql, parameters));
  }

  begin(): Promise<void> {
    return this.inTurn(() => this.beginNow());
  }

  commit(): Promise<void> {
    return this.inTurn(() => this.commitNow());
  }

  rollback(): Promise<void> {
    return this.inTurn(() => this.rollbackNow());
  }

  append(
    table: string,
    columns: readonly string[],
    rows: readonly (readonly (string | null)[])[],
  ): Promise<void> {
    return this.writing(table, (target) => appendTexts(this.connection, { ...target, columns, rows }));
  }

  appendColumns(table: string, columns: readonly PackedColumn[], rowCount: number): Promise<void> {
    return this.writing(table, (target) => appendColumns(this.connection, target, { columns, rowCount }));
  }

  replaceByKey(table: string, changes: KeyedChanges): Promise<boolean> {
    return this.writing(table, (to) => replaceByKey(this.connection, { ...to, ...this.context }, changes));
  }

  openWaitingRows = (): WaitingRows => new RowsInFiles(this.partFolder);

  private writing<Result>(text: string, work: (target: PartTarget) => Promise<Result>): Promise<Result> {
    return this.inTurn(() => {
      const context = { database: this.database, defaultSchema: 'public', tempTables: this.tempTables };
      const table = resolveTableName(context, new TokenReader(text).dottedName());
      const target = { database: this.database, table, folder: this.context.partFolder };
      return this.within([{ table, mode: 'write' }], () => work(target));
    });
  }

  /** Stops what runs now; the statement then fails as cancelled, and so does the commit of an open transaction. */
  cancel(): void {
    this.cancelled = this.given > 0 || this.transaction !== 'none';
    this.context.locks.cancel(this);
    this.interrupt();
    // DuckDB drops an interrupt that comes between two of its own statements.
    const timer = setInterval(() => {
      if (this.cancelled && !this.closed) this.interrupt();
      else clearInterval(timer);
    }, INTERRUPT_EVERY_MS);
    timer.unref();
  }

  private interrupt(): void {
    if (this.interruptible && this.cancelled) this.connection.interrupt();
  }

  /** A second call waits for the first: a statement may end its session while the warehouse closes all. */
  close(): Promise<void> {
    this.closing ??= this.closeNow();
    return this.closing;
  }

  private async closeNow(): Promise<void> {
    await this.inTurn(() => this.rollbackNow());
    this.closed = true;
    this.connection.closeSync();
    this.context.onClose(this);
  }

  async execute(sql: string): Promise<StatementResult> {
    checkCopies(sql);
    try {
      return await readResult(this.connection, { sql, checkCancelled: () => this.checkCancelled() });
    } catch (error) {
      throw translateError(error);
    }
  }

  columnsOf(table: TableName): Promise<TableColumn[]> {
    return readColumns(this.connection, this.database, table);
  }

  columnsOfSystemView = (view: string): Promise<TableColumn[]> => readSystemColumns(this.connection, view);

  /** One statement at a time, in the order they were given. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.given += 1;
    const result = this.turn
      .then(() => {
        if (this.closed) throw new WarehouseError('the session is closed');
        return work();
      })
      .finally(() => {
        this.given -= 1;
        if (this.given === 0 && this.transaction === 'none') this.cancelled = false;
      });
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async runNow(sql: string, parameters?: ReadonlyMap<string, string>): Promise<StatementResult> {
    this.counters.queryId = this.context.nextQueryId();
    let command: Command;
    try {
      command = planStatement(sql, this, parameters);
    } catch (error) {
      this.abort();
      throw translateError(error);
    }
    switch (command.transaction) {
      case 'begin':
        await this.beginNow();
        break;
      case 'commit':
        await this.commitNow();
        break;
      case 'rollback':
        await this.rollbackNow();
        break;
      case 'forbidden':
        if (this.transaction !== 'none') {
          this.abort();
          throw new WarehouseError(
            `${sql.trim().split(/\s+/, 1)[0]!.toUpperCase()} cannot run inside a transaction block`,
          );
        }
        break;
      default:
        break;
    }
    const result = await this.within(command.locks, async () => {
      await requirePrivileges(this, command.needs);
      return command.run(this);
    });
    if (command.transaction === 'commits' && this.transaction === 'open') await this.commitNow();
    return result;
  }

  /** Runs in the open transaction, or in one of its own. An error aborts either. */
  private async within<Result>(locks: readonly TableLock[], work: () => Promise<Result>): Promise<Result> {
    if (this.transaction === 'aborted') {
      throw new WarehouseError(
        'current transaction is aborted, commands ignored until end of transaction block',
      );
    }
    const own = this.transaction === 'none';
    try {
      // Locks first: the snapshot is taken at the first read, and must show what the lock waited for.
      for (const { table, mode } of inLockOrder(locks)) {
        if (table.schema !== undefined) await this.context.locks.acquire(this, displayName(table), mode);
      }
      this.checkCancelled();
      if (own) await this.beginNow();
      this.interruptible = true;
      const result = await work().finally(() => {
        this.interruptible = false;
      });
      this.checkCancelled();
      if (own) await this.commitNow();
      return result;
    } catch (error) {
      if (own) await this.rollbackNow();
      else this.abort();
      throw translateError(error);
    }
  }

  /** COPY and append work outside DuckDB for most of their time, where its interrupt does not reach. */
  private checkCancelled(): void {
    if (this.cancelled) throw new WarehouseError("Query cancelled on user's request");
  }

  private abort(): void {
    if (this.transaction === 'open') this.transaction = 'aborted';
  }

  private async beginNow(): Promise<void> {
    // PostgreSQL only warns about a BEGIN inside a transaction.
    if (this.transaction !== 'none') return;
    await this.connection.run('BEGIN TRANSACTION');
    this.transaction = 'open';
    this.tempTablesBefore = [...this.tempTables];
  }

  private async commitNow(): Promise<void> {
    if (this.transaction === 'none') return;
    if (this.transaction === 'aborted') {
      await this.rollbackNow();
      throw new WarehouseError('the transaction was aborted by an earlier error; it was rolled back');
    }
    try {
      this.checkCancelled();
      await this.connection.run('COMMIT');
      this.transaction = 'none';
      this.context.locks.release(this);
    } catch (error) {
      await this.rollbackNow();
      throw translateError(error);
    }
  }

  private async rollbackNow(): Promise<void> {
    this.cancelled = false;
    if (this.transaction !== 'none') {
      // DuckDB has rolled back by itself after some failures; then there is nothing left to do.
      await this.connection.run('ROLLBACK').catch(() => undefined);
      this.tempTables.clear();
      for (const table of this.tempTablesBefore) this.tempTables.add(table);
    }
    this.transaction = 'none';
    this.context.locks.release(this);
  }
}
