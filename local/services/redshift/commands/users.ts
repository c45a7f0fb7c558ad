/** Users: recorded, so that a grant to somebody who is not there fails as in Redshift. Passwords are never kept. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { HIDDEN_SCHEMA, quoteName, quoteText } from '../sql/names';
import type { SqlStatement } from '../sql/syntax/statement-tree';
import { grantsTable } from '../storage/privileges';
import { changedRows } from './changed-rows';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';

type UserStatement = Extract<SqlStatement, { kind: 'create-user' | 'alter-user' }>;

const usersTable = (session: CommandSession): string =>
  `${quoteName(session.database)}.${HIDDEN_SCHEMA}.users`;

const managing = (run: (session: CommandSession) => Promise<void>): Command => ({
  locks: [],
  needs: [{ kind: 'superuser', what: 'manage users' }],
  run: async (session) => {
    await run(session);
    return EMPTY_RESULT;
  },
});

export const planCreateUser = ({ name, options: { superuser = false } }: UserStatement): Command =>
  managing(async (session) => {
    if (await userExists(session, name)) throw new WarehouseError(`user "${name}" already exists`);
    await changedRows(
      session,
      `INSERT INTO ${usersTable(session)} SELECT coalesce(max(id), 99) + 1, ${quoteText(name)}, ${superuser} FROM ${usersTable(session)}`,
    );
  });

export const planAlterUser = ({ name, options: { superuser } }: UserStatement): Command =>
  managing(async (session) => {
    await requireUser(session, name);
    if (superuser === undefined) return;
    await changedRows(
      session,
      `UPDATE ${usersTable(session)} SET superuser = ${superuser} WHERE name = ${quoteText(name)}`,
    );
  });

export const planDropUser = ({ name, ifExists }: Extract<SqlStatement, { kind: 'drop-user' }>): Command =>
  managing(async (session) => {
    if (!(await userExists(session, name))) {
      if (ifExists) return;
      throw new WarehouseError(`user "${name}" does not exist`);
    }
    const grants = await session.execute(
      `SELECT count(*) FROM ${grantsTable(session.database)} WHERE grantee = ${quoteText(name)}`,
    );
    if (grants.rows[0]?.[0] !== 0n) {
      throw new WarehouseError(
        `user "${name}" cannot be dropped because the user has a privilege on some object`,
      );
    }
    await changedRows(session, `DELETE FROM ${usersTable(session)} WHERE name = ${quoteText(name)}`);
  });

async function userExists(session: CommandSession, name: string): Promise<boolean> {
  const found = await session.execute(`SELECT 1 FROM ${usersTable(session)} WHERE name = ${quoteText(name)}`);
  return found.rows.length > 0;
}

export async function requireUser(session: CommandSession, name: string): Promise<void> {
  if (!(await userExists(session, name))) throw new WarehouseError(`user "${name}" does not exist`);
}
