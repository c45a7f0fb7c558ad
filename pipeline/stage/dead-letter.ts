/** A record that can never be taken, as a letter: what and where it is, and why; never its values. */
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import type { CapturedRecord } from '../capture/stream-record';
import { PipelineError } from '../errors';

export interface DeadLetter {
  readonly code: string;
  /** The error's words: names, counts and positions. */
  readonly message: string;
  /** In the catalogue; empty for a record of a table that the catalogue does not have. */
  readonly table: string;
  /** As in a change event; empty when the record says none that is known. */
  readonly operation: string;
  /** Both find the record in the stream again, for 24 hours; empty where the record has none. */
  readonly streamArn: string;
  readonly sequenceNumber: string;
  readonly eventId: string;
  /** ISO 8601; empty when the record has no time. */
  readonly changedAt: string;
}

/** A message of SQS has room for much more; an event that was forged may have long names. */
const MAX_TEXT_LENGTH = 4000;

/** @param captured absent for a record that could not be read at all. */
export function buildDeadLetter(
  record: DynamoDBRecord,
  captured: CapturedRecord | undefined,
  { code, message }: PipelineError,
): DeadLetter {
  return {
    code,
    message: asText(message),
    table: captured?.table.name ?? '',
    operation: captured?.event.operation ?? '',
    streamArn: asText(record.eventSourceARN),
    sequenceNumber: asText(record.dynamodb?.SequenceNumber),
    eventId: asText(captured?.eventId ?? record.eventID),
    changedAt: captured?.event.changedAt ?? '',
  };
}

const asText = (part: unknown): string => (typeof part === 'string' ? part.slice(0, MAX_TEXT_LENGTH) : '');

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
