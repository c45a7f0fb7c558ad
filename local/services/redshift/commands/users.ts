/** Users: recorded, so that a grant to somebody who is not there fails as in Redshift. Passwords are never kept. */

import { WarehouseError } from '../../../runtime/ports/warehouse';
import { HIDDEN_SCHEMA } from '../sql/names';
import { quoteName, quoteText } from '../sql/reader';
import type { Translation } from '../sql/translation';
import { changedRows } from './changed-rows';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';

const usersTable = (session: CommandSession): string =>
  `${quoteName(session.database)}.${HIDDEN_SCHEMA}.users`;

interface UserOptions {
  readonly superuser?: boolean;
}

/** PASSWORD, CREATEUSER and the like, in any order. */
function parseOptions(t: Translation, passwordNeeded: boolean): UserOptions {
  const { reader } = t;
  reader.acceptWord('with');
  let superuser: boolean | undefined;
  let password = false;
  for (;;) {
    if (reader.acceptWord('password')) {
      password = true;
      if (!reader.acceptWord('disable')) checkPassword(reader.stringLiteral());
    } else if (reader.acceptWord('createuser')) superuser = true;
    else if (reader.acceptWord('nocreateuser')) superuser = false;
    else if (reader.acceptWord('createdb') || reader.acceptWord('nocreatedb')) continue;
    else if (reader.acceptWord('syslog', 'access')) reader.take();
    else if (reader.acceptWord('valid', 'until')) reader.stringLiteral();
    else if (reader.acceptWord('connection', 'limit')) reader.take();
    else if (reader.acceptWord('session', 'timeout')) reader.integer();
    else break;
  }
  if (passwordNeeded && !password)
    throw new WarehouseError("password is required: PASSWORD '...' or PASSWORD DISABLE");
  return superuser === undefined ? {} : { superuser };
}

/** 8 to 64 characters with a capital, a small letter and a digit; hashes are taken as they are (developer guide, "CREATE USER"). */
function checkPassword(password: string): void {
  if (/^(md5[0-9a-f]{32}|sha256\|.+)$/.test(password)) return;
  if (password.length < 8) throw new WarehouseError('password must be at least 8 characters long');
  if (password.length > 64) throw new WarehouseError('password must be at most 64 characters long');
  if (!/[A-Z]/.test(password) || !/[a-z]/.test(password) || !/\d/.test(password)) {
    throw new WarehouseError('password must contain a number, a lower case and an upper case character');
  }
  if (/['"\\/@ ]/.test(password)) throw new WarehouseError('password contains an invalid character');
}

export function parseCreateUser(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('create', 'user');
  const name = parseUserName(t);
  const { superuser = false } = parseOptions(t, true);
  return {
    locks: [],
    needs: [{ kind: 'superuser', what: 'manage users' }],
    run: async (session) => {
      if (await userExists(session, name)) throw new WarehouseError(`user "${name}" already exists`);
      await changedRows(
        session,
        `INSERT INTO ${usersTable(session)} SELECT coalesce(max(id), 99) + 1, ${quoteText(name)}, ${superuser} FROM ${usersTable(session)}`,
      );
      return EMPTY_RESULT;
    },
  };
}

/** A user's name may hold a colon (`IAMR:role`) and then stands in quotes. */
export function parseUserName(t: Translation): string {
  return t.reader.userName();
}

export function parseAlterUser(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('alter', 'user');
  const name = parseUserName(t);
  if (reader.isWord('rename') || reader.isWord('set') || reader.isWord('reset')) {
    throw reader.unsupported(`ALTER USER ${reader.peek().raw.toUpperCase()}`);
  }
  const { superuser } = parseOptions(t, false);
  return {
    locks: [],
    needs: [{ kind: 'superuser', what: 'manage users' }],
    run: async (session) => {
      await requireUser(session, name);
      if (superuser !== undefined) {
        await changedRows(
          session,
          `UPDATE ${usersTable(session)} SET superuser = ${superuser} WHERE name = ${quoteText(name)}`,
        );
      }
      return EMPTY_RESULT;
    },
  };
}

/** `DROP` was read. */
export function parseDropUser(t: Translation): Command {
  const { reader } = t;
  reader.expectWord('user');
  const ifExists = reader.acceptWord('if', 'exists');
  const name = parseUserName(t);
  return {
    locks: [],
    needs: [{ kind: 'superuser', what: 'manage users' }],
    run: async (session) => {
      if (!(await userExists(session, name))) {
        if (ifExists) return EMPTY_RESULT;
        throw new WarehouseError(`user "${name}" does not exist`);
      }
      const grants = await session.execute(
        `SELECT count(*) FROM ${quoteName(session.database)}.${HIDDEN_SCHEMA}.grants WHERE grantee = ${quoteText(name)}`,
      );
      if (grants.rows[0]?.[0] !== 0n) {
        throw new WarehouseError(
          `user "${name}" cannot be dropped because the user has a privilege on some object`,
        );
      }
      await changedRows(session, `DELETE FROM ${usersTable(session)} WHERE name = ${quoteText(name)}`);
      return EMPTY_RESULT;
    },
  };
}

export async function userExists(session: CommandSession, name: string): Promise<boolean> {
  const found = await session.execute(`SELECT 1 FROM ${usersTable(session)} WHERE name = ${quoteText(name)}`);
  return found.rows.length > 0;
}

export async function requireUser(session: CommandSession, name: string): Promise<void> {
  if (!(await userExists(session, name))) throw new WarehouseError(`user "${name}" does not exist`);
}
