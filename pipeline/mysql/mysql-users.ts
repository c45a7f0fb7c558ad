/** The database users of the pipeline: who they are, what each may do, and the password that its secret holds. */
import { randomInt } from 'node:crypto';
import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Connection, escape as quoteMysqlText, type RowDataPacket } from 'mysql2/promise';
import { HEARTBEATS } from '../heartbeats';
import { findLogin, type MysqlLogin, readSecretValue } from '../secrets';
import type { MysqlTable } from '../tables';
import { API_REQUESTS } from './api-requests';
import { type Folding, foldSourceName, readFolding } from './folded-name';
import { INGEST_RUNS } from './ingest-runs';
import { isPrivilegeMissing } from './mysql-errors';
import { quoteMysqlIdentifier, quoteMysqlTable } from './mysql-identifier';

export type MysqlUser = 'cdc_ingest' | 'cdc_reconcile' | 'cdc_dms';

/** Whether requests of the API write rows, and so record themselves. */
export interface ApiOption {
  readonly hasApi?: boolean;
}

export interface MysqlAddress {
  readonly host: string;
  readonly port: number;
}

/** Privileges on one table, on a database, or (without either) on everything. */
export interface MysqlGrant {
  readonly privileges: readonly string[];
  readonly on?: { readonly database: string; readonly name?: string };
}

/**
 * Each user gets no more than its function needs. The replication user follows "Using a MySQL-compatible database as
 * a source" of the DMS user guide. LOCK TABLES is for the laptop's twin of the task: only under a lock can it tell the
 * exact position of a copy of MySQL, or of a table without transactions. DMS does without.
 */
export function mysqlGrants(
  user: MysqlUser,
  tables: readonly MysqlTable[],
  { hasApi = false }: ApiOption = {},
): MysqlGrant[] {
  const onTables = (privilege: string): MysqlGrant[] =>
    tables.map((table) => ({ privileges: [privilege], on: table }));
  switch (user) {
    case 'cdc_ingest':
      return [
        ...onTables('INSERT'),
        ...[INGEST_RUNS, ...(hasApi ? [API_REQUESTS] : [])].map((on) => ({
          privileges: ['SELECT', 'INSERT', 'DELETE'],
          on,
        })),
      ];
    case 'cdc_reconcile':
      return onTables('SELECT');
    case 'cdc_dms':
      return [
        { privileges: ['REPLICATION CLIENT', 'REPLICATION SLAVE'] },
        ...onTables('SELECT'),
        ...[...new Set([...tables, HEARTBEATS].map(({ database }) => database))].map((database) => ({
          privileges: ['LOCK TABLES'],
          on: { database },
        })),
        { privileges: ['SELECT'], on: HEARTBEATS },
      ];
  }
}

export const buildMysqlGrants = (...given: Parameters<typeof mysqlGrants>): string[] =>
  mysqlGrants(...given).map((grant) => buildGrant(given[0], grant));

const buildGrant = (user: MysqlUser, { privileges, on }: MysqlGrant): string =>
  `GRANT ${privileges.join(', ')} ON ${placeOf(on)} TO ${account(user)}`;

function placeOf(on: MysqlGrant['on']): string {
  if (on === undefined) return '*.*';
  const { database, name } = on;
  if (name !== undefined) return quoteMysqlTable({ database, name });
  return `${quoteMysqlIdentifier(escapedDatabase(database))}.*`;
}

/** In a grant on a whole database, `_` and `%` would stand for other names. */
const escapedDatabase = (database: string): string => database.replace(/[_%\\]/g, '\\$&');

/**
 * Creates the user, with the password that its secret holds, and its grants. Idempotent, and sends no statement when
 * nothing has to change: each of these would be written to the binlog, whether it changes anything or not.
 *
 * 1. Read the secret. No usable value: generate a password.
 * 2. Write the secret, when its value is not already the right one.
 * 3. CREATE USER when there is none; ALTER USER to the secret's password when it does not sign in, or need not use
 *    TLS; GRANT what is missing.
 *
 * Stopped after 2, the secret holds a password that the server does not know yet; the next run does 3 with the same
 * password. So the secret is the truth, and a second run keeps the password.
 */
export async function prepareUser(
  admin: Connection,
  client: SecretsManagerClient,
  given: {
    readonly user: MysqlUser;
    readonly secretArn: string;
    readonly address: MysqlAddress;
    readonly tables: readonly MysqlTable[];
    readonly options: ApiOption;
    /** Whether the user can sign in with what its secret holds. */
    readonly signsIn: () => Promise<boolean>;
  },
): Promise<void> {
  const { user, secretArn, address, signsIn } = given;
  const password = await keepPassword(client, secretArn, { username: user, ...address });
  const identified = `IDENTIFIED BY ${quoteMysqlText(password)} REQUIRE SSL`;
  const found = await findUser(admin, user);
  if (found === undefined) {
    await withoutBinlog(admin, () => admin.query(`CREATE USER ${account(user)} ${identified}`));
  } else if (!found.needsTls || !(await signsIn())) {
    await withoutBinlog(admin, () => admin.query(`ALTER USER ${account(user)} ${identified}`));
  }
  const folding = await readFolding(admin);
  const held = await readPrivileges(admin, user, folding);
  for (const grant of mysqlGrants(user, given.tables, given.options)) {
    if (!grant.privileges.every((privilege) => held.has(privilegeKey(privilege, grant.on, folding)))) {
      await admin.query(buildGrant(user, grant));
    }
  }
}

/**
 * MariaDB writes the password of CREATE USER into the binlog as it is typed, where everybody with REPLICATION SLAVE
 * reads it. MySQL writes a hash ("Passwords and logging" of its manual), and RDS lets nobody set the variable.
 */
async function withoutBinlog(admin: Connection, work: () => Promise<unknown>): Promise<void> {
  try {
    await admin.query('SET SESSION sql_log_bin = 0');
  } catch (error) {
    // The session may not set the variable.
    if (!isPrivilegeMissing(error)) throw error;
    await work();
    return;
  }
  try {
    await work();
  } finally {
    await admin.query('SET SESSION sql_log_bin = 1');
  }
}

async function findUser(
  admin: Connection,
  user: MysqlUser,
): Promise<{ readonly needsTls: boolean } | undefined> {
  const [rows] = await admin.query<RowDataPacket[]>(
    "SELECT ssl_type AS tls FROM mysql.user WHERE User = ? AND Host = '%'",
    [user],
  );
  const [row] = rows;
  return row === undefined ? undefined : { needsTls: String(row.tls) === 'ANY' };
}

const READ_PRIVILEGES = [
  'SELECT PRIVILEGE_TYPE AS privilege, NULL AS db, NULL AS name',
  'FROM INFORMATION_SCHEMA.USER_PRIVILEGES WHERE GRANTEE = ?',
  'UNION ALL',
  'SELECT PRIVILEGE_TYPE, TABLE_SCHEMA, NULL',
  'FROM INFORMATION_SCHEMA.SCHEMA_PRIVILEGES WHERE GRANTEE = ?',
  'UNION ALL',
  'SELECT PRIVILEGE_TYPE, TABLE_SCHEMA, TABLE_NAME',
  'FROM INFORMATION_SCHEMA.TABLE_PRIVILEGES WHERE GRANTEE = ?',
].join('\n');

async function readPrivileges(admin: Connection, user: MysqlUser, folding: Folding): Promise<Set<string>> {
  const [rows] = await admin.query<RowDataPacket[]>(READ_PRIVILEGES, [
    account(user),
    account(user),
    account(user),
  ]);
  return new Set(
    rows.map(({ privilege, db, name }) =>
      privilegeKey(
        // MariaDB's name for it since 10.5.
        String(privilege) === 'BINLOG MONITOR' ? 'REPLICATION CLIENT' : String(privilege),
        db === null ? undefined : heldOn(String(db), name as string | null),
        folding,
      ),
    ),
  );
}

const heldOn = (database: string, name: string | null): MysqlGrant['on'] =>
  name === null ? { database: database.replace(/\\([_%\\])/g, '$1') } : { database, name };

/** Where the server does not tell capitals apart, its grants are in lower case. */
function privilegeKey(privilege: string, on: MysqlGrant['on'], folding: Folding): string {
  const fold = folding === 0 ? (name: string): string => name : foldSourceName;
  const names = [on?.database, on?.name].map((name) => (name === undefined ? null : fold(name)));
  return JSON.stringify([privilege, ...names]);
}

async function keepPassword(
  client: SecretsManagerClient,
  secretArn: string,
  login: Omit<MysqlLogin, 'password'>,
): Promise<string> {
  const kept = findLogin(await readSecretValue(client, secretArn));
  const password = kept !== undefined && isUsablePassword(kept.password) ? kept.password : generatePassword();
  const isComplete =
    kept !== undefined &&
    kept.password === password &&
    kept.username === login.username &&
    kept.host === login.host &&
    kept.port === login.port;
  if (!isComplete) {
    const value = { username: login.username, password, host: login.host, port: login.port };
    await client.send(
      new PutSecretValueCommand({ SecretId: secretArn, SecretString: JSON.stringify(value) }),
    );
  }
  return password;
}

/** What DMS takes: its user guide excludes `; . : + { } %` and others, so these are letters, digits, `_` and `-`. */
const isUsablePassword = (password: string): boolean => /^[A-Za-z0-9_-]{16,64}$/.test(password);

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** 32 characters, 180 bits; one of each class, as the server's password validation may ask for. */
function generatePassword(): string {
  const random = Array.from({ length: 28 }, () => LETTERS_AND_DIGITS[randomInt(LETTERS_AND_DIGITS.length)]);
  return `${random.join('')}aZ4_`;
}

/** The account's name in statements. */
export const account = (user: MysqlUser): string => `'${user}'@'%'`;
