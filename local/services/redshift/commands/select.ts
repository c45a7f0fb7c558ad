import type { Translation } from '../sql/translation';
import type { Command } from './command';
import { toRead } from './needs';
import { readLocks } from './parse-command';

export function parseSelect(t: Translation): Command {
  const sql = t.parseQuery();
  return { locks: readLocks(t.reads), needs: toRead(t.reads), run: (session) => session.execute(sql) };
}

/** The plan is DuckDB's; only that the statement can be planned carries over. */
export function parseExplain(t: Translation): Command {
  t.reader.expectWord('explain');
  t.reader.acceptWord('verbose');
  const sql = t.parseQuery();
  return {
    locks: readLocks(t.reads),
    needs: toRead(t.reads),
    run: async (session) => {
      const plan = await session.execute(`EXPLAIN ${sql}`);
      const lines = plan.rows.flatMap((row) => String(row[1]).split('\n'));
      return {
        columns: [{ name: 'QUERY PLAN', typeName: 'varchar', precision: 65_535, scale: 0 }],
        rows: lines.map((line) => [line]),
        rowCount: lines.length,
      };
    },
  };
}
