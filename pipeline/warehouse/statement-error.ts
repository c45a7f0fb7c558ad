/** Which failures of the warehouse pass by themselves, which name a bad file, and which need a person. */
import { type Disposition, type ErrorCode, PipelineError } from '../errors';

export interface StatementVerdict {
  readonly code: ErrorCode;
  readonly disposition: Disposition;
}

const BUSY: StatementVerdict = { code: 'WAREHOUSE_BUSY', disposition: 'retry' };
const BAD_FILE: StatementVerdict = { code: 'LOAD_FILE_REJECTED', disposition: 'dead-letter' };
const REFUSED: StatementVerdict = { code: 'LOAD_STATEMENT_FAILED', disposition: 'halt' };

/**
 * Texts of Redshift's errors, tried in order. 1023: two transactions crossed; 1018: a table was made after the
 * transaction's snapshot (Amazon Redshift database developer guide, "Managing concurrent write operations").
 * 9001 and "failed to inflate": a compressed file is damaged; Redshift then names no file.
 */
const FAILURES: readonly (readonly [RegExp, StatementVerdict])[] = [
  [/\b1023\b|serializable isolation violation/i, BUSY],
  [/\b1018\b/i, BUSY],
  [/deadlock detected|conflict(s|ed)? with concurrent/i, BUSY],
  [
    /connection (was )?(closed|refused|reset|terminated)|could not connect|server closed|shut(ting)? ?down/i,
    BUSY,
  ],
  [/(cluster|workgroup) .*(is )?(paused|resizing|modifying|not available|unavailable)/i, BUSY],
  // A serverless warehouse whose usage limit ends it: until the next period, or until the limit is raised.
  [/query reached usage limit/i, BUSY],
  [/cancell?ed on user|cancell?ing (query|statement) due to/i, BUSY],
  // Less room than this batch needs: no file's fault.
  [/disk full|out of memory|insufficient memory/i, BUSY],
  [/load into table .* failed|sys_load_error_detail|stl_load_errors/i, BAD_FILE],
  [/failed to inflate|\b9001\b|unzip|decompress/i, BAD_FILE],
  [/mandatory url is not present/i, BAD_FILE],
];

/** Judges the error text of a statement that ended FAILED. */
export function classifyFailure(text: string): StatementVerdict {
  return FAILURES.find(([pattern]) => pattern.test(text))?.[1] ?? REFUSED;
}

const BUSY_EXCEPTIONS: ReadonlySet<string> = new Set([
  'ActiveStatementsExceededException',
  'ActiveSessionsExceededException',
  'ActiveWaitingRequestsExceededException',
  'BatchExecuteStatementException',
  'DatabaseConnectionException',
  'ExecuteStatementException',
  'InternalServerException',
  'QueryTimeoutException',
  'ThrottlingException',
  'TimeoutError',
]);

/**
 * Judges an exception of the Data API's client: it has retried on its own already. The ones it never retries
 * (ActiveStatementsExceededException) and failures of the network come back here.
 */
export function classifyException(error: unknown): StatementVerdict {
  const { name, code, $fault } = (error ?? {}) as { name?: string; code?: string; $fault?: string };
  if (name !== undefined && BUSY_EXCEPTIONS.has(name)) return BUSY;
  if ($fault === 'client') return REFUSED;
  return $fault === 'server' || /^E[A-Z]+$/.test(code ?? '') ? BUSY : REFUSED;
}

/** The words of an error come first; what follows may be a value of any length, which the patterns would take long for. */
const MAX_ERROR_CHARACTERS = 8192;

/** Redshift quotes the value that it could not read; a message must not carry it. */
export function maskValues(text: string): string {
  return text
    .slice(0, MAX_ERROR_CHARACTERS)
    .replace(/(invalid input syntax for [a-z ]{1,40}:).*/gi, '$1 …')
    .replace(/context:.*/gi, 'context: …')
    .replace(/'[^']*'/g, "'…'")
    .replace(/=\([^)]*\)/g, '=(…)')
    .replace(/\s+/g, ' ')
    .slice(0, 400);
}

/** Addresses of files that the text names, blank-separated; they are ours, and tell which file is bad. */
const filesIn = (text: string): string | null => text.match(/s3:\/\/[^\s'",;)]+/g)?.join(' ') ?? null;

export interface FailedStatement {
  readonly id: string | null;
  readonly name: string | null;
  /** The service's words; values are masked here. */
  readonly text: string;
  readonly verdict: StatementVerdict;
  /** When it was submitted, by the service's clock; now where the service did not say. */
  readonly submittedAt?: Date | undefined;
  readonly cause?: unknown;
}

const ADVICE: Readonly<Record<Disposition, string>> = {
  retry: 'It passes by itself and is tried again',
  'dead-letter': 'A staged file cannot be read; it is rejected and the others are loaded',
  halt: 'Usual causes: a missing grant, or a table that is not as the catalogue says. Run prepare-warehouse and read the statement in the Data API',
};

export function statementError(failed: FailedStatement): PipelineError {
  const { id, name, text, verdict, submittedAt = new Date(), cause } = failed;
  return new PipelineError({
    ...verdict,
    message: `the warehouse refused the statement ${name ?? id ?? ''}: ${maskValues(text)}. ${ADVICE[verdict.disposition]}`,
    context: {
      statementId: id,
      statementName: name,
      submittedAt: submittedAt.toISOString(),
      files: filesIn(text),
    },
    ...(cause === undefined ? {} : { cause }),
  });
}
