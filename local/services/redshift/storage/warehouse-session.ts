/** One session of the warehouse twin: one DuckDB connection, its temp tables, and at most one open transaction. */
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type FetchObject,
  type KeyedChanges,
  type PackedColumn,
  type PreparedChanges,
  type ResultColumn,
  type StatementResult,
  type WaitingRows,
  WarehouseError,
  type WarehouseSession,
} from '../../../runtime/ports/warehouse';
import {
  type Command,
  type CommandSession,
  EMPTY_RESULT,
  type LoadErrorRow,
  type SessionCounters,
} from '../commands/command';
import { planStatement, type StatementValues } from '../commands/plan-statement';
import { searchPathOf } from '../commands/settings';
import type { TableName } from '../sql/names';
import { resolveTableName } from '../sql/resolve/resolve-names';
import { type PositionalValue, TokenReader } from '../sql/syntax/token-reader';
import { appendTexts } from './append';
import { appendColumns } from './append-columns';
import { readSchemasOf, type TableColumn } from './catalog';
import { checkCopies } from './check-copies';
import { translateError } from './duckdb-errors';
import type { PartTarget } from './part-file';
import { prepareChanges } from './prepare-changes';
import { requirePrivileges } from './privileges';
import { readResult } from './read-result';
import { SessionCatalogue } from './session-catalogue';
import type { SessionContext } from './session-context';
import { SessionTransaction, type TransactionState } from './session-transaction';
import { describeQuery, giveRows, type TakeRows } from './stream-rows';
import { RowsInFiles } from './waiting-rows';

const INTERRUPT_EVERY_MS = 50;

export class TwinSession implements WarehouseSession, CommandSession {
  readonly tempTables = new Set<string>();
  readonly settings = new Map<string, string>();
  schemaOf: ReadonlyMap<string, string> = new Map();
  readonly counters: SessionCounters = { lastCopyRows: 0, lastCopyId: 0, queryId: -1 };
  readonly database: string;
  readonly fetchObject: FetchObject;
  readonly partFolder: string;
  private readonly transaction: SessionTransaction;
  private readonly catalogue: SessionCatalogue;
  private turn: Promise<unknown> = Promise.resolve();
  private closed = false;
  /** Statements that run or wait for their turn. */
  private given = 0;
  private closing: Promise<void> | undefined;

  constructor(
    readonly connection: DuckDBConnection,
    private readonly context: SessionContext,
    private readonly identity: Pick<CommandSession, 'user' | 'superuser' | 'readOnly'>,
  ) {
    ({ database: this.database, fetchObject: this.fetchObject, partFolder: this.partFolder } = context);
    const { locks, columnCache } = context;
    this.catalogue = new SessionCatalogue(connection, context.database, columnCache);
    this.transaction = new SessionTransaction({
      connection,
      locks,
      owner: this,
      tempTables: this.tempTables,
      catalogue: this.catalogue,
    });
  }

  get user(): string {
    return this.identity.user;
  }

  get superuser(): boolean {
    return this.identity.superuser;
  }

  get readOnly(): boolean {
    return this.identity.readOnly;
  }

  /** Of a transaction that was asked for; one that is a single statement's own does not count. */
  get transactionState(): TransactionState {
    return this.transaction.askedFor;
  }

  recordLoadErrors = (rows: readonly LoadErrorRow[]): Promise<void> =>
    this.context.recordLoadErrors(rows, this.user);

  run(sql: string, parameters?: ReadonlyMap<string, string>): Promise<StatementResult> {
    return this.inTurn(() => this.runNow(sql, parameters === undefined ? {} : { parameters }));
  }

  /**
   * Runs a statement whose rows are read piece by piece; whatever else is asked of the session waits until `take` has
   * ended. A statement without rows has no columns.
   */
  async read(sql: string, positional: readonly PositionalValue[], take: TakeRows): Promise<void> {
    await this.inTurn(() => this.runNow(sql, { positional }, take));
  }

  /** The columns that a statement would answer with, without its rows. */
  describe(sql: string, positional: readonly PositionalValue[]): Promise<readonly ResultColumn[]> {
    return this.inTurn(async () => {
      const command = await this.plan(sql, { positional });
      const { queryText } = command;
      if (queryText === undefined)
        return /^\s*(?:show|explain)\b/i.test(sql) ? (await command.run(this)).columns : [];
      return this.transaction.within(command.locks, async () => {
        await requirePrivileges(this, command.needs);
        return describeQuery(this.connection, await queryText(this));
      });
    });
  }

  /** A statement failed before it came here: an open transaction can only be rolled back. */
  fail(): void {
    this.transaction.abort();
  }

  begin(): Promise<void> {
    return this.inTurn(() => this.transaction.begin());
  }

  commit(): Promise<void> {
    return this.inTurn(() => this.transaction.commit());
  }

  rollback(): Promise<void> {
    return this.inTurn(() => this.transaction.rollback());
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

  async prepareChanges(table: string, changes: KeyedChanges): Promise<PreparedChanges> {
    const prepare = (to: PartTarget): Promise<PreparedChanges> =>
      prepareChanges(this.connection, { ...to, freeMemory: () => this.context.memory.free(this) }, changes);
    const { misfits, apply, drop } = await this.writing(table, prepare);
    return { misfits, apply: () => this.writing(table, apply), drop: () => this.inTurn(drop) };
  }

  freeMemory = (): Promise<void> => this.inTurn(() => this.context.memory.free(this));

  limitMemory = (isLimited: boolean): Promise<void> =>
    this.inTurn(() => this.context.memory.lower(this, isLimited));

  openWaitingRows = (): WaitingRows => new RowsInFiles(this.partFolder);

  private writing<Result>(text: string, work: (target: PartTarget) => Promise<Result>): Promise<Result> {
    return this.inTurn(() => {
      const context = { database: this.database, defaultSchema: 'public', tempTables: this.tempTables };
      const table = resolveTableName(context, new TokenReader(text).dottedName());
      const { database, columnsOf } = this;
      const target = { database, table, folder: this.partFolder, columnsOf };
      return this.transaction.within([{ table, mode: 'write' }], () => work(target));
    });
  }

  /** Stops what runs now; the statement then fails as cancelled, and so does the commit of an open transaction. */
  cancel(): void {
    this.transaction.cancelled = this.given > 0 || this.transaction.state !== 'none';
    this.context.locks.cancel(this);
    this.transaction.interrupt();
    // DuckDB drops an interrupt that comes between two of its own statements.
    const timer = setInterval(() => {
      if (this.transaction.cancelled && !this.closed) this.transaction.interrupt();
      else clearInterval(timer);
    }, INTERRUPT_EVERY_MS);
    timer.unref();
  }

  /** A second call waits for the first: a statement may end its session while the warehouse closes all. */
  close(): Promise<void> {
    this.closing ??= this.closeNow();
    return this.closing;
  }

  private async closeNow(): Promise<void> {
    await this.inTurn(() => this.transaction.rollback());
    await this.context.memory.lower(this, false);
    this.closed = true;
    this.connection.closeSync();
    this.context.onClose();
  }

  async execute(sql: string): Promise<StatementResult> {
    checkCopies(sql);
    try {
      return await readResult(this.connection, {
        sql,
        checkCancelled: () => this.transaction.checkCancelled(),
      });
    } catch (error) {
      throw translateError(error);
    }
  }

  columnsOf = (table: TableName): Promise<TableColumn[]> => this.catalogue.columnsOf(table);

  columnsOfSystemView = (view: string): Promise<TableColumn[]> => this.catalogue.columnsOfSystemView(view);

  /** One statement at a time, in the order they were given. */
  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    this.given += 1;
    const result = this.turn
      .then(() => {
        if (this.closed) throw new WarehouseError('the session is closed');
        return this.context.memory.during(this, work);
      })
      .finally(() => {
        this.given -= 1;
        if (this.given === 0 && this.transaction.state === 'none') this.transaction.cancelled = false;
      });
    this.turn = result.catch(() => undefined);
    return result;
  }

  private async plan(sql: string, values: StatementValues): Promise<Command> {
    try {
      // DuckDB answers nothing in a transaction that it has aborted, and neither does the session.
      if (this.transaction.state !== 'aborted')
        this.schemaOf = await readSchemasOf(this.connection, this.database, searchPathOf(this));
      return planStatement(sql, this, values);
    } catch (error) {
      this.transaction.abort();
      throw translateError(error);
    }
  }

  private async runNow(sql: string, values: StatementValues, take?: TakeRows): Promise<StatementResult> {
    this.counters.queryId = this.context.nextQueryId();
    const command = await this.plan(sql, values);
    switch (command.transaction) {
      case 'begin':
        await this.transaction.begin();
        break;
      case 'commit':
        await this.transaction.commit();
        break;
      case 'rollback':
        await this.transaction.rollback();
        break;
      case 'forbidden':
        if (this.transaction.state !== 'none') {
          this.transaction.abort();
          throw new WarehouseError(
            `${sql.trim().split(/\s+/, 1)[0]!.toUpperCase()} cannot run inside a transaction block`,
          );
        }
        break;
      default:
        break;
    }
    const result = await this.transaction.within(command.locks, async () => {
      await requirePrivileges(this, command.needs);
      const work = async (): Promise<StatementResult> => {
        if (take === undefined) return command.run(this);
        await giveRows(this, command, () => this.transaction.checkCancelled(), take);
        return EMPTY_RESULT;
      };
      const { changesTables } = command;
      return changesTables === undefined ? work() : this.catalogue.change(changesTables, work);
    });
    if (command.transaction === 'commits' && this.transaction.state === 'open')
      await this.transaction.commit();
    return result;
  }
}
