/**
 * A table may have another structure at the start than the task last saw. Usually the binlog has the ALTER TABLE, and
 * the task comes to it. Without one (`sql_log_bin = 0`, a restored table) its rows would be read by a wrong structure:
 * once the task has read the binlog that there was at the start, the table is suspended. One that was altered while the
 * task began is expected to be as it is now once more of the binlog is read.
 */
import { comparePositions, type SourcePosition } from '../../../runtime/ports/source-position';
import { readTable } from './source-catalogue';
import { withSource } from './source-connection';
import { readBinlogEnd } from './source-server';
import { type SourceTable, structureFingerprint } from './source-table';
import { checkTablesLeft, isSuspended, suspendTable, type TaskContext } from './task-context';

export async function suspendUnloggedChanges(context: TaskContext, position: SourcePosition): Promise<void> {
  const { expected } = context;
  if (expected.size === 0) return;
  for (const [table, { by, fingerprint }] of [...expected]) {
    if (comparePositions(position, by) < 0) continue;
    expected.delete(table);
    if (isSuspended(table) || table.replicated === undefined || table.replicated.fingerprint === fingerprint)
      continue;
    const now = await lookAgain(context, table.replicated.source);
    // What drops or renames it is in the binlog further on.
    if (now === undefined) continue;
    if (now.fingerprint !== fingerprint) expected.set(table, now);
    else
      await suspendTable(
        context,
        table,
        'its columns or key were changed at the source, and the binlog does not say how: usually the session had sql_log_bin = 0',
      );
  }
  checkTablesLeft(context);
}

function lookAgain(
  { readLogin }: TaskContext,
  { database, table }: SourceTable,
): Promise<{ readonly by: SourcePosition; readonly fingerprint: string } | undefined> {
  return withSource(readLogin, async (connection) => {
    const now = await readTable(connection, database, table);
    if (now === undefined) return undefined;
    return { fingerprint: structureFingerprint(now), by: await readBinlogEnd(connection) };
  });
}
