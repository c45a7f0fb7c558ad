/** Writes the chunks of a table's copy: rows, what was rejected, and how far the copy is, in one transaction each. */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import type { ApplyException } from './control-tables';
import { CopyCheckpoints } from './copy-checkpoints';
import { isCopiedInOrder, resumableKey } from './copy-order';
import { CopyProgress } from './copy-progress';
import { FlaggedValues } from './flagged-values';
import { columnNames, isMisfit, type MappedTable, type TargetRow, toTargetRow } from './mapped-table';
import { rejectRow } from './rejected-rows';
import { besideOf, replaceRows } from './resync-target';
import { buildNormalizer } from './snapshot-select';
import type { TableCopy } from './table-copy';
import { isSuspended, type TaskContext, tableStateOf } from './task-context';
import type { TextColumns } from './text-columns';

interface Batch {
  readonly state: 'loading' | 'loaded';
  readonly rowsRead: number;
  readonly rowsCopied: number;
  readonly exceptions?: readonly ApplyException[];
  /** Texts of the last row's key. */
  readonly lastKey: readonly (string | null)[];
  readonly append: (target: string) => Promise<void>;
}

export class CopyWriter {
  private readonly table: TableCopy['table'];
  private readonly replicated: MappedTable;
  private readonly checkpoints: CopyCheckpoints;
  private readonly progress: CopyProgress;
  private readonly flagged = new FlaggedValues();
  private readonly isBulk: boolean;
  private readonly resumes: boolean;
  private readonly normalize: (row: (string | null)[]) => (string | null)[];
  private rowsRead: number;

  constructor(
    private readonly context: TaskContext,
    private readonly options: TableCopy,
  ) {
    const { table, replicated, resume } = options;
    this.table = table;
    this.replicated = replicated;
    this.checkpoints = new CopyCheckpoints(context);
    this.progress = new CopyProgress(context, options);
    this.isBulk = replicated.columns.every(({ bulk }) => bulk !== undefined);
    this.resumes = isCopiedInOrder(replicated) && table.resync !== true;
    this.normalize = buildNormalizer(replicated.source);
    this.rowsRead = resume?.rowsRead ?? 0;
  }

  /** More chunks follow. */
  write(chunk: TextColumns): Promise<void> {
    return this.writeChunk(chunk, 'loading');
  }

  /** The last chunk, which may be empty; with it the copy is complete. */
  async finish(chunk: TextColumns): Promise<void> {
    await this.writeChunk(chunk, 'loaded');
    if (isSuspended(this.table)) return;
    const { snapshotRows: rows, rejected } = this.table.statistics;
    this.context.emit({ type: 'snapshot-finished', table: this.table.name, rows, rejected });
  }

  private async writeChunk(chunk: TextColumns, state: Batch['state']): Promise<void> {
    if (!this.isBulk || chunk.rowCount === 0) return this.writeRows(chunk, state);
    try {
      const columns = chunk.finish();
      await this.commit({
        state,
        rowsRead: chunk.rowCount,
        rowsCopied: chunk.rowCount,
        lastKey: this.replicated.key.map((index) => chunk.lastText(index)),
        append: (target) => this.context.session.appendColumns(target, columns, chunk.rowCount),
      });
    } catch (error) {
      if (!(error instanceof WarehouseError)) throw error;
      await this.context.session.rollback();
      // If it was not for the rows, this fails in the same way.
      await this.writeRows(chunk, state);
    }
  }

  /** Row by row, a batch of CommitRate at a time. */
  private async writeRows(chunk: TextColumns, state: Batch['state']): Promise<void> {
    const { table, replicated } = this;
    const { position } = this.options;
    const onFlag = (misfit: Parameters<FlaggedValues['add']>[1]): void => this.flagged.add(table, misfit);
    let rows: TargetRow[] = [];
    let exceptions: ApplyException[] = [];
    let read = 0;
    let lastKey: readonly (string | null)[] = [];
    const commit = async (now: Batch['state']): Promise<void> => {
      const batch = rows;
      await this.commit({
        state: now,
        rowsRead: read,
        rowsCopied: batch.length,
        exceptions,
        lastKey,
        append: (target) => this.context.session.append(target, columnNames(replicated), batch),
      });
      rows = [];
      exceptions = [];
      read = 0;
    };
    for (const texts of chunk.rows()) {
      const row = this.normalize(texts);
      read += 1;
      lastKey = replicated.key.map((index) => row[replicated.columns[index]?.sourceIndex ?? -1] ?? null);
      const converted = toTargetRow(replicated, row, onFlag);
      if (!isMisfit(converted)) rows.push(converted);
      else {
        const statement = `copy of row ${this.rowsRead + read} at ${position.file}:${position.offset}`;
        const exception = await rejectRow(this.context, table, converted, statement);
        if (isSuspended(table)) return;
        if (exception !== undefined) exceptions.push(exception);
      }
      if (rows.length + exceptions.length >= this.context.settings.commitRate) await commit('loading');
    }
    if (read > 0 || state === 'loaded') await commit(state);
  }

  private async commit(batch: Batch): Promise<void> {
    const { session, control } = this.context;
    const { table, replicated } = this;
    const { file, offset } = this.options.position;
    const { state } = batch;
    const isBeside = table.resync === true;
    await session.begin();
    if (batch.rowsCopied > 0) await batch.append(isBeside ? besideOf(replicated) : replicated.targetSql);
    const flagged = state === 'loaded' || this.resumes ? this.flagged.drain(`copy at ${file}:${offset}`) : [];
    await control.writeExceptions([...(batch.exceptions ?? []), ...flagged]);
    const before = table.statistics.snapshotRows;
    table.statistics.snapshotRows += batch.rowsCopied;
    try {
      if (isBeside && state === 'loaded') await replaceRows(session, replicated);
      // Until its rows are replaced it stays a table that is to be copied.
      if (!isBeside || state === 'loaded')
        await control.writeTableState(table.name, tableStateOf(table, state));
      await this.writeCheckpoint(batch);
      this.context.failpoint('snapshot:batch');
      await session.commit();
    } catch (error) {
      table.statistics.snapshotRows = before;
      throw error;
    }
    this.rowsRead += batch.rowsRead;
    table.statistics.state = state;
    if (state === 'loaded') table.resync = false;
    else this.progress.report(this.rowsRead);
  }

  private async writeCheckpoint(batch: Batch): Promise<void> {
    if (!this.resumes) return;
    const { name } = this.table;
    const lastKey = batch.state === 'loading' ? resumableKey(this.replicated, batch.lastKey) : undefined;
    if (lastKey === undefined) return this.checkpoints.forget(name);
    await this.checkpoints.write(name, {
      position: this.table.snapshotPosition ?? this.options.position,
      rowsRead: this.rowsRead + batch.rowsRead,
      rowsCopied: this.table.statistics.snapshotRows,
      lastKey,
      fingerprint: this.replicated.fingerprint,
      madeAt: this.options.madeAt,
    });
  }
}
