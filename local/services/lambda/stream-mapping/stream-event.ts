/** A record of DynamoDB Streams in the form in which Lambda hands it to a function. */
import type { _Record } from '@aws-sdk/client-dynamodb-streams';
import { shardVersionOf } from './shard-lineage';

export type EventJson = null | boolean | number | string | EventJson[] | { [key: string]: EventJson };

export interface StreamEventRecord {
  /** As the function sees it. */
  readonly sequenceNumber: string;
  /** As the stream knows it, within the shard. */
  readonly shardSequenceNumber: string;
  /** Unique in the stream, also when numbers begin again. */
  readonly eventId: string;
  readonly createdAtMs: number;
  /** It was written after this, on the monotonic clock. */
  readonly notBeforeAt: number;
  /** As in `DynamoDBStreamEvent.Records`. */
  readonly json: { readonly [key: string]: EventJson };
  /** Of the JSON, to keep an event below what Lambda takes. */
  readonly byteCount: number;
}

export interface RecordOrigin {
  /** The stream's ARN as the stacks know it. */
  readonly eventSourceArn: string;
  readonly region: string;
  /** Of the record's shard. */
  readonly generation: number;
  /** The record was not there yet: by the time of day, and on the monotonic clock. */
  readonly notBefore: { readonly timeMs: number; readonly at: number };
}

/** DynamoDB Local rounds times down to the minute. */
const ROUNDED_TO_MS = 60_000;

/** @throws Error when the record has no sequence number or time, which the API always gives. */
export function buildEventRecord(record: _Record, origin: RecordOrigin): StreamEventRecord {
  const { dynamodb, userIdentity } = record;
  const shardSequenceNumber = dynamodb?.SequenceNumber;
  const roundedTime = dynamodb?.ApproximateCreationDateTime;
  if (shardSequenceNumber === undefined || roundedTime === undefined) {
    throw new Error('a stream record came without a sequence number or a time');
  }
  const { notBefore } = origin;
  // Within the rounding only: the time of the last read is no bound once the clock was set back.
  const latestMs = roundedTime.getTime() + ROUNDED_TO_MS - 1;
  const createdAtMs = Math.min(Math.max(roundedTime.getTime(), notBefore.timeMs), latestMs);
  const sequenceNumber = shardVersionOf(origin.generation, shardSequenceNumber);
  const json = {
    eventID: record.eventID ?? sequenceNumber,
    eventName: record.eventName ?? '',
    eventVersion: record.eventVersion ?? '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: origin.region,
    dynamodb: {
      ...(jsonOf({ ...dynamodb, ApproximateCreationDateTime: undefined }) as { [key: string]: EventJson }),
      // Lambda gives seconds (AWS Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB", example event).
      ApproximateCreationDateTime: Math.floor(createdAtMs / 1000),
      SequenceNumber: sequenceNumber,
    },
    ...(userIdentity === undefined
      ? {}
      : { userIdentity: { type: userIdentity.Type ?? '', principalId: userIdentity.PrincipalId ?? '' } }),
    eventSourceARN: origin.eventSourceArn,
  };
  const byteCount = Buffer.byteLength(JSON.stringify(json));
  return {
    sequenceNumber,
    shardSequenceNumber,
    eventId: json.eventID,
    createdAtMs,
    notBeforeAt: notBefore.at,
    json,
    byteCount,
  };
}

/** Binary attributes travel as base64; numbers are text already. */
function jsonOf(value: unknown): EventJson {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(jsonOf);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => [key, jsonOf(member)]),
    );
  }
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    typeof value === 'number'
  ) {
    return value;
  }
  throw new Error(`a stream record holds a ${typeof value}, which has no JSON form`);
}
