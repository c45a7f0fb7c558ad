/** Tells from time to time how far a copy is: its rows, how fast they come, and how long the rest will take. */
import type { TaskContext, TaskTable } from './task-context';

const EVERY_MS = 2_000;

export class CopyProgress {
  private readonly startedAt = performance.now();
  private reportedAt = this.startedAt;

  constructor(
    private readonly context: TaskContext,
    private readonly options: {
      readonly table: TaskTable;
      /** That an earlier run copied. */
      readonly rowsBefore: number;
      readonly expectedRows: number;
    },
  ) {}

  report(rows: number): void {
    const now = performance.now();
    if (now - this.reportedAt < EVERY_MS) return;
    this.reportedAt = now;
    const { table, rowsBefore, expectedRows } = this.options;
    const rowsPerSecond = Math.round((rows - rowsBefore) / ((now - this.startedAt) / 1_000));
    const left = Math.max(0, expectedRows - rows);
    this.context.emit({
      type: 'snapshot-progress',
      table: table.name,
      rows,
      rowsPerSecond,
      // The source only estimates how many there are.
      ...(left === 0 || rowsPerSecond === 0 ? {} : { secondsLeft: Math.ceil(left / rowsPerSecond) }),
    });
  }
}
