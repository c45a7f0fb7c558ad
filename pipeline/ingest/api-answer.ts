/** What the API answers: JSON, or a problem by RFC 9457 that says what happened without a value of a row. */
import { STATUS_CODES } from 'node:http';
import { PipelineError } from '../errors';
import type { RejectionCode } from '../files/rejection';
import { MAX_LISTED } from '../values/api-limits';

export interface ApiAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface RejectedEntry {
  /** Place in the request, from 0. */
  readonly index: number;
  readonly line?: number;
  readonly code: RejectionCode;
  readonly reason: string;
  readonly column?: string;
}

export type ApiProblemCode =
  | 'BAD_REQUEST'
  | 'KEY_MISSING'
  | 'BODY_UNREADABLE'
  | 'TOO_LARGE'
  | 'WRONG_TYPE'
  | 'NOT_FOUND'
  | 'KEY_REUSED'
  | 'REJECTED'
  | 'BUSY'
  | 'FAILED';

const STATUS: Readonly<Record<ApiProblemCode, number>> = {
  BAD_REQUEST: 400,
  KEY_MISSING: 400,
  BODY_UNREADABLE: 400,
  NOT_FOUND: 404,
  TOO_LARGE: 413,
  WRONG_TYPE: 415,
  KEY_REUSED: 422,
  REJECTED: 422,
  FAILED: 500,
  BUSY: 503,
};

/** A request that is not done, for a reason that its sender reads. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';

  constructor(
    readonly code: ApiProblemCode,
    message: string,
    readonly rejected: readonly RejectedEntry[] = [],
  ) {
    super(message);
  }

  get status(): number {
    return STATUS[this.code];
  }
}

/** @param what the entries are, for people */
export function rejectAll(rejected: readonly RejectedEntry[], what: 'row' | 'item'): ApiProblem {
  const count = rejected.length;
  const listed = count > MAX_LISTED ? `the first ${MAX_LISTED} are` : 'each is';
  return new ApiProblem(
    'REJECTED',
    `${count} ${what}${count === 1 ? '' : 's'} of the request cannot be taken, so nothing of it was added; ${listed} listed with index and reason. Correct them and send the request again, with a new key.`,
    rejected,
  );
}

export const wrongType = (contentType: string, expected: string): ApiProblem =>
  new ApiProblem(
    'WRONG_TYPE',
    `the Content-Type is ${contentType === '' ? 'missing' : 'not one that is taken here'}; expected ${expected}`,
  );

export const answerJson = (
  statusCode: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): ApiAnswer => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
});

export function answerProblem(problem: ApiProblem): ApiAnswer {
  const { code, status, message, rejected } = problem;
  const body = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    code,
    ...(rejected.length === 0
      ? {}
      : { rejectedCount: rejected.length, rejected: rejected.slice(0, MAX_LISTED) }),
  };
  const headers = {
    'content-type': 'application/problem+json',
    ...(status === 503 ? { 'retry-after': '5' } : {}),
  };
  return { statusCode: status, headers, body: JSON.stringify(body) };
}

/**
 * Any failure as a problem. What the pipeline would try again, the sender tries again; anything else is for the
 * operators, and its message stays in the log.
 */
export function problemOf(failure: unknown): ApiProblem {
  if (failure instanceof ApiProblem) return failure;
  if (failure instanceof PipelineError && failure.disposition === 'retry')
    return new ApiProblem(
      'BUSY',
      `${failure.code}: not available at the moment. Send the request again with the same key: it adds nothing twice.`,
    );
  const code = failure instanceof PipelineError ? `${failure.code}: ` : '';
  return new ApiProblem(
    'FAILED',
    `${code}the deployment has a fault, which is in its log; nothing is known to be added. After it is corrected, send the request again with the same key.`,
  );
}
