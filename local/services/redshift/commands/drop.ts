/** DROP of tables, views and schemas. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { quoteName } from '../sql/names';
import { requireVisibleSchema } from '../sql/resolve/resolve-names';
import type { SqlStatement } from '../sql/syntax/statement-tree';
import { forgetGrants, requirePrivileges } from '../storage/privileges';
import { type Command, EMPTY_RESULT } from './command';
import { existingColumns, type Plan } from './plan';
import { onTable } from './privilege-need';

export function planDropSchema({
  schema,
  ifExists,
  cascade,
}: Extract<SqlStatement, { kind: 'drop-schema' }>): Command {
  requireVisibleSchema(schema);
  return {
    locks: [],
    needs: [{ kind: 'superuser', what: 'drop a schema' }],
    run: async (session) => {
      const text = `${quoteName(session.database)}.${quoteName(schema)}`;
      await session.execute(`DROP SCHEMA ${ifExists ? 'IF EXISTS ' : ''}${text}${cascade ? ' CASCADE' : ''}`);
      await forgetGrants(session, schema);
      return EMPTY_RESULT;
    },
  };
}

export function planDropRelations(
  { kind, names, ifExists }: Extract<SqlStatement, { kind: 'drop-table' | 'drop-view' }>,
  plan: Plan,
): Command {
  const word = kind === 'drop-view' ? 'View' : 'Table';
  const tables = names.map((parts) => plan.table(parts));
  return {
    locks: tables.map((table) => ({ table, mode: 'exclusive' as const })),
    needs: ifExists ? [] : tables.map((table) => onTable(table, 'drop')),
    run: async (session) => {
      for (const table of tables) {
        if ((await existingColumns(session, table)) === undefined) {
          if (ifExists) continue;
          throw new WarehouseError(`${word} "${table.table}" does not exist`);
        }
        await requirePrivileges(session, [onTable(table, 'drop')]);
        await session.execute(`DROP ${word.toUpperCase()} ${plan.text(table)}`);
        if (table.schema === undefined) session.tempTables.delete(table.table);
        else await forgetGrants(session, table.schema, table.table);
      }
      return EMPTY_RESULT;
    },
  };
}
