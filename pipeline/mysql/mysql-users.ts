/** The database users of the pipeline: who they are, what each may do, and the password that its secret holds. */
import { randomInt } from 'node:crypto';
import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Connection, escape as quoteMysqlText } from 'mysql2/promise';
import { findLogin, type MysqlLogin, readSecretValue } from '../secrets';
import type { MysqlTable } from '../tables';
import { quoteMysqlTable } from './mysql-identifier';

export type MysqlUser = 'cdc_ingest' | 'cdc_reconcile' | 'cdc_dms';

export interface MysqlAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Each statement gives one user no more than its function needs. The replication user follows "Using a
 * MySQL-compatible database as a source" of the DMS user guide.
 */
export function buildMysqlGrants(user: MysqlUser, tables: readonly MysqlTable[]): string[] {
  const onTables = (privilege: string): string[] =>
    tables.map((table) => `GRANT ${privilege} ON ${quoteMysqlTable(table)} TO ${account(user)}`);
  switch (user) {
    case 'cdc_ingest':
      return onTables('INSERT');
    case 'cdc_reconcile':
      return onTables('SELECT');
    case 'cdc_dms':
      return [
        `GRANT REPLICATION CLIENT, REPLICATION SLAVE ON *.* TO ${account(user)}`,
        ...onTables('SELECT'),
      ];
  }
}

/**
 * Makes the user, gives it the password that its secret holds, and its grants. Idempotent:
 *
 * 1. Read the secret. No usable value: generate a password.
 * 2. Write the secret, when its value is not already the right one.
 * 3. CREATE USER IF NOT EXISTS, then ALTER USER to the secret's password, then GRANT.
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
  },
): Promise<void> {
  const { user, secretArn, address } = given;
  const password = await keepPassword(client, secretArn, { username: user, ...address });
  const identified = `IDENTIFIED BY ${quoteMysqlText(password)} REQUIRE SSL`;
  await withoutBinlog(admin, async () => {
    await admin.query(`CREATE USER IF NOT EXISTS ${account(user)} ${identified}`);
    await admin.query(`ALTER USER ${account(user)} ${identified}`);
  });
  for (const grant of buildMysqlGrants(user, given.tables)) await admin.query(grant);
}

/** ER_SPECIFIC_ACCESS_DENIED_ERROR: the session may not set the variable. */
const ACCESS_DENIED = 1227;

/**
 * MariaDB writes the password of CREATE USER into the binlog as it is typed, where everybody with REPLICATION SLAVE
 * reads it. MySQL writes a hash ("Passwords and logging" of its manual), and RDS lets nobody set the variable.
 */
async function withoutBinlog(admin: Connection, work: () => Promise<void>): Promise<void> {
  try {
    await admin.query('SET SESSION sql_log_bin = 0');
  } catch (error) {
    if ((error as { errno?: number }).errno !== ACCESS_DENIED) throw error;
    await work();
    return;
  }
  try {
    await work();
  } finally {
    await admin.query('SET SESSION sql_log_bin = 1');
  }
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

const account = (user: MysqlUser): string => `'${user}'@'%'`;
