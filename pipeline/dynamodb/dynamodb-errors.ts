/** What a failure of DynamoDB means to the pipeline. Its messages may quote values, so they are not passed on. */
import { type ErrorCode, PipelineError } from '../errors';

const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'InternalServerError',
  'ServiceUnavailable',
]);

const NOT_READY = new Set([
  'ResourceNotFoundException',
  'AccessDeniedException',
  'UnrecognizedClientException',
  'KMSAccessDeniedException',
]);

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'unknown error');

/** The table took none of the request and will take it later; the SDK's own retries are used up. */
export const isThrottled = (error: unknown): boolean => THROTTLED.has(nameOf(error));

/** Something in the request is refused for what it is. */
export const isRefusedInput = (error: unknown): boolean =>
  nameOf(error) === 'ValidationException' || nameOf(error) === 'SerializationException';

export function dynamodbFailure(error: unknown, tableName: string): PipelineError {
  if (error instanceof PipelineError) return error;
  const name = nameOf(error);
  const failure = (code: ErrorCode, disposition: 'retry' | 'halt', advice: string): PipelineError =>
    new PipelineError({
      code,
      disposition,
      message: `could not write items to ${tableName}: ${name}: ${advice}`,
      context: { tableName, error: name },
    });
  if (NOT_READY.has(name)) {
    return failure(
      'SOURCE_NOT_READY',
      'halt',
      "the table does not exist, or the function's role may not write to it or use its key. Deploy the storage and pipeline stacks again.",
    );
  }
  return failure('SOURCE_UNAVAILABLE', 'retry', 'the service could not be reached or failed; run again.');
}

/** The same for reads. */
export function sourceReadFailure(error: unknown, tableName: string): PipelineError {
  const name = nameOf(error);
  const isNotReady = NOT_READY.has(name);
  return new PipelineError({
    code: isNotReady ? 'SOURCE_NOT_READY' : 'SOURCE_UNAVAILABLE',
    disposition: isNotReady ? 'halt' : 'retry',
    message: isNotReady
      ? `could not read ${tableName}: ${name}: the table does not exist, or the function's role may not read it or use its key. Deploy the storage and pipeline stacks again.`
      : `could not read ${tableName}: ${name}: the service could not be reached or failed; run again.`,
    context: { tableName, error: name },
    cause: error,
  });
}
