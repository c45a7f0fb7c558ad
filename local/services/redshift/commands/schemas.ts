/** CREATE SCHEMA. */
import { quoteName } from '../sql/names';
import type { SqlStatement } from '../sql/syntax/statement-tree';
import { type Command, EMPTY_RESULT } from './command';
import { requireUser } from './users';

export function planCreateSchema({
  schema,
  ifNotExists,
  owner,
}: Extract<SqlStatement, { kind: 'create-schema' }>): Command {
  return {
    locks: [],
    needs: [{ kind: 'database', privilege: 'create' }],
    run: async (session) => {
      if (owner !== undefined) await requireUser(session, owner);
      const text = `${quoteName(session.database)}.${quoteName(schema)}`;
      await session.execute(`CREATE SCHEMA ${ifNotExists ? 'IF NOT EXISTS ' : ''}${text}`);
      return EMPTY_RESULT;
    },
  };
}
