/** Rows that their target cannot hold: counted and written down, or more, as the error policies say. */
import type { ApplyException } from './control-tables';
import type { MisfitColumn } from './mapped-table';
import { describeMisfit, suspendTable, type TaskContext, type TaskTable, taskFailure } from './task-context';

/**
 * Deals with one row that does not fit, by the policy for its kind.
 * @returns what is to be written to the exceptions, if anything.
 * @throws PipelineError when the policy is to stop the task.
 */
export async function rejectRow(
  context: TaskContext,
  table: TaskTable,
  misfit: MisfitColumn,
  statement: string,
): Promise<ApplyException | undefined> {
  const { truncationErrorPolicy, dataErrorPolicy } = context.settings;
  const policy = misfit.kind === 'truncation' ? truncationErrorPolicy : dataErrorPolicy;
  const error = describeMisfit(table, misfit);
  table.statistics.rejected += 1;
  table.statistics.rejectedBecause = error;
  switch (policy) {
    case 'IGNORE_RECORD':
      return undefined;
    case 'LOG_ERROR':
      return { table: table.name, statement, error };
    case 'SUSPEND_TABLE':
      await suspendTable(context, table, `${error} (${statement})`);
      return undefined;
    case 'STOP_TASK':
      throw taskFailure(`${table.name}: ${error} (${statement})`, { table: table.name });
  }
}
