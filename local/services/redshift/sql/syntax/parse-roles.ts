/** Roles and groups: what can be granted to, and who is in it. */
import type { Grammar } from './grammar';
import type { IdentityKind, SqlStatement } from './statement-tree';

export function parseCreateRole({ reader }: Grammar): SqlStatement {
  reader.expectWord('create', 'role');
  const name = reader.name();
  if (reader.isWord('externalid')) throw reader.unsupported('CREATE ROLE EXTERNALID');
  return { kind: 'create-identity', identity: 'role', name, users: [] };
}

export function parseCreateGroup(g: Grammar): SqlStatement {
  const { reader } = g;
  reader.expectWord('create', 'group');
  const name = reader.name();
  reader.acceptWord('with');
  const users = reader.acceptWord('user') ? parseUsers(g) : [];
  return { kind: 'create-identity', identity: 'group', name, users };
}

export function parseAlterGroup(g: Grammar): SqlStatement {
  const { reader } = g;
  reader.expectWord('alter', 'group');
  const name = reader.name();
  const isMember = reader.acceptWord('add');
  if (!isMember && !reader.acceptWord('drop')) throw reader.unsupported('ALTER GROUP RENAME');
  reader.expectWord('user');
  return { kind: 'membership', identity: 'group', names: [name], users: parseUsers(g), isMember };
}

/** What follows GRANT or REVOKE, if it is about who has a role. */
export function parseMembership(g: Grammar, kind: 'grant' | 'revoke'): SqlStatement | undefined {
  const { reader } = g;
  if (!reader.isWord('role')) return undefined;
  const names: string[] = [];
  do {
    reader.expectWord('role');
    names.push(reader.name());
  } while (reader.acceptOperator(','));
  reader.expectWord(kind === 'grant' ? 'to' : 'from');
  if (reader.isWord('role') || reader.isWord('public'))
    throw reader.unsupported('GRANT of a role to a role or to PUBLIC');
  return { kind: 'membership', identity: 'role', names, users: parseUsers(g), isMember: kind === 'grant' };
}

/** `PUBLIC`, a user, a role or a group. */
export function parseGrantee({ reader }: Grammar): string {
  if (reader.acceptWord('public')) return 'public';
  const identity = (['role', 'group'] as const).find((word) => reader.acceptWord(word));
  return identity === undefined ? reader.userName() : identityText(identity, reader.name());
}

/** As grants record it. */
export const identityText = (identity: IdentityKind, name: string): string => `${identity} ${name}`;

function parseUsers({ reader }: Grammar): string[] {
  const users = [reader.userName()];
  while (reader.acceptOperator(',')) users.push(reader.userName());
  return users;
}
