/** Follows the source's binlog from a checkpoint, and hands the changes of replicated tables to the applier. */
import type { Connection } from 'mysql2';
import {
  comparePositions,
  formatPosition,
  type SourcePosition,
} from '../../../runtime/ports/source-position';
import type { BinlogEvent, RowsEvent } from '../binlog/binlog-event';
import { BinlogStream } from '../binlog/binlog-stream';
import { buildRowReader, type RowReader, StructureChangedError } from '../binlog/row-reader';
import type { TableMap } from '../binlog/table-map';
import { UnreadableColumnError } from '../binlog/value-reader';
import { ChangeApplier } from './change-applier';
import { type Checkpoint, explainDumpError, sourceReplaced } from './checkpoint';
import { decodeChange } from './decode-change';
import { handleStatement } from './handle-statement';
import type { MisfitColumn } from './mapped-table';
import { rejectRow } from './rejected-rows';
import { openSource } from './source-connection';
import { readBinlogEnd } from './source-server';
import { isSelected } from './table-mappings';
import {
  checkTablesLeft,
  isSuspended,
  suspendTable,
  type TaskContext,
  TaskStopped,
  type TaskTable,
  taskFailure,
} from './task-context';

/** Shorter than the least time between two commits, so that a batch is not kept waiting. */
const IDLE_MS = 30;
const IDLE_CHECKPOINT_EVERY_MS = 5_000;
const REWIND_CHECK_EVERY_MS = 10_000;

/** A selected table has changes that the task does not know yet: it was created after the start. */
export class NewTableFound extends Error {
  override readonly name = 'NewTableFound';
}

export interface BinlogFollowerOptions {
  readonly checkpoint: Checkpoint;
  /** Called at each advance: everything before the position is in the warehouse. */
  readonly onApplied: (position: SourcePosition) => void;
  /** True while somebody waits for the position to advance. */
  readonly hurry: () => boolean;
}

interface KnownTable {
  readonly table: TaskTable;
  readonly reader: RowReader;
}

export class BinlogFollower {
  private readonly applier: ChangeApplier;
  /** By the parser's table map, which stays the same object while the structure is unchanged. */
  private known = new WeakMap<TableMap, KnownTable | 'not replicated'>();
  private checkpoint: Checkpoint;
  /** Where the transaction began whose changes arrive. */
  private transactionStart: SourcePosition;
  private gtid: string | null = null;
  /** Names of replicated tables that the transaction changed. */
  private touched = new Set<string>();
  private lastRewindCheckAt = performance.now();

  constructor(
    private readonly context: TaskContext,
    private readonly options: BinlogFollowerOptions,
  ) {
    this.applier = new ChangeApplier(context);
    this.checkpoint = options.checkpoint;
    this.transactionStart = options.checkpoint.position;
  }

  /** Runs until the task stops. @throws TaskStopped, NewTableFound, PipelineError, or the error of a lost connection. */
  async run(): Promise<never> {
    const connection = await openSource(this.context.readLogin);
    const stream = await BinlogStream.open({ connection, start: this.checkpoint.position });
    try {
      for (;;) await this.step(stream);
    } catch (error) {
      throw explainDumpError(error, this.checkpoint.position);
    } finally {
      stream.close();
    }
  }

  private async step(stream: BinlogStream): Promise<void> {
    if (this.context.stopping()) throw new TaskStopped();
    const event = await stream.next(IDLE_MS);
    if (event !== undefined) await this.handle(event);
    else await this.whenIdle();
    const idle = event === undefined;
    if (this.applier.isDue({ idle, hurry: this.options.hurry() })) await this.commit();
    else if (this.applier.overflows) await this.applier.writePart();
  }

  private async handle(event: BinlogEvent): Promise<void> {
    switch (event.kind) {
      case 'rows':
        await this.handleRows(event);
        return;
      case 'begin':
        this.gtid = event.gtid ?? null;
        this.transactionStart = event.start;
        return;
      case 'commit':
        this.endTransaction(event.position, event.committedAtMs);
        return;
      case 'statement':
        await handleStatement(this.context, this.applier, event, this.transactionStart);
        this.known = new WeakMap();
        checkTablesLeft(this.context);
        return;
      case 'position':
        this.advance(event.position);
        return;
      case 'file':
        this.checkFile(event.createdAtSeconds);
        return;
      case 'rollback':
      case 'xa-prepare':
        this.refuseIfTouched(event);
        this.endTransaction(event.position, Date.now());
        return;
      case 'unreadable':
        throw taskFailure(
          `the binlog after ${formatPosition(this.checkpoint.position)} has ${event.what}. Nothing after it was replicated; fix the source, then resume, or load the tables again with reload-target.`,
          { checkpoint: formatPosition(this.checkpoint.position) },
        );
    }
  }

  private async handleRows(event: RowsEvent): Promise<void> {
    const known = this.known.get(event.map) ?? (await this.resolve(event.map));
    if (known === 'not replicated') return;
    const { table, reader } = known;
    if (isSuspended(table) || !this.isAfterCopy(table)) return;
    this.touched.add(table.name);
    try {
      while (event.rows.remaining > 0 && !isSuspended(table)) {
        const misfit = decodeChange(this.applier, table, reader, event);
        if (misfit !== undefined) await this.reject(table, misfit, event.operation);
      }
    } catch (error) {
      if (!(error instanceof UnreadableColumnError)) throw error;
      await this.suspend(table, error.message);
    }
  }

  private async reject(table: TaskTable, misfit: MisfitColumn, operation: string): Promise<void> {
    const where = `${operation} in the transaction at ${formatPosition(this.transactionStart)}`;
    this.applier.reject(table, await rejectRow(this.context, table, misfit, where));
    checkTablesLeft(this.context);
  }

  private async resolve(map: TableMap): Promise<KnownTable | 'not replicated'> {
    const name = `${map.database}.${map.table}`;
    const table = this.context.tables.get(name);
    if (table === undefined && isSelected(this.context.mappings, map.database, map.table))
      throw new NewTableFound(name);
    let known: KnownTable | 'not replicated' = 'not replicated';
    if (table?.replicated !== undefined && !isSuspended(table)) {
      try {
        known = { table, reader: buildRowReader(map, table.replicated.source) };
      } catch (error) {
        if (!(error instanceof StructureChangedError || error instanceof UnreadableColumnError)) throw error;
        if (this.isAfterCopy(table)) await this.suspend(table, error.message);
      }
    }
    this.known.set(map, known);
    return known;
  }

  private async suspend(table: TaskTable, reason: string): Promise<void> {
    await suspendTable(this.context, table, reason);
    checkTablesLeft(this.context);
  }

  /** Changes before the copy was taken are in the copy. */
  private isAfterCopy(table: TaskTable): boolean {
    const { snapshotPosition } = table;
    return snapshotPosition === undefined || comparePositions(this.transactionStart, snapshotPosition) >= 0;
  }

  private endTransaction(position: SourcePosition, committedAtMs: number): void {
    this.touched.clear();
    this.advance(position, committedAtMs);
  }

  private advance(position: SourcePosition, committedAtMs = Date.now()): void {
    this.checkpoint = { ...this.checkpoint, position, gtid: this.gtid ?? this.checkpoint.gtid };
    this.transactionStart = position;
    this.applier.endTransaction(this.checkpoint, committedAtMs);
    if (!this.applier.hasWaiting) this.options.onApplied(position);
  }

  private async commit(): Promise<void> {
    const committed = await this.applier.commit();
    if (committed !== undefined) this.options.onApplied(committed.position);
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
    this.checkpoint = { ...this.checkpoint, fileCreatedAtSeconds: createdAtSeconds };
  }

  private refuseIfTouched(event: {
    readonly kind: 'rollback' | 'xa-prepare';
    readonly position: SourcePosition;
  }): void {
    if (this.touched.size === 0) return;
    const what =
      event.kind === 'rollback'
        ? 'a transaction that was partly rolled back'
        : 'a distributed (XA) transaction';
    throw taskFailure(
      `the binlog has ${what} before ${formatPosition(event.position)}, which changed ${[...this.touched].join(', ')}. It cannot be replicated exactly; load the tables again: reload-target.`,
      { position: formatPosition(event.position) },
    );
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
    const connection: Connection = await openSource(this.context.readLogin);
    try {
      const end = await readBinlogEnd(connection);
      if (comparePositions(end, this.checkpoint.position) < 0)
        throw sourceReplaced(this.checkpoint, `its binlog now ends at ${formatPosition(end)}`);
    } finally {
      connection.destroy();
    }
  }
}
