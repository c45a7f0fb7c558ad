/** One request of the API: read, done, answered, and reported to operators without a value of it. */
import { PipelineError } from '../errors';
import type { Telemetry } from '../telemetry';
import { type ApiAnswer, answerJson, answerProblem, problemOf } from './api-answer';
import { type ApiRequest, parseApiRequest } from './api-request';

/** Never throws: whatever fails becomes an answer, and what is for operators goes to the log with its message. */
export async function answerRequest(
  event: unknown,
  telemetry: Telemetry,
  work: (request: ApiRequest) => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const startedAtMs = Date.now();
  let operation = 'unknown';
  const report = (status: number, code: string | null): void =>
    telemetry.report('answered', { operation, status, code, elapsedMs: Date.now() - startedAtMs });
  try {
    const request = parseApiRequest(event);
    ({ operation } = request);
    const answer = await work(request);
    report(answer.statusCode, null);
    return answer;
  } catch (failure) {
    const problem = problemOf(failure);
    if (problem.status >= 500) telemetry.logFailure(failure);
    report(problem.status, failure instanceof PipelineError ? failure.code : problem.code);
    return answerProblem(problem);
  }
}

export interface Added {
  readonly table: string;
  /** Rows or items of the request. */
  readonly rows: number;
  /** False for a request that came again: it added nothing, and its sender gets the same answer. */
  readonly isNew: boolean;
}

/** Metric `IngestedRows`, and the answer. */
export function answerAdded(telemetry: Telemetry, { table, rows, isNew }: Added): ApiAnswer {
  telemetry.count('IngestedRows', isNew ? rows : 0, table);
  return answerJson(201, { table, rows }, isNew ? {} : { 'idempotent-replayed': 'true' });
}
