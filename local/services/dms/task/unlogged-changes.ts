/**
 * A table may have another structure at the start than the task last saw. Usually the binlog has the ALTER TABLE, and
 * the task comes to it. Without one (`sql_log_bin = 0`, a restored table) its rows would be read by a wrong structure:
 * once the task has read the binlog that there was at the start, the table is suspended.
 */
import { comparePositions, type SourcePosition } from '../../../runtime/ports/source-position';
import { checkTablesLeft, isSuspended, suspendTable, type TaskContext } from './task-context';

export async function suspendUnloggedChanges(context: TaskContext, position: SourcePosition): Promise<void> {
  const { expected } = context;
  if (expected.size === 0) return;
  for (const [table, { by, fingerprint }] of expected) {
    if (comparePositions(position, by) < 0) continue;
    expected.delete(table);
    if (isSuspended(table) || table.replicated?.fingerprint === fingerprint) continue;
    await suspendTable(
      context,
      table,
      'its columns or key were changed at the source, and the binlog does not say how: usually the session had sql_log_bin = 0',
    );
  }
  checkTablesLeft(context);
}
