/**
 * The one error class of the pipeline, and the registry of its codes.
 *
 * A message says what happened (got and expected), the usual cause, and what to do. It carries names, counts and
 * positions, never a row's values or a credential.
 */

/** Each code with the runbook's first line: what it means. */
export const ERROR_CODES = {
  SETTINGS_INVALID: 'the environment of a function is incomplete or wrong',
  SEED_UNREADABLE: 'a seed file cannot be read at all',
  REJECTED_UNWRITTEN: 'rejected rows or items could not be written down',
  SOURCE_UNAVAILABLE: 'a source database does not answer',
  SOURCE_NOT_READY: 'a source database is not set up as the catalogue and replication need it',
  SOURCE_REFUSED: 'a source database refused a statement',
  WRITE_UNPROCESSED: 'a source kept refusing part of a write',
  STREAM_RECORD_INVALID: 'a stream record cannot be turned into a change event',
  STAGE_FAILED: 'a staged file could not be written',
  LOAD_STATEMENT_FAILED: 'the warehouse refused a statement',
  LOAD_FILE_REJECTED: 'the warehouse could not read a staged file',
  LOAD_TIMED_OUT: 'a statement is still running in the warehouse',
  WAREHOUSE_NOT_READY: 'the warehouse is not set up as the catalogue needs it',
  WAREHOUSE_BUSY: 'the warehouse asked to come back later',
  REPLICATION_TASK_FAILED: 'the replication task is in a state that needs a person',
  POSITION_LOST: 'the source no longer has the changes after the checkpoint',
  BINLOG_DAMAGED: 'the source sent changes that are not as it wrote them',
  SOURCE_REPLACED: 'the source is not the server that the checkpoint was taken on',
  FUNCTION_NOT_CALLED: 'a function could not call another one',
  RECONCILE_FAILED: 'source and warehouse could not be compared',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** What the caller does next: try the same again, dead-letter or reject the input, or stop and call a person. */
export type Disposition = 'retry' | 'dead-letter' | 'halt';

export interface PipelineErrorOptions {
  readonly code: ErrorCode;
  readonly disposition: Disposition;
  readonly message: string;
  /** Names, counts and positions that locate the failure. */
  readonly context?: Readonly<Record<string, string | number | boolean | null>>;
  readonly cause?: unknown;
}

export class PipelineError extends Error {
  readonly code: ErrorCode;
  readonly disposition: Disposition;
  /** The message without the code, where the code is said beside it. */
  readonly reason: string;
  readonly context: Readonly<Record<string, string | number | boolean | null>>;

  constructor(options: PipelineErrorOptions) {
    super(
      `${options.code}: ${options.message}`,
      options.cause === undefined ? undefined : { cause: options.cause },
    );
    this.name = 'PipelineError';
    this.code = options.code;
    this.disposition = options.disposition;
    this.reason = options.message;
    this.context = options.context ?? {};
  }
}
