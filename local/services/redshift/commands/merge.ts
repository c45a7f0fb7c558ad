/**
 * MERGE, with Redshift's own checks: a table as source, and no target row that two source rows match. DuckDB takes
 * several source rows for one target row without a word.
 */

import { type StatementResult, WarehouseError } from '../../../runtime/ports/warehouse';
import { displayName, quoteName, quoteText, type TableName } from '../sql/names';
import { renderMerge } from '../sql/render/render-changes';
import { renderReference } from '../sql/render/render-from';
import type { SqlRenderer } from '../sql/render/sql-renderer';
import type { MergeStatement } from '../sql/syntax/statement-tree';
import { changedRows } from './changed-rows';
import type { Command, CommandSession } from './command';
import type { Plan } from './plan';
import { onTable, toRead } from './privilege-need';

export function planMerge(statement: MergeStatement, plan: Plan): Command {
  const target = plan.table(statement.target.parts);
  const source = plan.table(statement.source.parts);
  if (displayName(source) === displayName(target)) {
    throw new WarehouseError('MERGE source and target must differ');
  }
  return {
    locks: [{ table: target, mode: 'write' }, ...plan.readLocks],
    needs: [
      ...toRead([target]),
      ...plan.readNeeds,
      onTable(target, 'insert'),
      onTable(target, 'update', 'delete'),
    ],
    run: async (session) => {
      const renderer = await plan.renderer(session);
      await requireTable(session, source);
      await requireSingleMatches(session, renderer, statement, target);
      const { action } = statement;
      if (action.kind === 'remove-duplicates') return removeDuplicates(session, renderer, statement);
      return changedRows(session, renderMerge(renderer, statement, action.matched, action.notMatched));
    },
  };
}

async function requireTable(session: CommandSession, { schema, table }: TableName): Promise<void> {
  if (schema === undefined) return;
  const views = await session.execute(
    `SELECT 1 FROM duckdb_views() WHERE database_name = ${quoteText(session.database)} AND schema_name = ${quoteText(schema)} AND view_name = ${quoteText(table)}`,
  );
  if (views.rows.length > 0) throw new WarehouseError('MERGE source must be a table, not a view');
}

async function requireSingleMatches(
  session: CommandSession,
  renderer: SqlRenderer,
  { target, source, condition }: MergeStatement,
  { table }: TableName,
): Promise<void> {
  const twice = await session.execute(
    `SELECT 1 FROM ${renderReference(renderer, target)} JOIN ${renderReference(renderer, source)} ON ${renderer.expression(condition)} GROUP BY ${quoteName(table)}.rowid HAVING count(*) > 1 LIMIT 1`,
  );
  if (twice.rows.length > 0) throw new WarehouseError('Found multiple matches to update the same tuple.');
}

/** Deletes the rows that match, inserts the source's rows, each once. */
async function removeDuplicates(
  session: CommandSession,
  renderer: SqlRenderer,
  { target, source, condition }: MergeStatement,
): Promise<StatementResult> {
  const into = renderReference(renderer, target);
  const from = renderReference(renderer, source);
  const matches = renderer.expression(condition);
  const deleted = await changedRows(session, `DELETE FROM ${into} USING ${from} WHERE ${matches}`);
  const inserted = await changedRows(session, `INSERT INTO ${into} SELECT DISTINCT * FROM ${from}`);
  return { columns: [], rows: [], rowCount: deleted.rowCount + inserted.rowCount };
}
