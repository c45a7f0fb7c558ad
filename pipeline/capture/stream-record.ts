/** A DynamoDB stream record, as Lambda delivers it, becomes a change event. */
import type { DynamoDBRecord } from 'aws-lambda';
import type { ChangeEvent, Operation } from '../change-event';
import type { Item } from '../dynamodb/attribute-value';
import { PipelineError } from '../errors';
import { versionOf } from '../position';
import { type DynamodbTable, dynamodbTableName, type TableNames } from '../tables';
import { epochToIso } from '../values/calendar';
import { ownValue } from '../values/own-value';

export interface CapturedRecord {
  readonly table: DynamodbTable;
  readonly event: ChangeEvent<Item>;
  /** Unique in the stream; names the record where its content must not be named. */
  readonly eventId: string;
  /** DynamoDB deleted the item because its time to live was over, not because somebody asked. */
  readonly isExpiry: boolean;
}

/** Catalogue tables by their name in AWS. */
export type SourceTables = ReadonlyMap<string, DynamodbTable>;

export function sourceTables(tables: readonly DynamodbTable[], names: string | TableNames): SourceTables {
  return new Map(tables.map((table) => [nameInArn(dynamodbTableName(table, names)), table]));
}

/** A table of another account is called by its whole ARN. */
const nameInArn = (name: string): string => name.slice(name.lastIndexOf('/') + 1);

const OPERATIONS: Readonly<Record<string, Operation>> = {
  INSERT: 'insert',
  MODIFY: 'update',
  REMOVE: 'delete',
};

/**
 * Checks one record and gives its change event. `before` of a delete is the old image, or only the keys where the
 * stream has no old images.
 * @throws PipelineError STREAM_RECORD_INVALID (dead-letter) when it is of no table of the catalogue, or lacks a part.
 */
export function parseStreamRecord(record: DynamoDBRecord, tables: SourceTables): CapturedRecord {
  requireTexts(record);
  const table = tableOf(record, tables);
  const operation = ownValue(OPERATIONS, record.eventName ?? '');
  const { SequenceNumber, ApproximateCreationDateTime, Keys, NewImage, OldImage } = record.dynamodb ?? {};
  if (operation === undefined) throw invalid(record, `its eventName is ${record.eventName ?? 'missing'}`);
  if (SequenceNumber === undefined || !/^\d{1,40}$/.test(SequenceNumber)) {
    throw invalid(record, 'its sequence number is missing or not 1 to 40 digits');
  }
  if (typeof ApproximateCreationDateTime !== 'number' || !isEpoch(ApproximateCreationDateTime)) {
    throw invalid(record, 'its creation time is missing or no number of a time');
  }
  const before = OldImage ?? (operation === 'delete' ? Keys : undefined);
  if (operation === 'delete' ? before === undefined : NewImage === undefined) {
    throw invalid(
      record,
      `a record of a ${operation} has no ${operation === 'delete' ? 'keys' : 'new image'}; the stream's view type must be NEW_AND_OLD_IMAGES`,
    );
  }
  const hasExpired = operation === 'delete' && isExpiry(record);
  if (hasExpired && table.keepsExpired === true && OldImage === undefined) {
    throw invalid(
      record,
      "an expired item whose row is to be kept has no old image; the stream's view type must be NEW_AND_OLD_IMAGES",
    );
  }
  return {
    table,
    eventId: record.eventID ?? SequenceNumber,
    isExpiry: hasExpired,
    event: {
      table: table.name,
      operation,
      ...(before === undefined ? {} : { before }),
      ...(operation === 'delete' ? {} : { after: NewImage as Item }),
      position: versionOf(SequenceNumber),
      ...timesOf(record, epochToIso(ApproximateCreationDateTime)),
    },
  };
}

/** DynamoDB rounds times to the second, DynamoDB Local to the minute. */
const MAX_ROUNDING_MS = 120_000;

/**
 * A stream's ARN ends in its label, the time at which it was made. Of a table that was deleted and created again, the
 * old stream's changes are all before that time and the new one's are not, however much their own times are rounded.
 */
function timesOf(record: DynamoDBRecord, changedAt: string): { changedAt: string; streamAt?: string } {
  const streamAt = streamTimeOf(record.eventSourceARN ?? '');
  // A change that is older than its stream by more than rounding makes it: the label is not to be trusted.
  const isOwn = streamAt !== undefined && Date.parse(streamAt) - Date.parse(changedAt) <= MAX_ROUNDING_MS;
  if (!isOwn) return { changedAt };
  return { changedAt: changedAt < streamAt ? streamAt : changedAt, streamAt };
}

/** ISO 8601 with milliseconds; undefined for an ARN whose label is no time. */
export function streamTimeOf(streamArn: string): string | undefined {
  const label = /\/stream\/(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3})$/.exec(streamArn)?.[1];
  return label === undefined || Number.isNaN(Date.parse(`${label}Z`)) ? undefined : `${label}Z`;
}

/** Milliseconds of the year 9999 are the most that a time column holds. */
const isEpoch = (epoch: number): boolean => epoch >= 0 && epoch <= 253_402_300_799_999;

/** An event may be forged: an object in the place of a text would fail later, and with it the records around it. */
function requireTexts(record: DynamoDBRecord): void {
  const { eventID, eventName, eventSourceARN, dynamodb } = record;
  const texts = { eventID, eventName, eventSourceARN, SequenceNumber: dynamodb?.SequenceNumber };
  for (const [part, value] of Object.entries<unknown>(texts)) {
    if (typeof (value ?? '') !== 'string') throw invalid(record, `its ${part} is no text`);
  }
}

function tableOf(record: DynamoDBRecord, tables: SourceTables): DynamodbTable {
  const name = /:table\/([^/]+)\/stream\//.exec(record.eventSourceARN ?? '')?.[1];
  const table = name === undefined ? undefined : tables.get(name);
  if (table !== undefined) return table;
  throw invalid(
    record,
    `it comes from the table ${name ?? '(no stream ARN)'}, and the catalogue has ${[...tables.keys()].join(', ')}`,
  );
}

/** Amazon DynamoDB developer guide, "DynamoDB Streams and Time to Live". */
function isExpiry(record: DynamoDBRecord): boolean {
  const identity: { type?: unknown; principalId?: unknown } | undefined = record.userIdentity;
  return identity?.type === 'Service' && identity.principalId === 'dynamodb.amazonaws.com';
}

function invalid(record: DynamoDBRecord, why: string): PipelineError {
  return new PipelineError({
    code: 'STREAM_RECORD_INVALID',
    disposition: 'dead-letter',
    message: `a stream record cannot be taken: ${why}. Usual cause: the stream mapping reads a stream that the catalogue does not know`,
    context: {
      eventId: record.eventID ?? null,
      position: record.dynamodb?.SequenceNumber ?? null,
    },
  });
}
