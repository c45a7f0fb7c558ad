/** A record that can never be a row of its target, as a letter: what and where it is, and why; never its values. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import type { CapturedRecord } from '../capture/stream-record';
import { PipelineError } from '../errors';

export interface DeadLetter {
  readonly code: string;
  /** The error's words: names, counts and positions. */
  readonly message: string;
  readonly table: string;
  readonly operation: string;
  /** Both find the record in the stream again, for 24 hours. */
  readonly streamArn: string;
  readonly sequenceNumber: string;
  readonly eventId: string;
  readonly changedAt: string;
}

export function buildDeadLetter(
  record: DynamoDBRecord,
  { table, event, eventId }: CapturedRecord,
  { code, message }: PipelineError,
): DeadLetter {
  return {
    code,
    message,
    table: table.name,
    operation: event.operation,
    streamArn: record.eventSourceARN ?? '',
    sequenceNumber: record.dynamodb?.SequenceNumber ?? '',
    eventId,
    changedAt: event.changedAt,
  };
}

/** @throws PipelineError STAGE_FAILED (retry); the SDK has retried on its own already. */
export async function sendDeadLetter(client: SQSClient, queueUrl: string, letter: DeadLetter): Promise<void> {
  try {
    await client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(letter) }));
  } catch (cause) {
    throw new PipelineError({
      code: 'STAGE_FAILED',
      disposition: 'retry',
      message: `the dead letter of a record of ${letter.table} could not be sent to ${queueUrl}. Usual causes: SQS is not reachable, or the function's role may not send there or use its key. Lambda delivers the records again`,
      context: { queueUrl, table: letter.table, eventId: letter.eventId },
      cause,
    });
  }
}
