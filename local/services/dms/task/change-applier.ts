/**
 * Collects committed changes and writes them, many source transactions at a time, in one warehouse transaction with
 * the checkpoint that follows them. While that is done, the changes that come next are collected.
 *
 * A source transaction that is too large to wait in memory is written in parts into a warehouse transaction that
 * stays open until its commit arrives, so that memory stays bounded and nobody sees half of it.
 */
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { RowsEvent } from '../binlog/binlog-event';
import type { RowCopier } from '../binlog/row-reader';
import { applyChanges } from './apply-changes';
import { ApplyNotes } from './apply-notes';
import { ChangeBuffer, type RowChange } from './change-buffer';
import type { Checkpoint } from './checkpoint';
import { CommitInProgress } from './commit-in-progress';
import type { ApplyException } from './control-tables';
import type { MappedTable, MisfitColumn } from './mapped-table';
import { SpareColumns } from './spare-columns';
import type { TaskContext, TaskTable } from './task-context';
import { withLittleMemory } from './with-little-memory';
import { writePacked } from './write-packed';

const MAX_BUFFERED_ROWS = 50_000;
const MAX_BUFFERED_BYTES = 256 * 1024 * 1024;
/** Of those, of one source transaction in memory: as bytes, and as texts of values, which take several times as much as they have characters. */
const MAX_PACKED_BYTES = 32 * 1024 * 1024;
/** Once some of a transaction have left memory, of those that come. */
const MAX_PACKED_MORE_BYTES = 8 * 1024 * 1024;
const MAX_UNPACKED_BYTES = 8 * 1024 * 1024;
/** Complete transactions are committed before they have to leave memory: only one that is large by itself does. */
const FULL_PACKED_BYTES = 24 * 1024 * 1024;

/** How long changes of a busy source are gathered, and how old they may be for that. */
const GATHER_MS = 50;
const RECENT_MS = 5_000;

interface Waiting {
  readonly checkpoint: Checkpoint;
  readonly committedAtMs: number;
  readonly since: number;
}

export class ChangeApplier {
  private readonly spare = new SpareColumns();
  private buffer = new ChangeBuffer(this.spare);
  /** Of the open warehouse transaction. */
  private readonly notes: ApplyNotes;
  private open = false;
  /** The open warehouse transaction has more than should be in memory at once. */
  private isLarge = false;
  /** Changes of a source transaction whose end has not been read: they must not be committed. */
  private unfinished = false;
  /** Of complete source transactions that wait, as bytes in memory. */
  private completeBytes = 0;
  /** Follows the last complete source transaction that waits. */
  private waiting: Waiting | undefined;
  /** While it is, changes may be added as bytes; whatever else is done in the warehouse waits until it has settled. */
  readonly inProgress = new CommitInProgress();
  // Times between two moments are measured on the monotonic clock: the time of day may be set back for hours.
  private lastCommitAt = Number.NEGATIVE_INFINITY;
  private lastCheckpointAt = performance.now();

  constructor(
    private readonly context: TaskContext,
    private readonly maxRows = MAX_BUFFERED_ROWS,
  ) {
    this.notes = new ApplyNotes(context);
  }

  get hasWaiting(): boolean {
    return this.waiting !== undefined || this.inProgress.isRunning;
  }

  /** Writes, or moves out of memory, what has become too much of it. Nothing is committed. */
  async relieve(): Promise<void> {
    if (this.unfinished && this.isFull) {
      await this.inProgress.settle();
      await this.write();
    } else if (this.buffer.packedMemoryBytes > this.maxPackedBytes)
      await this.buffer.moveOut(this.context.session);
  }

  /** The complete ones before it, which are few, do not count: a transaction of 8 MB behind 24 MB is not a large one. */
  private get maxPackedBytes(): number {
    return this.buffer.isMovedOut ? MAX_PACKED_MORE_BYTES : this.completeBytes + MAX_PACKED_BYTES;
  }

  /** What was not written is not needed any more. Resolves when nothing is being written. */
  async abandon(): Promise<void> {
    await this.inProgress.ended();
    this.buffer.clear();
    this.spare.clear();
  }

  add(table: TaskTable, change: RowChange): void {
    this.unfinished = true;
    this.buffer.add(table.replicated as MappedTable, change);
  }

  /** Takes all rows of an event as bytes. */
  copy(table: TaskTable, event: RowsEvent, copier: RowCopier, position: SourcePosition): void {
    this.unfinished = true;
    this.buffer.addPacked(table.replicated as MappedTable, event, copier, position);
  }

  truncate(table: TaskTable): void {
    this.unfinished = true;
    this.buffer.truncate(table.replicated as MappedTable);
    this.notes.empty(table);
  }

  /** A value that is NULL in the warehouse because its column cannot hold it. */
  flag(table: TaskTable, misfit: MisfitColumn): void {
    this.notes.flag(table, misfit);
  }

  reject(table: TaskTable, exception: ApplyException | undefined): void {
    this.unfinished = true;
    this.notes.reject(table, exception);
  }

  /** The source transaction is complete: what was added may be committed, with this checkpoint. */
  endTransaction(checkpoint: Checkpoint, committedAtMs: number): void {
    this.unfinished = false;
    this.completeBytes = this.buffer.packedMemoryBytes;
    if (this.hasChanges) {
      this.waiting = { checkpoint, committedAtMs, since: this.waiting?.since ?? performance.now() };
    }
  }

  /** Whether it is time to commit. `idle`: the source has nothing more just now. `hurry`: somebody waits for it. */
  isDue(given: { readonly idle: boolean; readonly hurry: boolean }): boolean {
    if (this.waiting === undefined || this.unfinished) return false;
    const { batchApply, batchTimeoutMinSeconds, batchTimeoutMaxSeconds } = this.context.settings;
    const isFull = this.isFull || this.buffer.packedMemoryBytes >= FULL_PACKED_BYTES;
    if (this.inProgress.isRunning) return isFull;
    if (this.open || isFull || !batchApply) return true;
    const now = performance.now();
    const rested = now - this.lastCommitAt >= batchTimeoutMinSeconds * 1_000;
    const waited = now - this.waiting.since;
    if (given.idle) return rested || given.hurry;
    if (waited >= batchTimeoutMaxSeconds * 1_000) return true;
    // A source that is never idle is followed as closely; what lies far back is caught up with in full batches.
    return rested && waited >= GATHER_MS && Date.now() - this.waiting.committedAtMs < RECENT_MS;
  }

  private get isFull(): boolean {
    const { batchMemoryBytes, batchSplitSize } = this.context.settings;
    const bytes = Math.min(MAX_BUFFERED_BYTES, batchMemoryBytes);
    const rows = Math.min(this.maxRows, batchSplitSize ?? this.maxRows);
    return (
      this.buffer.rowCount >= rows ||
      this.buffer.byteCount >= bytes ||
      this.buffer.unpackedBytes > MAX_UNPACKED_BYTES
    );
  }

  /** Does something in the warehouse after all changes so far, in the transaction that their checkpoint ends. */
  async runBetween(work: () => Promise<void>): Promise<void> {
    await this.write();
    this.unfinished = true;
    await work();
  }

  /** Whether there are changes that no commit under way has. */
  get isCollecting(): boolean {
    return this.waiting !== undefined || this.unfinished;
  }

  /** Begins to commit everything that waits, with its checkpoint, once the commit before has ended. */
  async commit(onCommitted: (checkpoint: Checkpoint) => void): Promise<void> {
    await this.inProgress.settle();
    const { waiting } = this;
    if (waiting === undefined || this.unfinished) return;
    this.waiting = undefined;
    this.inProgress.begin(async () => {
      await this.commitNow(waiting);
      onCommitted(waiting.checkpoint);
    });
    // Each source transaction is one by itself.
    if (!this.context.settings.batchApply) await this.inProgress.settle();
  }

  private async commitNow(waiting: Waiting): Promise<void> {
    this.context.failpoint('apply:before');
    await this.write();
    this.context.failpoint('apply:rows-written');
    await this.context.control.writeCheckpoint(waiting.checkpoint);
    this.context.failpoint('apply:before-commit');
    // Rows that were written and deleted in one transaction are all written again by its commit (DuckDB 1.5).
    await withLittleMemory(this.context.session, this.isLarge, () => this.context.session.commit());
    this.context.failpoint('apply:committed');
    this.open = false;
    if (this.isLarge) this.spare.clear();
    this.isLarge = false;
    this.lastCommitAt = performance.now();
    this.lastCheckpointAt = this.lastCommitAt;
    this.notes.report(Date.now() - waiting.committedAtMs);
  }

  /** Saves a position that moved on without any change of these tables, at most every few seconds. */
  async saveIdleCheckpoint(checkpoint: Checkpoint, everyMs: number): Promise<void> {
    if (this.hasChanges || this.open || performance.now() - this.lastCheckpointAt < everyMs) return;
    this.spare.clear();
    await this.context.session.begin();
    await this.context.control.writeCheckpoint(checkpoint);
    await this.context.session.commit();
    this.lastCheckpointAt = performance.now();
  }

  private get hasChanges(): boolean {
    // A checkpoint that waits, or that a commit under way has, is not the last once another transaction is complete.
    if (this.hasWaiting || this.open || !this.buffer.isEmpty) return true;
    return !this.notes.isEmpty;
  }

  private async write(): Promise<void> {
    const { session } = this.context;
    const { buffer } = this;
    this.buffer = new ChangeBuffer(this.spare);
    this.completeBytes = 0;
    try {
      if (!this.open) await session.begin();
      this.open = true;
      this.isLarge ||= this.unfinished || buffer.isMovedOut;
      for (const changes of buffer.tables) {
        // To find rows without a key, the engine reads all columns of the table.
        await withLittleMemory(session, this.isLarge && changes.byRow.size > 0, () =>
          applyChanges(session, changes),
        );
        this.notes.count(changes.table, changes.counts);
        const { packed } = changes;
        // What was collected meanwhile came after what suspended it.
        if (packed !== undefined && (await writePacked(this.context, packed, this.notes)) === 'suspended')
          this.buffer.remove(packed.table);
        if (this.isLarge) await session.freeMemory();
      }
    } finally {
      buffer.clear();
    }
    await this.notes.writeExceptions();
  }
}
