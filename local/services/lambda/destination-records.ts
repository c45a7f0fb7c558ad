/** What Lambda writes to an on-failure destination. */
import { randomUUID } from 'node:crypto';
import type { FunctionError } from './process/invocation';
import type { DiscardedBatch } from './stream-mapping/deliver-batch';

/** AWS Lambda developer guide, "Capturing records of Lambda asynchronous invocations". */
export function buildFailedEventRecord(failed: {
  readonly arn: string;
  readonly event: unknown;
  readonly error: FunctionError;
  readonly condition: 'RetriesExhausted' | 'EventAgeExceeded';
  readonly invokeCount: number;
}): unknown {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${failed.arn}:$LATEST`,
      condition: failed.condition,
      approximateInvokeCount: failed.invokeCount,
    },
    requestPayload: failed.event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: { errorType: failed.error.errorType, errorMessage: failed.error.errorMessage },
  };
}

/**
 * Names the records and does not hold them; they stay in the stream for 24 hours (AWS Lambda developer guide,
 * "Retain discarded batch records").
 */
export function buildDiscardedBatchRecord(arn: string, streamArn: string, batch: DiscardedBatch): unknown {
  const { records, reason, invokeCount, shardId } = batch;
  const [first, last] = [records[0], records.at(-1)];
  const arrival = (createdAtMs: number | undefined): string => new Date(createdAtMs ?? 0).toISOString();
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: arn,
      condition: reason,
      approximateInvokeCount: invokeCount,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.sequenceNumber,
      endSequenceNumber: last?.sequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first?.createdAtMs),
      approximateArrivalOfLastRecord: arrival(last?.createdAtMs),
      batchSize: records.length,
      streamArn,
    },
  };
}
