/** The copy of one table: what it works with, and how far it is. */
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { CopyCheckpoint } from './copy-checkpoints';
import { isCopiedInOrder } from './copy-order';
import { CopyProgress } from './copy-progress';
import { FlaggedValues } from './flagged-values';
import type { MappedTable } from './mapped-table';
import { setRejected } from './rejected-counts';
import { buildNormalizer } from './snapshot-select';
import { isSuspended, type TaskContext, type TaskTable } from './task-context';

export interface TableCopyOptions {
  readonly table: TaskTable;
  readonly replicated: MappedTable;
  /** Of the consistent read. */
  readonly position: SourcePosition;
  /** Behind which a copy that was broken off goes on. */
  readonly resume: CopyCheckpoint | undefined;
  /** What the source says of the table: when it was made, and about how many rows it has. */
  readonly madeAt: string;
  readonly expectedRows: number;
  /** Its first rows take the place of those that the target has. */
  readonly replacesRows: boolean;
}

export class TableCopy {
  readonly table: TaskTable;
  readonly replicated: MappedTable;
  readonly position: SourcePosition;
  /** Its rows go to the warehouse without a look at each. */
  readonly isBulk: boolean;
  /** A later run can go on behind its last row. */
  readonly resumes: boolean;
  readonly flagged = new FlaggedValues();
  readonly normalize: (row: (string | null)[]) => (string | null)[];
  /** A commit has its first rows. */
  isBegun = false;
  /** Rows of the source that are committed or rejected. */
  rowsRead: number;
  private readonly progress: CopyProgress;

  constructor(
    context: TaskContext,
    readonly options: TableCopyOptions,
  ) {
    const { table, replicated, position, resume, expectedRows } = options;
    this.table = table;
    this.replicated = replicated;
    this.position = position;
    this.isBulk = replicated.columns.every(({ bulk }) => bulk !== undefined);
    this.resumes = isCopiedInOrder(replicated) && table.resync !== true;
    this.normalize = buildNormalizer(replicated.source);
    this.rowsRead = resume?.rowsRead ?? 0;
    this.progress = new CopyProgress(context, { table, rowsBefore: this.rowsRead, expectedRows });
    table.snapshotPosition = resume?.position ?? position;
    Object.assign(table.statistics, { state: 'loading', snapshotRows: resume?.rowsCopied ?? 0 });
    if (resume === undefined) setRejected(table);
  }

  get isSuspended(): boolean {
    return isSuspended(this.table);
  }

  reportProgress(): void {
    this.progress.report(this.rowsRead);
  }
}
