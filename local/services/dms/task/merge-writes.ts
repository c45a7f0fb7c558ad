/**
 * Rows that were changed through a MERGE table. The binlog has them under its name; all that it has of the table which
 * really changed is that the statement opened it to write. A statement with triggers opens tables in the same way; so
 * only a table of MyISAM with the very columns of the changed one counts, and only if the server does not say that
 * the changed one is another kind of table.
 */
import type { Connection } from 'mysql2';
import { isSameEngine } from '../../../../pipeline/values/storage-engine';
import type { RowsEvent } from '../binlog/binlog-event';
import { queryRows } from '../binlog/binlog-stream';
import type { TableMap } from '../binlog/table-map';
import { withSource } from './source-connection';
import { findTable, isSuspended, type TaskContext, type TaskTable } from './task-context';

export const MERGE_WRITTEN =
  'its rows were changed through a MERGE table, which the binlog has under the name of that table';

export class MergeWrites {
  /**
   * Whether it may be a MERGE table, by the parser's table map, which is another object once the table was altered: the
   * server is asked once, not for each event of a table that a trigger or a statement of many tables goes with.
   */
  private readonly asked = new WeakMap<TableMap, boolean>();

  /** @param readEngine of a table of the source; undefined where the task's user does not see it */
  constructor(
    private readonly context: TaskContext,
    private readonly readEngine: (map: TableMap) => Promise<string | undefined> = (map) =>
      withSource(context.readLogin, (connection) => engineOf(connection, map)),
  ) {}

  /** Replicated tables that the event, of a table that is none, may have changed under another name. */
  async tablesUnder({ map, opened }: Pick<RowsEvent, 'map' | 'opened'>): Promise<TaskTable[]> {
    if (opened.length < 2) return [];
    const under = opened.flatMap((one) => {
      const table = one === map || !hasColumnsOf(one, map) ? undefined : findTable(this.context, one);
      const engine = table?.replicated?.source.engine;
      return table !== undefined && !isSuspended(table) && isSameEngine(engine, 'MyISAM') ? [table] : [];
    });
    return under.length > 0 && (await this.mayBeMerge(map)) ? under : [];
  }

  private async mayBeMerge(map: TableMap): Promise<boolean> {
    const known = this.asked.get(map);
    if (known !== undefined) return known;
    const engine = await this.readEngine(map);
    const answer = engine === undefined || isSameEngine(engine, 'MRG_MyISAM');
    this.asked.set(map, answer);
    return answer;
  }
}

const hasColumnsOf = (one: TableMap, other: TableMap): boolean =>
  one.columns.length === other.columns.length &&
  one.columns.every(({ type }, index) => type === other.columns[index]?.type);

async function engineOf(connection: Connection, { database, table }: TableMap): Promise<string | undefined> {
  const [row] = (await queryRows(
    connection,
    `SELECT engine AS engine FROM information_schema.tables
     WHERE table_schema = ${connection.escape(database)} AND table_name = ${connection.escape(table)}`,
  )) as { engine: string | null }[];
  return row?.engine ?? undefined;
}
