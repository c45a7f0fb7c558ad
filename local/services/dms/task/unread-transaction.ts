/** A transaction that was not read: the tables that it changed are suspended, and the others go on. */
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { BinlogEvent } from '../binlog/binlog-event';
import { queryRows } from '../binlog/binlog-stream';
import { isAfterCopy } from './row-changes';
import { withSource } from './source-connection';
import { checkTablesLeft, findTable, isSuspended, suspendTable, type TaskContext } from './task-context';

/** Of one transaction; each of its row events has about 8 KB. */
const MAX_EVENTS = 1_000_000;

/** @param position where the transaction begins */
export async function suspendChangedIn(
  context: TaskContext,
  { what }: Extract<BinlogEvent, { kind: 'unreadable-transaction' }>,
  position: SourcePosition,
): Promise<void> {
  const changed = await changedTables(context, position);
  const tables = changed?.flatMap((name) => findTable(context, name) ?? []) ?? [...context.tables.values()];
  for (const table of new Set(tables))
    if (!isSuspended(table) && isAfterCopy(table, position)) await suspendTable(context, table, what);
  checkTablesLeft(context);
}

/** The server reads its own events (MySQL manual, SHOW BINLOG EVENTS). Undefined when it names no table. */
async function changedTables(
  { readLogin }: TaskContext,
  { file, offset }: SourcePosition,
): Promise<{ database: string; table: string }[] | undefined> {
  const rows = (await withSource(readLogin, (connection) =>
    queryRows(
      connection,
      `SHOW BINLOG EVENTS IN ${connection.escape(file)} FROM ${offset} LIMIT ${MAX_EVENTS}`,
    ),
  )) as { Event_type: string; Info: string }[];
  const found: { database: string; table: string }[] = [];
  for (const { Event_type: type, Info: info } of rows) {
    if (type === 'Xid' || (type === 'Query' && /^COMMIT\b/i.test(info))) break;
    // `table_id: 106 (bank.t)`; a name may have a point itself, and then all ways to part it are looked up.
    const name = type === 'Table_map' ? /\(([^)]*)\)/.exec(info)?.[1] : undefined;
    if (name === undefined) continue;
    const parts = name.split('.');
    for (let at = 1; at < parts.length; at += 1)
      found.push({ database: parts.slice(0, at).join('.'), table: parts.slice(at).join('.') });
  }
  return found.length === 0 ? undefined : found;
}
