/**
 * Rows that were changed through a MERGE table. The binlog has them under its name; all that it has of the table which
 * really changed is that the statement opened it to write. A statement with triggers opens tables in the same way; so
 * only a table of MyISAM with the very columns of the changed one counts, and only if the server does not say that
 * the changed one is another kind of table.
 */
import { isSameEngine } from '../../../../pipeline/values/storage-engine';
import type { RowsEvent } from '../binlog/binlog-event';
import { queryRows } from '../binlog/binlog-stream';
import type { TableMap } from '../binlog/table-map';
import { withSource } from './source-connection';
import { findTable, isSuspended, type TaskContext, type TaskTable } from './task-context';

export const MERGE_WRITTEN =
  'its rows were changed through a MERGE table, which the binlog has under the name of that table';

/** Replicated tables that the event may have changed under another name: those of an event of a table that is none. */
export async function tablesUnder(context: TaskContext, { map, opened }: RowsEvent): Promise<TaskTable[]> {
  if (opened.length < 2) return [];
  const under = opened.flatMap((one) => {
    const table = one === map || !hasColumnsOf(one, map) ? undefined : findTable(context, one);
    const engine = table?.replicated?.source.engine;
    return table !== undefined && !isSuspended(table) && isSameEngine(engine, 'MyISAM') ? [table] : [];
  });
  return under.length > 0 && (await mayBeMerge(context, map)) ? under : [];
}

const hasColumnsOf = (one: TableMap, other: TableMap): boolean =>
  one.columns.length === other.columns.length &&
  one.columns.every(({ type }, index) => type === other.columns[index]?.type);

/** The task's user may not see it. */
async function mayBeMerge({ readLogin }: TaskContext, { database, table }: TableMap): Promise<boolean> {
  const [row] = (await withSource(readLogin, (connection) =>
    queryRows(
      connection,
      `SELECT engine AS engine FROM information_schema.tables
       WHERE table_schema = ${connection.escape(database)} AND table_name = ${connection.escape(table)}`,
    ),
  )) as { engine: string | null }[];
  return row?.engine == null || isSameEngine(row.engine, 'MRG_MyISAM');
}
