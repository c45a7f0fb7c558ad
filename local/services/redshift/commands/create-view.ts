/** CREATE [OR REPLACE] VIEW. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteNameList, quoteText, type TableName } from '../sql/names';
import type { CommentOnViewStatement, CreateViewStatement } from '../sql/syntax/statement-tree';
import { recordOwner, requirePrivileges } from '../storage/privileges';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';
import type { Plan } from './plan';
import { toCreateIn } from './privilege-need';

export function planCreateView(statement: CreateViewStatement, plan: Plan): Command {
  const { replace, name, columns, query, isLateBinding } = statement;
  const view = plan.newTable(name, false);
  if (view.schema === undefined) throw new WarehouseError(`a view cannot be named "${view.table}"`);
  const { schema } = view;
  if (isLateBinding) requireQualified(plan);
  return {
    locks: [{ table: view, mode: 'exclusive' }, ...plan.readLocks],
    needs: [...toCreateIn(view), ...plan.readNeeds],
    run: async (session) => {
      const existing = await relationsNamed(session, schema, view.table);
      if (existing.length > 0) await requireReplaceable(session, view, replace, existing);
      const text = (await plan.renderer(session)).query(query);
      await session.execute(
        `CREATE ${replace ? 'OR REPLACE ' : ''}VIEW ${plan.text(view)}${quoteNameList(columns)} AS ${text}`,
      );
      // A view that is replaced keeps its owner and its grants.
      if (existing.length === 0) await recordOwner(session, schema, view.table);
      return EMPTY_RESULT;
    },
  };
}

/** Nothing says which schema a name without one would mean to the reader of the view. */
function requireQualified({ names }: Plan): void {
  for (const [{ parts }, { kind }] of names.sources) {
    if (kind !== 'table' || parts.length > 1) continue;
    throw new WarehouseError(
      'All the relation names inside should be qualified when creating VIEW WITH NO SCHEMA BINDING.',
    );
  }
}

/** Only its owner may say what it is. */
export function planCommentOnView({ name, text }: CommentOnViewStatement, plan: Plan): Command {
  const view = plan.table(name);
  return {
    locks: [{ table: view, mode: 'exclusive' }],
    needs: [{ kind: 'owner', table: view }],
    run: async (session) => {
      const [relation] = await relationsNamed(session, view.schema ?? '', view.table);
      if (relation === undefined) throw new WarehouseError(`relation "${view.table}" does not exist`);
      if (!relation.isView) throw new WarehouseError(`"${view.table}" is not a view`);
      await session.execute(
        `COMMENT ON VIEW ${plan.text(view)} IS ${text === undefined ? 'NULL' : quoteText(text)}`,
      );
      return EMPTY_RESULT;
    },
  };
}

interface Relation {
  readonly name: string;
  readonly isView: boolean;
}

/** In any case, since DuckDB finds and replaces names in any case. */
async function relationsNamed(session: CommandSession, schema: string, name: string): Promise<Relation[]> {
  const place = (column: string): string =>
    `database_name = ${quoteText(session.database)} AND lower(schema_name) = lower(${quoteText(schema)}) AND lower(${column}) = lower(${quoteText(name)})`;
  const found = await session.execute(
    `SELECT view_name, true FROM duckdb_views() WHERE ${place('view_name')} UNION ALL SELECT table_name, false FROM duckdb_tables() WHERE ${place('table_name')}`,
  );
  return found.rows.map(([relation, isView]) => ({ name: String(relation), isView: isView === true }));
}

/** Only its owner may replace a view: others read it with the owner's trust. */
async function requireReplaceable(
  session: CommandSession,
  view: TableName,
  replace: boolean,
  [relation]: readonly Relation[],
): Promise<void> {
  if (!replace || relation!.name !== view.table) {
    throw new WarehouseError(`Relation "${relation!.name}" already exists`);
  }
  await requirePrivileges(session, [{ kind: 'owner', table: view }]);
  if (!relation!.isView) throw new WarehouseError(`"${view.table}" is not a view`);
}
