/**
 * The copies of tables, one after the other: rows are collected by column while those before are written, so that the
 * source, this process and the warehouse work at the same time, from one table to the next too. What waits is written
 * together: one chunk of a large table, or many small tables as they are. As much is in memory as two chunks.
 */
import type { Connection } from 'mysql2';
import { copyOrderSql } from './copy-order';
import type { CopyPiece, CopyWriter } from './copy-writer';
import { readRowPackets } from './row-packets';
import { buildSnapshotSelect } from './snapshot-select';
import type { TableCopy } from './table-copy';
import { type TaskContext, TaskStopped } from './task-context';
import { TextColumns } from './text-columns';

/** DMS loads files of up to 32 MB into Redshift (AWS DMS user guide, `MaxFileSize` of the Redshift endpoint). */
const CHUNK_BYTES = 32 * 1024 * 1024;
/** The engine takes rows fastest in hundreds of thousands: 250,000 with the default CommitRate of 10,000. */
const COMMIT_RATES_A_CHUNK = 25;
/** A commit takes longer than the rows of a small table; more of them at once is not faster, and is seen later. */
const TABLES_A_COMMIT = 25;

export class CopyPipe {
  /** Tables that have been read to their end. */
  private ended: CopyPiece[] = [];
  private endedRows = 0;
  private endedBytes = 0;
  /** Of the table that is read. */
  private chunk: TextColumns | undefined;
  private bytes = 0;
  private copy: TableCopy | undefined;
  private writing: Promise<void> | undefined;
  private isPaused = false;
  private readonly maxRows: number;
  private fail: (error: unknown) => void = () => {};
  /** Never resolves; rejects when something could not be written, or the task should stop. */
  private readonly failed: Promise<never>;

  constructor(
    private readonly context: TaskContext,
    /** In the transaction of the consistent read. */
    private readonly connection: Connection,
    private readonly writer: CopyWriter,
  ) {
    this.maxRows = COMMIT_RATES_A_CHUNK * context.settings.commitRate;
    this.failed = new Promise((_resolve, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => {});
  }

  /** Reads one table, whose last rows may wait when it resolves. @throws why what was before could not be written */
  async read(copy: TableCopy): Promise<void> {
    const { replicated, options } = copy;
    this.copy = copy;
    this.chunk = TextColumns.of(replicated);
    const sql = `${buildSnapshotSelect(replicated.source)}${copyOrderSql(replicated, options.resume?.lastKey)}`;
    const rows = readRowPackets(this.connection, sql, (bytes, start, end) => this.add(bytes, start, end));
    await Promise.race([rows, this.failed]);
    this.endTable(copy);
    if (this.writing === undefined) this.handOn();
    // On a paused connection the next query would wait for a write that may fail.
    while ((this.isFull || this.isPaused) && this.writing !== undefined)
      await Promise.race([this.writing, this.failed]);
  }

  /** Resolves when all that was read is written. @throws why something could not be */
  async settle(): Promise<void> {
    while (this.writing !== undefined) await Promise.race([this.writing, this.failed]);
    await Promise.race([this.failed, undefined]);
  }

  /** Resolves when nothing is being written, however that ended; what waits is forgotten. */
  async abandon(): Promise<void> {
    this.fail(new TaskStopped());
    this.ended = [];
    this.chunk = undefined;
    await this.writing;
  }

  /** The rows of a suspended table are read to the end: the connection has more tables to read. */
  private add(bytes: Buffer, start: number, end: number): void {
    const { chunk, copy } = this;
    if (this.context.stopping()) this.fail(new TaskStopped());
    if (chunk === undefined || copy?.isSuspended !== false) return;
    chunk.addRow(bytes, start);
    this.bytes += end - start;
    if (!this.isFull) return;
    if (this.writing === undefined) this.handOn();
    else {
      this.isPaused = true;
      this.connection.pause();
    }
  }

  private get isFull(): boolean {
    return (
      this.endedRows + (this.chunk?.rowCount ?? 0) >= this.maxRows ||
      this.endedBytes + this.bytes >= CHUNK_BYTES ||
      this.ended.length >= TABLES_A_COMMIT
    );
  }

  private endTable(copy: TableCopy): void {
    const { chunk } = this;
    this.chunk = undefined;
    this.copy = undefined;
    this.bytes = 0;
    if (chunk === undefined || copy.isSuspended) return;
    this.ended.push({ copy, chunk, isLast: true });
    this.endedRows += chunk.rowCount;
    this.endedBytes += chunk.memoryBytes;
  }

  private handOn(): void {
    const pieces = this.ended;
    if (this.isFull && this.chunk !== undefined && this.copy !== undefined && this.chunk.rowCount > 0) {
      pieces.push({ copy: this.copy, chunk: this.chunk, isLast: false });
      this.chunk = TextColumns.of(this.copy.replicated);
      this.bytes = 0;
    }
    this.ended = [];
    this.endedRows = 0;
    this.endedBytes = 0;
    if (pieces.length === 0) return;
    this.writing = this.write(pieces).then(
      () => this.written(),
      (error: unknown) => {
        this.writing = undefined;
        this.fail(error);
      },
    );
  }

  private written(): void {
    this.writing = undefined;
    this.handOn();
    if (!this.isPaused) return;
    this.isPaused = false;
    this.connection.resume();
  }

  private async write(pieces: readonly CopyPiece[]): Promise<void> {
    if (this.context.stopping()) throw new TaskStopped();
    await this.writer.write(pieces);
  }
}
