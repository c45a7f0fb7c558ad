/**
 * The copy of one table, in chunks: rows are collected by column while the chunk before is written, so that the source,
 * this process and the warehouse work at the same time. At most two chunks are in memory.
 *
 * A chunk goes to the warehouse as it is, which checks it. If it does not take one, its rows are looked at one by one
 * by the rules of `target-fit`, as are all rows of a table that has a column whose texts nobody but those rules can judge.
 */
import { copyOrderSql } from './copy-order';
import { CopyWriter } from './copy-writer';
import { readRowPackets } from './row-packets';
import { buildSnapshotSelect } from './snapshot-select';
import type { TableCopy } from './table-copy';
import { isSuspended, type TaskContext, TaskStopped } from './task-context';
import { TextColumns } from './text-columns';

/** DMS loads files of up to 32 MB into Redshift (AWS DMS user guide, `MaxFileSize` of the Redshift endpoint). */
const CHUNK_BYTES = 32 * 1024 * 1024;
/** The engine takes rows fastest in hundreds of thousands: 250,000 with the default CommitRate of 10,000. */
const COMMIT_RATES_A_CHUNK = 25;

export async function copyRows(context: TaskContext, options: TableCopy): Promise<void> {
  const { connection, table, replicated, resume } = options;
  const writer = new CopyWriter(context, options);
  const pipe = new ChunkPipe(context, options, writer);
  const sql = `${buildSnapshotSelect(replicated.source)}${copyOrderSql(replicated, resume?.lastKey)}`;
  const rows = readRowPackets(connection, sql, (bytes, start, end) => pipe.add(bytes, start, end));
  try {
    await Promise.race([rows, pipe.failed]);
  } finally {
    await pipe.drain();
  }
  if (!isSuspended(table)) await writer.finish(pipe.rest);
}

class ChunkPipe {
  private chunk: TextColumns;
  private bytes = 0;
  private writing: Promise<void> | undefined;
  private full = false;
  private readonly maxRows: number;
  private fail: (error: unknown) => void = () => {};
  /** Never resolves; rejects when a chunk could not be written, or the task should stop. */
  readonly failed: Promise<never>;

  constructor(
    private readonly context: TaskContext,
    private readonly options: TableCopy,
    private readonly writer: CopyWriter,
  ) {
    this.chunk = TextColumns.of(options.replicated);
    this.maxRows = COMMIT_RATES_A_CHUNK * context.settings.commitRate;
    this.failed = new Promise((_resolve, reject) => {
      this.fail = reject;
    });
    this.failed.catch(() => {});
  }

  /** What has not been handed on yet. */
  get rest(): TextColumns {
    return this.chunk;
  }

  /** The rows of a suspended table are read to the end: the connection has more tables to read. */
  add(bytes: Buffer, start: number, end: number): void {
    if (this.context.stopping()) this.fail(new TaskStopped());
    if (isSuspended(this.options.table)) return;
    this.chunk.addRow(bytes, start);
    this.bytes += end - start;
    if (this.chunk.rowCount < this.maxRows && this.bytes < CHUNK_BYTES) return;
    if (this.writing === undefined) this.handOn();
    else {
      this.full = true;
      this.options.connection.pause();
    }
  }

  /** Waits until nothing is being written any more. @throws what `failed` rejects with */
  async drain(): Promise<void> {
    while (this.writing !== undefined) await this.writing;
    await Promise.race([this.failed, undefined]);
  }

  private handOn(): void {
    const { chunk } = this;
    this.chunk = TextColumns.of(this.options.replicated);
    this.bytes = 0;
    this.writing = this.write(chunk).then(
      () => this.written(),
      (error: unknown) => {
        this.writing = undefined;
        this.fail(error);
      },
    );
  }

  private written(): void {
    this.writing = undefined;
    if (!this.full) return;
    this.full = false;
    this.handOn();
    this.options.connection.resume();
  }

  private async write(chunk: TextColumns): Promise<void> {
    if (this.context.stopping()) throw new TaskStopped();
    if (!isSuspended(this.options.table)) await this.writer.write(chunk);
  }
}
