/** What the open warehouse transaction does to each table, and what it is to write down of rows that do not fit. */
import { addCounts, type ChangeCounts, noChanges } from './change-counts';
import type { ApplyException } from './control-tables';
import { FlaggedValues } from './flagged-values';
import type { MappedTable, MisfitColumn } from './mapped-table';
import type { TaskContext, TaskTable } from './task-context';

interface Written extends ChangeCounts {
  rejected: number;
}

export class ApplyNotes {
  private exceptions: ApplyException[] = [];
  private readonly flagged = new FlaggedValues();
  private readonly written = new Map<TaskTable, Written>();

  constructor(private readonly context: TaskContext) {}

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
  }

  count({ name }: MappedTable, counts: ChangeCounts): void {
    const table = this.context.tables.get(name);
    if (table !== undefined) addCounts(this.writtenOf(table), counts);
  }

  /** Into the open transaction. */
  async writeExceptions(): Promise<void> {
    await this.context.control.writeExceptions([...this.exceptions, ...this.flagged.drain('changes')]);
    this.exceptions = [];
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
