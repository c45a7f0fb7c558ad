/** SELECT and EXPLAIN. */
import type { Query } from '../sql/syntax/tree';
import type { Command, CommandSession } from './command';
import type { Plan } from './plan';

export function planSelect(query: Query, plan: Plan): Command {
  const queryText = async (session: CommandSession): Promise<string> =>
    (await plan.renderer(session)).query(query);
  return {
    locks: plan.readLocks,
    needs: plan.readNeeds,
    run: async (session) => session.execute(await queryText(session)),
    queryText,
  };
}

/** The plan is DuckDB's; only that the statement can be planned carries over. */
export function planExplain(query: Query, plan: Plan): Command {
  return {
    locks: plan.readLocks,
    needs: plan.readNeeds,
    run: async (session) => {
      const text = (await plan.renderer(session)).query(query);
      const explained = await session.execute(`EXPLAIN ${text}`);
      const lines = explained.rows.flatMap((row) => String(row[1]).split('\n'));
      return {
        columns: [{ name: 'QUERY PLAN', typeName: 'varchar', precision: 65_535, scale: 0 }],
        rows: lines.map((line) => [line]),
        rowCount: lines.length,
      };
    },
  };
}
