/**
 * What a failure of MySQL means to the pipeline.
 *
 * The driver's own error is never passed on: it carries the statement, and the server's message quotes values.
 */
import { type ErrorCode, PipelineError } from '../errors';

interface DriverError {
  readonly code?: string;
  readonly errno?: number;
  readonly sqlState?: string;
}

/** The server answers "no" to the credentials: MySQL error 1045, and 1698 of servers with socket authentication. */
const AUTHENTICATION_ERRNOS = new Set([1045, 1698]);

/** The object, or the right to it, is missing (MySQL server error reference). */
const NOT_READY: Readonly<Record<number, string>> = {
  1044: 'the user may not use this database',
  1049: 'the database does not exist',
  1054: 'a column does not exist',
  1142: 'the user lacks a privilege on the table',
  1143: 'the user lacks a privilege on a column',
  1146: 'the table does not exist',
  1227: 'the user lacks a global privilege',
  1305: 'a stored procedure does not exist',
  1370: 'the user may not call a stored procedure',
};

/** Locks and shutdowns that go away: lock wait, deadlock, server shutdown, too many connections, read-only failover. */
const PASSING_ERRNOS = new Set([1040, 1053, 1203, 1205, 1213, 1290, 1836, 1927, 3024, 4031]);

export function isAuthenticationFailure(error: unknown): boolean {
  return AUTHENTICATION_ERRNOS.has(driverError(error).errno ?? 0);
}

/** ER_DUP_ENTRY (MySQL error reference). */
export const isDuplicateKey = (error: unknown): boolean => driverError(error).errno === 1062;

/** ER_SPECIFIC_ACCESS_DENIED_ERROR: the login lacks a global privilege. */
export const isPrivilegeMissing = (error: unknown): boolean => driverError(error).errno === 1227;

/**
 * Turns anything that mysql2 throws into a PipelineError with names and numbers only. A PipelineError stays itself.
 * @param doing what was tried, for the message: "insert rows into bank.txns".
 */
export function mysqlFailure(error: unknown, doing: string): PipelineError {
  if (error instanceof PipelineError) return error;
  const { code = 'no code', errno, sqlState } = driverError(error);
  const context = { driverCode: code, errno: errno ?? null, sqlState: sqlState ?? null };
  const failed = `could not ${doing}: ${code}${errno === undefined ? '' : ` (${errno}, SQL state ${sqlState})`}`;
  const failure = (kind: ErrorCode, disposition: 'retry' | 'halt', advice: string): PipelineError =>
    new PipelineError({ code: kind, disposition, message: `${failed}: ${advice}`, context });

  if (isAuthenticationFailure(error)) {
    return failure(
      'SOURCE_NOT_READY',
      'halt',
      'the server does not take the login of the secret. The password was changed on one side only; invoke prepare-mysql again, or start again with the password where the login is your own (npm start -- --mysql).',
    );
  }
  // Without an SQL state the server never answered: name, network, TLS or a lost connection.
  if (sqlState === undefined) {
    return failure(
      'SOURCE_UNAVAILABLE',
      'retry',
      'the server cannot be reached, its certificate is not trusted, or the connection was lost. Check security groups, the state of the instance and the authority in NODE_EXTRA_CA_CERTS.',
    );
  }
  if (errno !== undefined && PASSING_ERRNOS.has(errno)) {
    return failure('SOURCE_UNAVAILABLE', 'retry', 'the server is busy, locked or failing over; run again.');
  }
  const missing = errno === undefined ? undefined : NOT_READY[errno];
  if (missing !== undefined) {
    return failure(
      'SOURCE_NOT_READY',
      'halt',
      `${missing}. Invoke prepare-mysql again; where the login is your own (npm start -- --mysql), start again, which lists what it lacks.`,
    );
  }
  return failure('SOURCE_REFUSED', 'halt', 'the server refused the statement; nothing of it was kept.');
}

function driverError(error: unknown): DriverError {
  if (typeof error !== 'object' || error === null) return {};
  const { code, errno, sqlState } = error as Record<string, unknown>;
  return {
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof errno === 'number' ? { errno } : {}),
    ...(typeof sqlState === 'string' ? { sqlState } : {}),
  };
}
