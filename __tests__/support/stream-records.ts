/** Stream records as Lambda delivers them. */
import type { DynamoDBRecord } from 'aws-lambda';
import { sourceTables } from '../../pipeline/capture/stream-record';
import type { Item } from '../../pipeline/dynamodb/attribute-value';
import { TRADES } from './tables';

export const TABLE_PREFIX = 'cdc-dev-';
export const TRADES_SOURCE = sourceTables([TRADES], TABLE_PREFIX);

export interface RecordOptions {
  readonly sequence: number | string;
  readonly id?: string;
  /** Absent for a delete. */
  readonly after?: Item;
  readonly before?: Item;
  readonly table?: string;
  /** Epoch seconds. */
  readonly at?: number;
}

/** 21 digits, as the service numbers them. */
export const sequenceNumber = (sequence: number | string): string => String(10n ** 20n + BigInt(sequence));

export function streamRecord(options: RecordOptions): DynamoDBRecord {
  const { sequence, after, before, id = 'a', table = 'cdc-dev-trades', at = 1_700_000_000 } = options;
  const record = {
    eventID: `event-${sequence}`,
    eventName: after === undefined ? 'REMOVE' : before === undefined ? 'INSERT' : 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-central-1',
    eventSourceARN: `arn:aws:dynamodb:eu-central-1:123456789012:table/${table}/stream/2026-01-01T00:00:00.000`,
    dynamodb: {
      ApproximateCreationDateTime: at,
      Keys: { id: { S: id } },
      ...(after === undefined ? {} : { NewImage: { id: { S: id }, ...after } }),
      ...(before === undefined ? {} : { OldImage: { id: { S: id }, ...before } }),
      SequenceNumber: sequenceNumber(sequence),
      SizeBytes: 100,
      StreamViewType: 'NEW_AND_OLD_IMAGES',
    },
  };
  return record as DynamoDBRecord;
}
