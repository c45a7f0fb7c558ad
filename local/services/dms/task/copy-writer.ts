/**
 * Writes what was read of tables: their rows, what was rejected, and how far each copy is, in one transaction.
 *
 * Rows go to the warehouse as they are, which checks them. If it does not take them, each table is written by itself,
 * and the rows of the one that is not taken are looked at one by one by the rules of `target-fit`, as are all rows of
 * a table that has a column whose texts nobody but those rules can judge.
 */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import type { ApplyException, TableState } from './control-tables';
import { type CopyCheckpoint, CopyCheckpoints } from './copy-checkpoints';
import { resumableKey } from './copy-order';
import { columnNames, isMisfit, type MisfitColumn, type TargetRow, toTargetRow } from './mapped-table';
import { RejectedCounts } from './rejected-counts';
import { rejectRow } from './rejected-rows';
import { besideOf, replaceRows } from './resync-target';
import type { TableCopy } from './table-copy';
import { isSuspended, type TaskContext, tableStateOf } from './task-context';
import type { TextColumns } from './text-columns';

/** Rows of one table that are written together. */
export interface CopyPiece {
  readonly copy: TableCopy;
  readonly chunk: TextColumns;
  /** With them the copy is complete. */
  readonly isLast: boolean;
}

interface Step {
  readonly copy: TableCopy;
  readonly state: 'loading' | 'loaded';
  readonly rowsRead: number;
  readonly rowsCopied: number;
  readonly exceptions?: readonly ApplyException[];
  readonly rowsRejected?: number;
  /** Texts of the last row's key. */
  readonly lastKey: readonly (string | null)[];
  readonly append: (target: string) => Promise<void>;
}

export class CopyWriter {
  private readonly checkpoints: CopyCheckpoints;
  private readonly rejected: RejectedCounts;

  constructor(private readonly context: TaskContext) {
    this.checkpoints = new CopyCheckpoints(context);
    this.rejected = new RejectedCounts(context);
  }

  /** Each piece is of another table. */
  async write(pieces: readonly CopyPiece[]): Promise<void> {
    const isBulk = ({ copy, chunk }: CopyPiece): boolean => copy.isBulk || chunk.rowCount === 0;
    await this.writeChunks(pieces.filter(isBulk));
    for (const piece of pieces) if (!isBulk(piece)) await this.writeRows(piece);
  }

  private async writeChunks(pieces: readonly CopyPiece[]): Promise<void> {
    if (pieces.length === 0) return;
    try {
      await this.commit(pieces.map((piece) => this.stepOf(piece)));
    } catch (error) {
      if (!(error instanceof WarehouseError)) throw error;
      await this.context.session.rollback();
      // If it was not for the rows, these fail in the same way.
      const [first, ...others] = pieces;
      if (others.length > 0) for (const piece of pieces) await this.writeChunks([piece]);
      else if (first !== undefined) await this.writeRows(first);
    }
  }

  private stepOf({ copy, chunk, isLast }: CopyPiece): Step {
    const columns = chunk.finish();
    return {
      copy,
      state: isLast ? 'loaded' : 'loading',
      rowsRead: chunk.rowCount,
      rowsCopied: chunk.rowCount,
      lastKey: copy.replicated.key.map((index) => chunk.lastText(index)),
      append: (target) => this.context.session.appendColumns(target, columns, chunk.rowCount),
    };
  }

  /** Row by row, CommitRate of them at a time. */
  private async writeRows({ copy, chunk, isLast }: CopyPiece): Promise<void> {
    const { table, replicated, position } = copy;
    const onFlag = (misfit: MisfitColumn): void => copy.flagged.add(table, misfit);
    let rows: TargetRow[] = [];
    let exceptions: ApplyException[] = [];
    let read = 0;
    let rowsRejected = 0;
    let lastKey: readonly (string | null)[] = [];
    const commit = async (state: Step['state']): Promise<void> => {
      const batch = rows;
      const append = (target: string): Promise<void> =>
        this.context.session.append(target, columnNames(replicated), batch);
      const rowsCopied = batch.length;
      await this.commit([
        { copy, state, rowsRead: read, rowsCopied, rowsRejected, exceptions, lastKey, append },
      ]);
      rows = [];
      exceptions = [];
      rowsRejected = 0;
      read = 0;
    };
    for (const texts of chunk.rows()) {
      const row = copy.normalize(texts);
      read += 1;
      lastKey = replicated.key.map((index) => row[replicated.columns[index]?.sourceIndex ?? -1] ?? null);
      const converted = toTargetRow(replicated, row, onFlag);
      if (!isMisfit(converted)) rows.push(converted);
      else {
        const statement = `copy of row ${copy.rowsRead + read} at ${position.file}:${position.offset}`;
        const exception = await rejectRow(this.context, table, converted, statement);
        if (isSuspended(table)) return;
        rowsRejected += 1;
        if (exception !== undefined) exceptions.push(exception);
      }
      if (rows.length + exceptions.length >= this.context.settings.commitRate) await commit('loading');
    }
    if (read > 0 || isLast) await commit(isLast ? 'loaded' : 'loading');
  }

  private async commit(steps: readonly Step[]): Promise<void> {
    const { session, control } = this.context;
    const rowsBefore = steps.map(({ copy }) => copy.table.statistics.snapshotRows);
    await session.begin();
    try {
      for (const step of steps) await this.writeStep(step);
      await control.writeExceptions(steps.flatMap(exceptionsOf));
      await this.countRejected(steps);
      await control.writeTableStates(new Map(steps.flatMap(stateOf)));
      await this.checkpoints.write(new Map(steps.map(checkpointOf)));
      this.context.failpoint('snapshot:batch');
      await session.commit();
    } catch (error) {
      for (const [index, { copy }] of steps.entries())
        copy.table.statistics.snapshotRows = rowsBefore[index] ?? 0;
      throw error;
    }
    // Each table that is not full keeps a block for each of its columns in memory (DuckDB 1.5), 2.5 MB for ten of them.
    if (steps.length > 1) await session.freeMemory();
    for (const step of steps) this.committed(step);
  }

  private async countRejected(steps: readonly Step[]): Promise<void> {
    const isFirst = ({ copy }: Step): boolean => !copy.isBegun && copy.options.resume === undefined;
    await this.rejected.forget(steps.filter(isFirst).map(({ copy }) => copy.table.name));
    for (const { copy, rowsRejected = 0 } of steps) {
      const { name, statistics } = copy.table;
      if (rowsRejected > 0)
        await this.rejected.add(name, { rows: rowsRejected, reason: statistics.rejectedBecause ?? '' });
    }
  }

  private async writeStep({ copy, state, rowsCopied, append }: Step): Promise<void> {
    const { session } = this.context;
    const { table, replicated, options } = copy;
    const isBeside = table.resync === true;
    if (!copy.isBegun && options.replacesRows) await session.run(`DELETE FROM ${replicated.targetSql}`);
    if (rowsCopied > 0) await append(isBeside ? besideOf(replicated) : replicated.targetSql);
    table.statistics.snapshotRows += rowsCopied;
    if (isBeside && state === 'loaded') await replaceRows(session, replicated);
  }

  private committed({ copy, state, rowsRead }: Step): void {
    const { table } = copy;
    copy.isBegun = true;
    copy.rowsRead += rowsRead;
    table.statistics.state = state;
    if (state === 'loading') {
      copy.reportProgress();
      return;
    }
    table.resync = false;
    const { snapshotRows: rows, rejected } = table.statistics;
    this.context.emit({ type: 'snapshot-finished', table: table.name, rows, rejected });
    this.context.failpoint('snapshot:table-done');
  }
}

function exceptionsOf({ copy, state, exceptions = [] }: Step): readonly ApplyException[] {
  const { file, offset } = copy.position;
  const flagged = state === 'loaded' || copy.resumes ? copy.flagged.drain(`copy at ${file}:${offset}`) : [];
  return [...exceptions, ...flagged];
}

/** Until its rows are replaced, a table that has a copy stays one that is to be copied. */
const stateOf = ({ copy: { table }, state }: Step): [string, TableState][] =>
  table.resync === true && state === 'loading' ? [] : [[table.name, tableStateOf(table, state)]];

function checkpointOf({ copy, state, rowsRead, lastKey }: Step): [string, CopyCheckpoint | undefined] {
  const { table, replicated, options } = copy;
  const key = copy.resumes && state === 'loading' ? resumableKey(replicated, lastKey) : undefined;
  if (key === undefined) return [table.name, undefined];
  const checkpoint = {
    position: table.snapshotPosition ?? copy.position,
    rowsRead: copy.rowsRead + rowsRead,
    rowsCopied: table.statistics.snapshotRows,
    lastKey: key,
    fingerprint: replicated.fingerprint,
    madeAt: options.madeAt,
  };
  return [table.name, checkpoint];
}
