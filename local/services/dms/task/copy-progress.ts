/** Tells from time to time how far a copy is: its rows, how fast they come, and how long the rest will take. */
import type { TableCopy } from './table-copy';
import type { TaskContext } from './task-context';

const EVERY_MS = 2_000;

export class CopyProgress {
  private readonly startedAt = performance.now();
  private readonly rowsBefore: number;
  private reportedAt = this.startedAt;

  constructor(
    private readonly context: TaskContext,
    private readonly options: TableCopy,
  ) {
    this.rowsBefore = options.resume?.rowsRead ?? 0;
  }

  report(rows: number): void {
    const now = performance.now();
    if (now - this.reportedAt < EVERY_MS) return;
    this.reportedAt = now;
    const rowsPerSecond = Math.round((rows - this.rowsBefore) / ((now - this.startedAt) / 1_000));
    const { expectedRows } = this.options;
    const left = Math.max(0, expectedRows - rows);
    this.context.emit({
      type: 'snapshot-progress',
      table: this.options.table.name,
      rows,
      rowsPerSecond,
      // The source only estimates how many there are.
      ...(left === 0 || rowsPerSecond === 0 ? {} : { secondsLeft: Math.ceil(left / rowsPerSecond) }),
    });
  }
}
