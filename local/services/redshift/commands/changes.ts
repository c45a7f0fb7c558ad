/** INSERT, UPDATE, DELETE. */
import { renderDelete, renderInsert, renderUpdate } from '../sql/render/render-changes';
import type { DeleteStatement, InsertStatement, UpdateStatement } from '../sql/syntax/statement-tree';
import { changedRows } from './changed-rows';
import type { Command } from './command';
import type { Plan } from './plan';
import { onTable, toRead } from './privilege-need';

export function planInsert(statement: InsertStatement, plan: Plan): Command {
  const target = plan.table(statement.target);
  return {
    locks: [{ table: target, mode: 'write' }, ...plan.readLocks],
    needs: [onTable(target, 'insert'), ...plan.readNeeds],
    run: async (session) =>
      changedRows(session, renderInsert(await plan.renderer(session), statement, target)),
  };
}

/** The condition reads the target. */
export function planUpdate(statement: UpdateStatement, plan: Plan): Command {
  const target = plan.table(statement.target.parts);
  return {
    locks: [{ table: target, mode: 'write' }, ...plan.readLocks],
    needs: [onTable(target, 'update'), ...toRead([target]), ...plan.readNeeds],
    run: async (session) => changedRows(session, renderUpdate(await plan.renderer(session), statement)),
  };
}

/** The condition reads the target. */
export function planDelete(statement: DeleteStatement, plan: Plan): Command {
  const target = plan.table(statement.target.parts);
  return {
    locks: [{ table: target, mode: 'write' }, ...plan.readLocks],
    needs: [onTable(target, 'delete'), ...toRead([target]), ...plan.readNeeds],
    run: async (session) => changedRows(session, renderDelete(await plan.renderer(session), statement)),
  };
}
