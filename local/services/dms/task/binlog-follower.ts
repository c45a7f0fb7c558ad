/** Follows the source's binlog from a checkpoint, and hands the changes of replicated tables to the applier. */
import type { Connection } from 'mysql2';
import {
  comparePositions,
  formatPosition,
  type SourcePosition,
} from '../../../runtime/ports/source-position';
import type { BinlogEvent, RowsEvent } from '../binlog/binlog-event';
import { BinlogStream } from '../binlog/binlog-stream';
import { Gtids } from '../binlog/gtids';
import { ChangeApplier } from './change-applier';
import { type Checkpoint, explainDumpError, isReadByGtid, sourceReplaced } from './checkpoint';
import { DistributedTransactions } from './distributed-transactions';
import { handleStatement } from './handle-statement';
import type { PreparedTransactions } from './prepared-transactions';
import { RowChanges } from './row-changes';
import { openSource, withSource } from './source-connection';
import { readBinlogEnd, readServer } from './source-server';
import { SourceTransaction } from './source-transaction';
import { checkTablesLeft, type TaskContext, TaskStopped, taskFailure } from './task-context';
import type { UndoneChanges } from './undone-changes';
import { suspendUnloggedChanges } from './unlogged-changes';

/** Shorter than the least time between two commits, so that a batch is not kept waiting. */
const IDLE_MS = 30;
const IDLE_CHECKPOINT_EVERY_MS = 5_000;
const REWIND_CHECK_EVERY_MS = 10_000;

/** Handled while what was before them is being committed; all others wait for that. */
const READ_AHEAD: ReadonlySet<BinlogEvent['kind']> = new Set(['begin', 'rows', 'commit', 'xa-start']);

export interface BinlogFollowerOptions {
  readonly checkpoint: Checkpoint;
  readonly undone: UndoneChanges;
  readonly prepared: PreparedTransactions;
  /** Called at each advance: everything before the position is in the warehouse. */
  readonly onApplied: (position: SourcePosition) => void;
  /** True while somebody waits for the position to advance. */
  readonly hurry: () => boolean;
}

export class BinlogFollower {
  private readonly applier: ChangeApplier;
  private readonly rows: RowChanges;
  private readonly distributed: DistributedTransactions;
  private checkpoint: Checkpoint;
  private transaction: SourceTransaction;
  private gtid: string | undefined;
  private gtidText: string | null;
  /** Undefined where transactions have no names. */
  private gtids: Gtids | undefined;
  /** Of the file that is read, while its position alone does not tell what was read. */
  private fileBegan: number | undefined;
  private lastRewindCheckAt = performance.now();

  constructor(
    private readonly context: TaskContext,
    private readonly options: BinlogFollowerOptions,
  ) {
    this.applier = new ChangeApplier(context);
    this.rows = new RowChanges(context, this.applier);
    this.distributed = new DistributedTransactions(context, this.applier, this.rows, options.prepared);
    this.checkpoint = options.checkpoint;
    this.gtidText = options.checkpoint.gtid;
    this.gtids = this.checkpoint.gtid === null ? undefined : Gtids.parse(this.checkpoint.gtid);
    this.transaction = this.begin(options.checkpoint.position);
  }

  /**
   * Runs until the task stops.
   * @throws TaskStopped, NewTableFound, ChangesUndone, PipelineError, or the error of a lost connection.
   */
  async run(): Promise<never> {
    const connection = await openSource(this.context.readLogin);
    const { position } = this.checkpoint;
    try {
      await this.checkServer(connection);
      const after = isReadByGtid(this.checkpoint) ? this.gtids : undefined;
      const stream = await BinlogStream.open({
        connection,
        start: position,
        ...(after === undefined ? {} : { after }),
      });
      try {
        for (;;) await this.step(stream);
      } finally {
        stream.close();
        await this.applier.abandon();
      }
    } catch (error) {
      connection.destroy();
      throw explainDumpError(error, this.checkpoint.position);
    }
  }

  private async step(stream: BinlogStream): Promise<void> {
    if (this.context.stopping()) throw new TaskStopped();
    this.applier.inProgress.check();
    const event = await stream.next(IDLE_MS);
    if (event !== undefined) await this.handle(event);
    else await this.whenIdle();
    const idle = event === undefined;
    if (this.applier.isDue({ idle, hurry: this.options.hurry() })) await this.commit();
    // A busy source leaves no other moment than the one at which a commit begins; what it throws waits for its end.
    if (!this.applier.isCollecting) this.context.checkRequests();
  }

  private async handle(event: BinlogEvent): Promise<void> {
    if (!READ_AHEAD.has(event.kind)) await this.applier.inProgress.settle();
    switch (event.kind) {
      case 'rows':
        return this.handleRows(event);
      case 'begin':
        this.gtid = event.gtid;
        if (event.gtid === undefined) this.forgetGtids();
        this.transaction = this.begin(event.start);
        return;
      case 'xa-start':
        return this.transaction.beginDistributed();
      case 'commit':
        return this.advance(event.position, event.committedAtMs);
      case 'statement':
        return this.handleStatement(event);
      case 'position':
        return this.advance(event.position);
      case 'file':
        return this.checkFile(event.createdAtSeconds);
      case 'gtids-before':
        return this.checkRead(event.gtids);
      case 'rollback':
        this.transaction.undo(0);
        return this.advance(event.position);
      case 'xa-prepare':
        await this.distributed.prepare(this.transaction, event);
        return this.advance(event.position, event.committedAtMs);
      case 'unreadable':
        throw this.unreadable(event.what);
    }
  }

  private unreadable(what: string): Error {
    const at = formatPosition(this.checkpoint.position);
    return taskFailure(
      `the binlog after ${at} has ${what}. Nothing after it was replicated; fix the source, then resume, or load the tables again with reload-target.`,
      { checkpoint: at },
    );
  }

  private async handleRows(event: RowsEvent): Promise<void> {
    if (this.transaction.isDistributed) this.transaction.hold(event);
    else if (this.transaction.beginRows() && (await this.rows.apply(event, this.transaction.start)))
      this.transaction.markApplied();
  }

  private async handleStatement(event: Extract<BinlogEvent, { kind: 'statement' }>): Promise<void> {
    if (event.inTransaction) this.transaction.handleSavepoint(event.text);
    if (await this.distributed.handleStatement(event.text, this.transaction.start)) return;
    await handleStatement(this.context, this.applier, event, this.transaction.start);
    this.rows.forgetStructures();
    checkTablesLeft(this.context);
  }

  private begin(start: SourcePosition): SourceTransaction {
    return new SourceTransaction(start, this.options.undone);
  }

  private async advance(position: SourcePosition, committedAtMs = Date.now()): Promise<void> {
    this.countTransaction();
    this.checkpoint = { ...this.checkpoint, position, gtid: this.gtidText };
    this.transaction = this.begin(position);
    this.applier.endTransaction(this.checkpoint, committedAtMs);
    if (this.context.expected.size > 0) await this.applier.inProgress.settle();
    await suspendUnloggedChanges(this.context, position);
    if (!this.applier.hasWaiting) this.options.onApplied(position);
  }

  private async commit(): Promise<void> {
    await this.applier.commit(({ position }) => this.options.onApplied(position));
  }

  /** A new file is expected after a rotation; at the start it must be the very file of the checkpoint. */
  private checkFile(createdAtSeconds: number): void {
    const { position, fileCreatedAtSeconds } = this.checkpoint;
    const resumed = position.offset > 4;
    if (resumed && fileCreatedAtSeconds !== null && fileCreatedAtSeconds !== createdAtSeconds)
      throw sourceReplaced(
        this.checkpoint,
        `the file ${position.file} is another one than at the checkpoint`,
      );
    if (isReadByGtid(this.checkpoint)) this.fileBegan = createdAtSeconds;
    else this.checkpoint = { ...this.checkpoint, fileCreatedAtSeconds: createdAtSeconds };
  }

  /** Once all that was read elsewhere is before this file, its position tells what was read. */
  private checkRead(before: Gtids | undefined): void {
    if (this.fileBegan === undefined || this.gtids === undefined || before?.has(this.gtids) !== true) return;
    this.checkpoint = { ...this.checkpoint, fileCreatedAtSeconds: this.fileBegan };
    this.fileBegan = undefined;
  }

  private forgetGtids(): void {
    this.gtids = undefined;
    this.gtidText = null;
  }

  private countTransaction(): void {
    if (this.gtid === undefined) return;
    // A name that is not understood: names no longer say what was read.
    if (this.gtids?.add(this.gtid) === true) this.gtidText = this.gtids.toString();
    else this.forgetGtids();
    this.gtid = undefined;
  }

  /** Between the look at the checkpoint and this connection another server may have taken the name. */
  private async checkServer(connection: Connection): Promise<void> {
    const { uuid } = await readServer(connection);
    if (uuid === this.checkpoint.serverUuid) return;
    throw Object.assign(new Error('another server answers now'), { code: 'PROTOCOL_CONNECTION_LOST' });
  }

  private async whenIdle(): Promise<void> {
    if (this.applier.hasWaiting) return;
    await this.applier.saveIdleCheckpoint(this.checkpoint, IDLE_CHECKPOINT_EVERY_MS);
    if (performance.now() - this.lastRewindCheckAt < REWIND_CHECK_EVERY_MS) return;
    this.lastRewindCheckAt = performance.now();
    await this.checkNotRewound();
  }

  /** RESET MASTER under a reader leaves it waiting indefinitely at a place that will not come. */
  private async checkNotRewound(): Promise<void> {
    const end = await withSource(this.context.readLogin, readBinlogEnd);
    if (comparePositions(end, this.checkpoint.position) < 0)
      throw sourceReplaced(this.checkpoint, `its binlog now ends at ${formatPosition(end)}`);
  }
}
