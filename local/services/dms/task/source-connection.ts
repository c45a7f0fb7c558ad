/** Connections to the source, with TLS verified and the session that exact text needs. */
import { readFileSync } from 'node:fs';
import { type Connection, createConnection } from 'mysql2';
import { PipelineError } from '../../../../pipeline/errors';
import { verifiedTls } from '../../../../pipeline/mysql/mysql-connection';
import { buildSessionSql } from '../../../../pipeline/mysql/session';
import type { SourceLogin } from '../../../runtime/ports/replication-task';
import { queryRows } from '../binlog/binlog-stream';
import { limitSilence } from './silence-limit';

/**
 * Not the server's: PAD_CHAR_TO_FULL_LENGTH and EMPTY_STRING_IS_NULL would change what is read, NO_BACKSLASH_ESCAPES and
 * ANSI_QUOTES what is asked. The task writes nothing, and keys may be days that are in no calendar.
 */
const SQL_MODE = 'ALLOW_INVALID_DATES';

export type ReadLogin = () => Promise<SourceLogin>;

/** Opens one connection; the caller destroys it. @throws PipelineError SOURCE_UNAVAILABLE (retry). */
export async function openSource(readLogin: ReadLogin): Promise<Connection> {
  const login = await readLogin();
  const connection = createConnection({
    host: login.host,
    port: login.port,
    user: login.username,
    password: login.password,
    ssl: verifiedTls(login.caFile === undefined ? undefined : readFileSync(login.caFile, 'utf8')),
    charset: 'UTF8MB4_BIN',
    connectTimeout: 10_000,
  });
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('error', reject);
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    await queryRows(connection, buildSessionSql(SQL_MODE));
  } catch (error) {
    connection.destroy();
    (connection as unknown as { readonly stream: { destroy(): void } }).stream.destroy();
    throw sourceUnavailable(error, login);
  }
  closeWhole(connection);
  // A connection that breaks later fails the query that uses it.
  connection.removeAllListeners('error');
  connection.on('error', () => {});
  limitSilence(connection);
  return connection;
}

/**
 * The driver's `destroy` only says goodbye: the socket stays while the server has something to send, as it has to a
 * reader of the binlog, whose thread then lives on there.
 */
function closeWhole(connection: Connection): void {
  const { stream } = connection as unknown as { readonly stream: { destroy(): void } };
  const sayGoodbye = connection.destroy.bind(connection);
  connection.destroy = () => {
    sayGoodbye();
    stream.destroy();
  };
}

/** Opens a connection, runs `work`, and always closes it. */
export async function withSource<Result>(
  readLogin: ReadLogin,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  const connection = await openSource(readLogin);
  try {
    return await work(connection);
  } finally {
    connection.destroy();
  }
}

function sourceUnavailable(error: unknown, login: SourceLogin): PipelineError {
  const code = (error as { code?: string }).code ?? 'no code';
  return new PipelineError({
    code: 'SOURCE_UNAVAILABLE',
    disposition: 'retry',
    message: `the replication task cannot connect to MySQL at ${login.host}:${login.port} (${code}). Usually the server is not up, its certificate is not signed by the given authority, or the user in the endpoint's secret does not exist yet: set-up creates it.`,
    context: { host: login.host, port: login.port, driverCode: code },
    cause: error,
  });
}

/** Is it worth trying again by itself? Connection losses are; what the server says about a statement is not. */
export function isConnectionLoss(error: unknown): boolean {
  if (error instanceof PipelineError) return error.code === 'SOURCE_UNAVAILABLE';
  const { code, errno, message } = error as { code?: unknown; errno?: unknown; message?: unknown };
  // The driver says so without a code where the connection was lost between two queries.
  if (typeof message === 'string' && /^Can't .* in closed state$/.test(message)) return true;
  if (typeof errno === 'number' && CONNECTION_ERRORS.has(errno)) return true;
  return typeof code === 'string' && CONNECTION_CODES.has(code);
}

/** ER_NEW_ABORTING_CONNECTION, ER_SERVER_SHUTDOWN, ER_CONNECTION_KILLED, ER_QUERY_INTERRUPTED. */
const CONNECTION_ERRORS = new Set([1184, 1053, 1927, 1317]);
const CONNECTION_CODES = new Set([
  'PROTOCOL_CONNECTION_LOST',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
]);
