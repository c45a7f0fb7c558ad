/** Users of the warehouse: those that come in by IAM, and those whose password is only in their secret. */
import { createHash, randomInt } from 'node:crypto';
import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { findLogin, readSecretValue } from '../secrets';
import type { DataApi } from './data-api';
import { quoteIdentifier, quoteLiteral } from './sql-text';

export const REPLICATION_USER = 'cdc_dms';

/** A session that idles for 4 hours is ended by default, and a replication task may idle (Redshift management guide, quotas). */
const SESSION_TIMEOUT_SECONDS = 86_400;

export interface WarehouseAddress {
  readonly host: string;
  readonly port: number;
}

/** Which of the names are users already. Names are compared without case, as the warehouse may fold them. */
export async function readExistingUsers(
  dataApi: DataApi,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  const existing = new Set<string | undefined>();
  for await (const row of dataApi.query('SELECT usename FROM pg_user')) {
    existing.add(row.usename?.toLowerCase());
  }
  return new Set(names.filter((name) => existing.has(name.toLowerCase())));
}

/** A user that only IAM lets in. An existing one stays as it is. */
export function buildIamUser(name: string, exists: boolean): string[] {
  return exists ? [] : [`CREATE USER ${quoteIdentifier(name)} PASSWORD DISABLE`];
}

/** The user with just this password, whether it was there or not. */
export const buildPasswordUser = (user: string, password: string, exists: boolean): string =>
  `${exists ? 'ALTER' : 'CREATE'} USER ${quoteIdentifier(user)} PASSWORD ${quoteLiteral(passwordDigest(user, password))}`;

export const buildReplicationUser = (password: string, exists: boolean): string[] => [
  buildPasswordUser(REPLICATION_USER, password, exists),
  `ALTER USER ${quoteIdentifier(REPLICATION_USER)} SESSION TIMEOUT ${SESSION_TIMEOUT_SECONDS}`,
];

/**
 * The form `md5<digest of password and user>`, which is what the warehouse stores for a plain password too: the Data
 * API keeps the text of statements for a day, and the password must not be in it (Amazon Redshift database
 * developer guide, "CREATE USER").
 */
const passwordDigest = (user: string, password: string): string =>
  `md5${createHash('md5').update(`${password}${user}`).digest('hex')}`;

/**
 * Gives the password of `user` that the secret holds; makes one where it holds none, and writes address and user beside it.
 * The secret is written before the user is made, so that it is the truth wherever a run stops.
 * @throws PipelineError SOURCE_UNAVAILABLE (retry) when the secret cannot be read.
 */
export async function keepPassword(
  secrets: SecretsManagerClient,
  secretArn: string,
  user: string,
  address: WarehouseAddress,
): Promise<string> {
  const kept = findLogin(await readSecretValue(secrets, secretArn));
  const isUsable = kept !== undefined && /^[A-Za-z0-9]{16,64}$/.test(kept.password);
  const login = {
    username: user,
    password: isUsable ? kept.password : generatePassword(),
    host: address.host,
    port: address.port,
  };
  const isComplete =
    isUsable && kept.username === login.username && kept.host === login.host && kept.port === login.port;
  if (!isComplete) {
    await secrets.send(
      new PutSecretValueCommand({ SecretId: secretArn, SecretString: JSON.stringify(login) }),
    );
  }
  return login.password;
}

const LETTERS_AND_DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Only letters and digits, since DMS refuses `; . : +` and others; one of each class, as Redshift demands. */
function generatePassword(): string {
  const random = Array.from({ length: 29 }, () => LETTERS_AND_DIGITS[randomInt(LETTERS_AND_DIGITS.length)]);
  return `${random.join('')}aZ4`;
}
