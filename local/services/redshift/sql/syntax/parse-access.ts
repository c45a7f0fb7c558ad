/** GRANT, REVOKE, and users. */
import { WarehouseError } from '../../../../runtime/ports/warehouse';
import type { Grammar } from './grammar';
import { parseTableNames } from './parse-objects';
import { parseGrantee, parseMembership } from './parse-roles';
import type { GrantScope, GrantStatement, SqlStatement, UserOptions } from './statement-tree';

const TABLE_PRIVILEGES = ['select', 'insert', 'update', 'delete', 'drop', 'references', 'alter', 'truncate'];
const SCHEMA_PRIVILEGES = ['usage', 'create', 'alter', 'drop'];
const DATABASE_PRIVILEGES = ['create', 'temporary', 'temp', 'usage', 'alter'];

export function parseGrant(g: Grammar): SqlStatement {
  g.reader.expectWord('grant');
  const membership = parseMembership(g, 'grant');
  if (membership !== undefined) return membership;
  const grant = parseGrantBody(g, 'to');
  if (g.reader.isWord('with')) throw g.reader.unsupported('WITH GRANT OPTION');
  return { kind: 'grant', ...grant };
}

export function parseRevoke(g: Grammar): SqlStatement {
  g.reader.expectWord('revoke');
  const membership = parseMembership(g, 'revoke');
  if (membership !== undefined) return membership;
  const grant = parseGrantBody(g, 'from');
  if (!g.reader.acceptWord('cascade')) g.reader.acceptWord('restrict');
  return { kind: 'revoke', ...grant };
}

function parseGrantBody(g: Grammar, link: 'to' | 'from'): Omit<GrantStatement, 'kind'> {
  const { reader } = g;
  const words = parsePrivilegeWords(g);
  if (!reader.acceptWord('on')) {
    throw reader.unsupported('GRANT or REVOKE of a system privilege');
  }
  const scope = parseScope(g);
  const privileges = checkPrivileges(words, scope);
  reader.expectWord(link);
  const grantees: string[] = [];
  do {
    grantees.push(parseGrantee(g));
  } while (reader.acceptOperator(','));
  return { privileges, scope, grantees };
}

function parsePrivilegeWords({ reader }: Grammar): string[] {
  if (reader.acceptWord('all')) {
    reader.acceptWord('privileges');
    return ['all'];
  }
  const words = [reader.take().text];
  while (reader.acceptOperator(',')) words.push(reader.take().text);
  return words;
}

function parseScope(g: Grammar): GrantScope {
  const { reader } = g;
  if (reader.acceptWord('all', 'tables', 'in', 'schema')) {
    return { kind: 'all-tables', schemas: reader.names() };
  }
  if (reader.acceptWord('schema')) return { kind: 'schemas', schemas: reader.names() };
  if (reader.acceptWord('database')) return { kind: 'database', name: reader.name() };
  for (const word of ['function', 'procedure', 'language', 'model', 'datashare']) {
    if (reader.isWord(word)) throw reader.unsupported(`GRANT ON ${word.toUpperCase()}`);
  }
  reader.acceptWord('table');
  return { kind: 'tables', tables: parseTableNames(g) };
}

function checkPrivileges(words: readonly string[], { kind }: GrantScope): string[] {
  const [allowed, what] =
    kind === 'schemas'
      ? [SCHEMA_PRIVILEGES, 'schema']
      : kind === 'database'
        ? [DATABASE_PRIVILEGES, 'database']
        : [TABLE_PRIVILEGES, 'relation'];
  if (words[0] === 'all') return allowed.filter((word) => word !== 'temp');
  for (const word of words) {
    if (!allowed.includes(word)) {
      throw new WarehouseError(`invalid privilege type ${word.toUpperCase()} for ${what}`);
    }
  }
  return words.map((word) => (word === 'temp' ? 'temporary' : word));
}

export function parseCreateUser(g: Grammar): SqlStatement {
  g.reader.expectWord('create', 'user');
  const name = g.reader.userName();
  const { options, password } = parseUserOptions(g);
  if (!password) throw new WarehouseError("password is required: PASSWORD '...' or PASSWORD DISABLE");
  return { kind: 'create-user', name, options };
}

export function parseAlterUser(g: Grammar): SqlStatement {
  const { reader } = g;
  reader.expectWord('alter', 'user');
  const name = reader.userName();
  if (reader.isWord('rename') || reader.isWord('set') || reader.isWord('reset')) {
    throw reader.unsupported(`ALTER USER ${reader.peek().raw.toUpperCase()}`);
  }
  return { kind: 'alter-user', name, options: parseUserOptions(g).options };
}

/** PASSWORD, CREATEUSER and the like, in any order. A password is checked and then forgotten. */
function parseUserOptions({ reader }: Grammar): {
  readonly options: UserOptions;
  readonly password: boolean;
} {
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
  return { options: superuser === undefined ? {} : { superuser }, password };
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
