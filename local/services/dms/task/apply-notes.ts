/** What the open warehouse transaction does to each table, and what it is to write down of rows that do not fit. */
import { addCounts, type ChangeCounts, noChanges } from './change-counts';
import type { ApplyException } from './control-tables';
import { FlaggedValues } from './flagged-values';
import type { MappedTable, MisfitColumn } from './mapped-table';
import { RejectedCounts, setRejected } from './rejected-counts';
import type { TaskContext, TaskTable } from './task-context';

interface Written extends ChangeCounts {
  rejected: number;
}

export class ApplyNotes {
  private exceptions: ApplyException[] = [];
  private readonly flagged = new FlaggedValues();
  private readonly written = new Map<TaskTable, Written>();
  /** Rows since the last time they were written down. */
  private readonly rejected = new Map<TaskTable, number>();
  private readonly emptied = new Set<TaskTable>();
  private readonly counts: RejectedCounts;

  constructor(private readonly context: TaskContext) {
    this.counts = new RejectedCounts(context);
  }

  get isEmpty(): boolean {
    return this.exceptions.length === 0 && this.written.size === 0;
  }

  get exceptionCount(): number {
    return this.exceptions.length;
  }

  /** A value that is NULL or cut in the warehouse because its column cannot hold it. */
  flag(table: TaskTable, misfit: MisfitColumn): void {
    this.flagged.add(table, misfit);
  }

  reject(table: TaskTable, exception: ApplyException | undefined): void {
    if (exception !== undefined) this.exceptions.push(exception);
    this.writtenOf(table).rejected += 1;
    this.rejected.set(table, (this.rejected.get(table) ?? 0) + 1);
  }

  /** None of its rows is left at the source, so that none of them lacks here. */
  empty(table: TaskTable): void {
    this.rejected.delete(table);
    this.emptied.add(table);
    setRejected(table);
  }

  count({ name }: MappedTable, counts: ChangeCounts): void {
    const table = this.context.tables.get(name);
    if (table !== undefined) addCounts(this.writtenOf(table), counts);
  }

  /** Into the open transaction. */
  async writeExceptions(): Promise<void> {
    await this.context.control.writeExceptions([...this.exceptions, ...this.flagged.drain('changes')]);
    this.exceptions = [];
    await this.counts.forget([...this.emptied].map(({ name }) => name));
    this.emptied.clear();
    for (const [{ name, statistics }, rows] of this.rejected)
      await this.counts.add(name, { rows, reason: statistics.rejectedBecause ?? '' });
    this.rejected.clear();
  }

  /** The transaction is committed. */
  report(lagMs: number): void {
    for (const [table, written] of this.written) {
      table.statistics.inserts += written.inserts;
      table.statistics.updates += written.updates;
      table.statistics.deletes += written.deletes;
      this.context.emit({ type: 'applied', table: table.name, ...written, lagMs: Math.max(0, lagMs) });
    }
    this.written.clear();
  }

  private writtenOf(table: TaskTable): Written {
    let written = this.written.get(table);
    if (written === undefined) {
      written = { ...noChanges(), rejected: 0 };
      this.written.set(table, written);
    }
    return written;
  }
}
