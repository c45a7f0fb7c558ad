/** Roles and groups: recorded, with the users that are in them, so that grants to them can be checked. */
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { HIDDEN_SCHEMA, quoteName, quoteText } from '../sql/names';
import { identityText } from '../sql/syntax/parse-roles';
import type { IdentityKind, SqlStatement } from '../sql/syntax/statement-tree';
import { grantsTable } from '../storage/privileges';
import { changedRows } from './changed-rows';
import { type Command, type CommandSession, EMPTY_RESULT } from './command';
import { requireUser } from './users';

type Of<Kind extends SqlStatement['kind']> = Extract<SqlStatement, { kind: Kind }>;

const identitiesTable = ({ database }: CommandSession): string =>
  `${quoteName(database)}.${HIDDEN_SCHEMA}.identities`;
const membersTable = ({ database }: CommandSession): string =>
  `${quoteName(database)}.${HIDDEN_SCHEMA}.identity_members`;

const managed = (what: string, run: (session: CommandSession) => Promise<void>): Command => ({
  locks: [],
  needs: [{ kind: 'superuser', what }],
  run: async (session) => {
    await run(session);
    return EMPTY_RESULT;
  },
});

export const planCreateIdentity = ({ identity, name, users }: Of<'create-identity'>): Command =>
  managed(`create ${identity}s`, async (session) => {
    const grantee = identityText(identity, name);
    if (await exists(session, grantee)) throw new WarehouseError(`${identity} "${name}" already exists`);
    await changedRows(session, `INSERT INTO ${identitiesTable(session)} VALUES (${quoteText(grantee)})`);
    for (const user of users) await setMember(session, grantee, user, true);
  });

export const planDropIdentity = ({ identity, name, ifExists }: Of<'drop-identity'>): Command =>
  managed(`drop ${identity}s`, async (session) => {
    const grantee = identityText(identity, name);
    if (!(await exists(session, grantee))) {
      if (ifExists) return;
      throw new WarehouseError(`${identity} "${name}" does not exist`);
    }
    const granted = await session.execute(
      `SELECT 1 FROM ${grantsTable(session.database)} WHERE grantee = ${quoteText(grantee)}`,
    );
    if (granted.rows.length > 0)
      throw new WarehouseError(
        `cannot drop ${identity} "${name}" because some objects depend on it: it has privileges`,
      );
    for (const table of [identitiesTable(session), membersTable(session)])
      await changedRows(session, `DELETE FROM ${table} WHERE grantee = ${quoteText(grantee)}`);
  });

export const planMembership = ({ identity, names, users, isMember }: Of<'membership'>): Command =>
  managed(`change the members of ${identity}s`, async (session) => {
    for (const name of names) {
      await requireIdentity(session, identity, name);
      for (const user of users) await setMember(session, identityText(identity, name), user, isMember);
    }
  });

async function setMember(
  session: CommandSession,
  grantee: string,
  user: string,
  isMember: boolean,
): Promise<void> {
  await requireUser(session, user);
  const table = membersTable(session);
  await changedRows(
    session,
    `DELETE FROM ${table} WHERE grantee = ${quoteText(grantee)} AND user_name = ${quoteText(user)}`,
  );
  if (isMember)
    await changedRows(session, `INSERT INTO ${table} VALUES (${quoteText(grantee)}, ${quoteText(user)})`);
}

/** @throws WarehouseError when there is no such user, role or group. */
export async function requireGrantee(session: CommandSession, grantee: string): Promise<void> {
  if (grantee === 'public') return;
  const [, identity, name] = /^(role|group) (.*)$/s.exec(grantee) ?? [];
  if (identity === undefined || name === undefined) await requireUser(session, grantee);
  else await requireIdentity(session, identity as IdentityKind, name);
}

async function requireIdentity(session: CommandSession, identity: IdentityKind, name: string): Promise<void> {
  if (!(await exists(session, identityText(identity, name))))
    throw new WarehouseError(`${identity} "${name}" does not exist`);
}

async function exists(session: CommandSession, grantee: string): Promise<boolean> {
  const found = await session.execute(
    `SELECT 1 FROM ${identitiesTable(session)} WHERE grantee = ${quoteText(grantee)}`,
  );
  return found.rows.length > 0;
}
