/** One MySQL connection with the session that every part of the pipeline relies on. */
import { type Connection, type ConnectionOptions, createConnection, type SslOptions } from 'mysql2/promise';
import type { MysqlLogin, MysqlSecret } from '../secrets';
import { isAuthenticationFailure, mysqlFailure } from './mysql-errors';
import { buildSessionSql } from './session';

export interface MysqlConnectionOptions {
  /**
   * PEM of the authority to trust, instead of those that the process trusts. Lambda trusts RDS through
   * NODE_EXTRA_CA_CERTS, so that functions leave it out.
   */
  readonly ca?: string;
  readonly connectTimeoutMs?: number;
}

/**
 * Strict: a value that a column cannot hold is an error, never a cut or rounded value. Backslash escapes stay on,
 * because the driver's own escaping relies on them.
 */
export const SQL_MODE =
  'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION';

/**
 * Opens a connection, runs `work`, and always closes it. When the server refuses the login, the secret is read once
 * more, for it may have been rotated since this container started, and the login is tried again.
 *
 * The session: verified TLS 1.2 or later, time zone UTC, utf8mb4, strict `sql_mode`, no limit on rows or time, whatever
 * the server gives others; dates, times, decimals and 64-bit integers arrive as text.
 *
 * @throws PipelineError SOURCE_UNAVAILABLE (retry), SOURCE_NOT_READY or SOURCE_REFUSED (halt) for what the server or
 * the network refuses, also inside `work`; any other error of `work` unchanged. An open transaction is then rolled
 * back by the server.
 */
export async function withMysqlConnection<Result>(
  secret: MysqlSecret,
  work: (connection: Connection) => Promise<Result>,
  options: MysqlConnectionOptions = {},
): Promise<Result> {
  const connection = await openConnection(secret, options);
  try {
    const result = await work(connection);
    // What `work` did is done, also when saying goodbye fails.
    await connection.end().catch(() => connection.destroy());
    return result;
  } catch (error) {
    // Not end(): that waits behind a statement which may be the one that hangs.
    connection.destroy();
    throw isDriverError(error) ? mysqlFailure(error, 'run a statement') : error;
  }
}

async function openConnection(secret: MysqlSecret, options: MysqlConnectionOptions): Promise<Connection> {
  const login = await secret.read();
  try {
    return await connect(login, options);
  } catch (error) {
    if (!isAuthenticationFailure(error)) throw mysqlFailure(error, 'connect to MySQL');
  }
  const rotated = await secret.read({ again: true });
  try {
    return await connect(rotated, options);
  } catch (error) {
    throw mysqlFailure(error, 'connect to MySQL, also after reading the secret again');
  }
}

async function connect(login: MysqlLogin, options: MysqlConnectionOptions): Promise<Connection> {
  const connection = await createConnection(connectionOptions(login, options));
  // The server may drop the connection between two statements; the next statement then fails with it.
  connection.on('error', () => {});
  try {
    await connection.query(buildSessionSql(SQL_MODE));
    return connection;
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** TLS that verifies certificate and host name. Without `ca` (PEM) the authorities are those that Node trusts. */
export function verifiedTls(ca?: string): SslOptions {
  return {
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    verifyIdentity: true,
    ...(ca === undefined ? {} : { ca }),
  };
}

function connectionOptions(login: MysqlLogin, options: MysqlConnectionOptions): ConnectionOptions {
  return {
    host: login.host,
    port: login.port,
    user: login.username,
    password: login.password,
    ssl: verifiedTls(options.ca),
    connectTimeout: options.connectTimeoutMs ?? 10_000,
    charset: 'UTF8MB4_BIN',
    timezone: 'Z',
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    multipleStatements: false,
  };
}

/** mysql2 gives server errors an SQL state, and marks as fatal what ends the connection. */
function isDriverError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { sqlState, fatal } = error as Record<string, unknown>;
  return typeof sqlState === 'string' || fatal === true;
}
