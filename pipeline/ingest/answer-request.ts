/** One request of the API: read, done, answered, and reported to operators without a value of it. */
import { PipelineError } from '../errors';
import type { Telemetry } from '../telemetry';
import { type ApiAnswer, answerProblem, problemOf } from './api-answer';
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
