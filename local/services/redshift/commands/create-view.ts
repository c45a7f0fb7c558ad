/** CREATE [OR REPLACE] VIEW. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteNameList, quoteText, type TableName } from '../sql/names';
import type { CreateViewStatement } from '../sql/syntax/statement-tree';
import { recordOwner, requirePrivileges } from '../storage/privileges';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';
import { existingColumns, type Plan } from './plan';
import { toCreateIn } from './privilege-need';

export function planCreateView({ replace, name, columns, query }: CreateViewStatement, plan: Plan): Command {
  const view = plan.newTable(name, false);
  if (view.schema === undefined) throw new WarehouseError(`a view cannot be named "${view.table}"`);
  const { schema } = view;
  return {
    locks: [{ table: view, mode: 'exclusive' }, ...plan.readLocks],
    needs: [...toCreateIn(view), ...plan.readNeeds],
    run: async (session) => {
      const exists = (await existingColumns(session, view)) !== undefined;
      if (exists && replace) await requireOwnView(session, view);
      const text = (await plan.renderer(session)).query(query);
      await session.execute(
        `CREATE ${replace ? 'OR REPLACE ' : ''}VIEW ${plan.text(view)}${quoteNameList(columns)} AS ${text}`,
      );
      // A view that is replaced keeps its owner and its grants.
      if (!exists) await recordOwner(session, schema, view.table);
      return EMPTY_RESULT;
    },
  };
}

/** Only its owner may replace a view: others read it with the owner's trust. */
async function requireOwnView(session: CommandSession, view: TableName): Promise<void> {
  await requirePrivileges(session, [{ kind: 'owner', table: view }]);
  const found = await session.execute(
    `SELECT 1 FROM duckdb_views() WHERE database_name = ${quoteText(session.database)} AND schema_name = ${quoteText(view.schema!)} AND view_name = ${quoteText(view.table)}`,
  );
  if (found.rows.length === 0) throw new WarehouseError(`"${view.table}" is not a view`);
}
