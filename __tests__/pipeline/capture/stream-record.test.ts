import type { DynamoDBRecord } from 'aws-lambda';
import { parseStreamRecord, sourceTables } from '../../../pipeline/capture/stream-record';
import { PipelineError } from '../../../pipeline/errors';
import { streamRecord, TABLE_PREFIX, TRADES_SOURCE } from '../../support/stream-records';
import { TRADES } from '../../support/tables';

const parse = (record: DynamoDBRecord) => parseStreamRecord(record, TRADES_SOURCE);

it('INSERT, MODIFY and REMOVE become insert, update and delete with their images', () => {
  const image = { price: { N: '1' } };
  expect(parse(streamRecord({ sequence: 5, after: image }))).toEqual({
    table: TRADES,
    eventId: 'event-5',
    isExpiry: false,
    event: {
      table: 'trades',
      operation: 'insert',
      after: { id: { S: 'a' }, price: { N: '1' } },
      position: '0000000000000000000100000000000000000005',
      changedAt: '2023-11-14T22:13:20.000Z',
    },
  });
  const update = parse(streamRecord({ sequence: 6, after: image, before: {} })).event;
  expect(update).toMatchObject({ operation: 'update', before: { id: { S: 'a' } } });
  const removal = parse(streamRecord({ sequence: 7, before: image })).event;
  expect(removal.operation).toBe('delete');
  expect(removal.before).toEqual({ id: { S: 'a' }, price: { N: '1' } });
  expect(removal).not.toHaveProperty('after');
});

it('a delete without an old image still carries its key', () => {
  expect(parse(streamRecord({ sequence: 1 })).event.before).toEqual({ id: { S: 'a' } });
});

it('a delete by time to live is distinguished from one that somebody asked for', () => {
  const identity = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
  expect(parse({ ...streamRecord({ sequence: 1 }), userIdentity: identity }).isExpiry).toBe(true);
  expect(parse(streamRecord({ sequence: 1 })).isExpiry).toBe(false);
  // Where its row is to be kept, it must say what was in it.
  const keeping = sourceTables([{ ...TRADES, keepsExpired: true }], TABLE_PREFIX);
  const whole = { ...streamRecord({ sequence: 1, before: {} }), userIdentity: identity };
  expect(parseStreamRecord(whole, keeping).isExpiry).toBe(true);
  expect(() =>
    parseStreamRecord({ ...streamRecord({ sequence: 1 }), userIdentity: identity }, keeping),
  ).toThrow(/no old image/);
});

const insert = streamRecord({ sequence: 1, after: { secret: { S: 'do not log' } } });
const withPart = (part: string, value: unknown): DynamoDBRecord => ({
  ...insert,
  dynamodb: { ...insert.dynamodb, [part]: value },
});
const without = (part: string): DynamoDBRecord => withPart(part, undefined);

it.each<[string, DynamoDBRecord, RegExp]>([
  [
    'another table',
    streamRecord({ sequence: 1, after: {}, table: 'cdc-dev-other' }),
    /cdc-dev-other.*cdc-dev-trades/,
  ],
  ['no stream ARN', { ...insert, eventSourceARN: undefined }, /no stream ARN/],
  ['an object for its id', { ...insert, eventID: { toString: 0 } as never }, /its eventID is no text/],
  ['a list for its number', withPart('SequenceNumber', ['1']), /its SequenceNumber is no text/],
  ['a list for its ARN', { ...insert, eventSourceARN: [insert.eventSourceARN] as never }, /ARN is no text/],
  ['no event name', { ...insert, eventName: undefined }, /eventName is missing/],
  ['no sequence number', without('SequenceNumber'), /sequence number/],
  ['no creation time', without('ApproximateCreationDateTime'), /creation time/],
  ['no new image', without('NewImage'), /NEW_AND_OLD_IMAGES/],
  ['no body at all', { eventSourceARN: insert.eventSourceARN }, /STREAM_RECORD_INVALID/],
])('a record with %s is refused for the dead-letter queue, without its values', (_what, record, message) => {
  let refused: unknown;
  try {
    parse(record);
  } catch (error) {
    refused = error;
  }
  expect(refused).toBeInstanceOf(PipelineError);
  expect(refused).toMatchObject({ disposition: 'dead-letter', message: expect.stringMatching(message) });
  expect(JSON.stringify([refused, (refused as Error).message])).not.toContain('do not log');
});

it('a change is never before its stream, however its time was rounded, and says when the stream was made', () => {
  const label = '2023-11-14T22:13:40.250';
  const record = streamRecord({ sequence: 1, after: {}, at: 1_700_000_000 });
  const eventSourceARN = record.eventSourceARN?.replace(/[^/]+$/, label);
  const { event } = parseStreamRecord({ ...record, eventSourceARN }, TRADES_SOURCE);
  expect(event).toMatchObject({ changedAt: `${label}Z`, streamAt: `${label}Z` });
  const later = streamRecord({ sequence: 1, after: {}, at: 1_700_000_030 });
  expect(parseStreamRecord({ ...later, eventSourceARN }, TRADES_SOURCE).event).toMatchObject({
    changedAt: '2023-11-14T22:13:50.000Z',
    streamAt: `${label}Z`,
  });
  // A label that cannot be: no stream has records from before it was made.
  expect(parseStreamRecord(record, TRADES_SOURCE).event.streamAt).toBeUndefined();
});
