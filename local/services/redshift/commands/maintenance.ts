/** LOCK, TRUNCATE, VACUUM, ANALYZE. */
import type { NameParts } from '../sql/syntax/tree';
import { changedRows } from './changed-rows';
import { type Command, EMPTY_RESULT } from './command';
import type { Plan } from './plan';
import { onTable } from './privilege-need';

export function planLock(names: readonly NameParts[], plan: Plan): Command {
  const tables = names.map((parts) => plan.table(parts));
  return {
    locks: tables.map((table) => ({ table, mode: 'exclusive' as const })),
    needs: tables.map((table) => onTable(table, 'update', 'delete')),
    run: async (session) => {
      for (const table of tables) await session.columnsOf(table);
      return EMPTY_RESULT;
    },
  };
}

/** Commits the transaction that it is in (developer guide, "TRUNCATE"). */
export function planTruncate(parts: NameParts, plan: Plan): Command {
  const table = plan.table(parts);
  return {
    locks: [{ table, mode: 'exclusive' }],
    needs: [onTable(table, 'truncate')],
    transaction: 'commits',
    run: async (session) => {
      await changedRows(session, `DELETE FROM ${plan.text(table)}`);
      return EMPTY_RESULT;
    },
  };
}

/**
 * VACUUM and ANALYZE: DuckDB keeps no sort order, frees space by itself and needs no statistics. That the table is
 * there, and for VACUUM that no transaction is open, is all that is checked.
 */
export function planTouch(parts: NameParts | undefined, plan: Plan): Command {
  const table = parts === undefined ? undefined : plan.table(parts);
  return {
    locks: [],
    needs: [],
    run: async (session) => {
      if (table !== undefined) await session.columnsOf(table);
      return EMPTY_RESULT;
    },
  };
}
