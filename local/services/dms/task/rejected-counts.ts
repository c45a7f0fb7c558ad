/**
 * How many rows of each table were rejected since its copy began, and why the last one was: written in the transactions of
 * the rows around them, so that a later run still knows what its tables lack. Each row is in `awsdms_apply_exceptions`.
 */
import { quoteLiteral, quoteTable } from '../../../../pipeline/warehouse/sql-text';
import type { TaskContext, TaskTable } from './task-context';

export interface RejectedCount {
  readonly rows: number;
  readonly reason: string;
}

const NAME = 'awsdms_rejected_rows';

export class RejectedCounts {
  constructor(private readonly context: Pick<TaskContext, 'session' | 'settings' | 'identifier'>) {}

  private get table(): string {
    return quoteTable(this.context.settings.controlSchema, NAME);
  }

  private get ofTask(): string {
    return `task_name = ${quoteLiteral(this.context.identifier)}`;
  }

  /** By table. */
  async read(): Promise<Map<string, RejectedCount>> {
    const { rows } = await this.context.session.run(
      `SELECT table_name, rejected_rows, reason FROM ${this.table} WHERE ${this.ofTask}`,
    );
    return new Map(
      rows.map(([name, count, reason]) => [String(name), { rows: Number(count), reason: String(reason) }]),
    );
  }

  /** Part of the open transaction. */
  async add(name: string, { rows, reason }: RejectedCount): Promise<void> {
    const { session, settings, identifier } = this.context;
    const { rowCount } = await session.run(
      [
        `UPDATE ${this.table}`,
        `SET rejected_rows = rejected_rows + ${rows}, reason = ${quoteLiteral(reason)}`,
        `WHERE ${this.ofTask} AND table_name = ${quoteLiteral(name)}`,
      ].join('\n'),
    );
    if (rowCount > 0) return;
    const columns = ['task_name', 'table_name', 'rejected_rows', 'reason'];
    await session.append(`${settings.controlSchema}.${NAME}`, columns, [
      [identifier, name, String(rows), reason],
    ]);
  }

  /** Part of the open transaction: of tables whose rows are all replaced or gone. */
  async forget(names: readonly string[]): Promise<void> {
    if (names.length === 0) return;
    await this.context.session.run(
      `DELETE FROM ${this.table} WHERE ${this.ofTask} AND table_name IN (${names.map(quoteLiteral).join(', ')})`,
    );
  }
}

/** As the last commit left it, also after an attempt whose last transaction was rolled back. */
export function setRejected({ statistics }: TaskTable, stored?: RejectedCount): void {
  statistics.rejected = stored?.rows ?? 0;
  if (stored === undefined) delete statistics.rejectedBecause;
  else statistics.rejectedBecause = stored.reason;
}
