import { gunzipSync } from 'node:zlib';
import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { type DynamodbBed, startDynamodbBed, TABLE_PREFIX } from '../support/dynamodb-bed';
import { type BundledHandler, bundleHandler, type HandlerRun } from '../support/run-handler';
import { DATA_BUCKET, type S3Bed, startS3Bed } from '../support/s3-bed';

const ITEMS = 1_000;
let dynamodb: DynamodbBed;
let s3: S3Bed;
let handler: BundledHandler<'backfill-tables'>;

beforeAll(async () => {
  [dynamodb, s3, handler] = await Promise.all([
    startDynamodbBed(),
    startS3Bed(),
    bundleHandler('backfill-tables'),
  ]);
}, 90_000);

afterAll(async () => {
  handler?.remove();
  await s3?.stop();
  await dynamodb?.stop();
});

const run = (event: object): Promise<HandlerRun> =>
  handler.run(
    { DATA_BUCKET, TABLE_PREFIX, MAX_READ_UNITS_PER_SECOND: '100000' },
    { ...dynamodb.environment, AWS_ENDPOINT_URL_S3: s3.endpoint },
    event,
  );

async function putItems(): Promise<void> {
  for (let at = 0; at < ITEMS; at += 25) {
    const puts = Array.from({ length: 25 }, (_, index) => ({
      PutRequest: { Item: { id: { S: `item-${at + index}` }, price: { N: `${at + index}.25` } } },
    }));
    await dynamodb.client.send(new BatchWriteItemCommand({ RequestItems: { 'cdc-dev-trades': puts } }));
  }
}

async function stagedIds(): Promise<string[]> {
  const files = (await s3.keys('incoming/trades/backfill-')).filter((key) => key.endsWith('.gz'));
  const texts = files.map(async (Key) => {
    const { Body } = await s3.s3.send(new GetObjectCommand({ Bucket: DATA_BUCKET, Key }));
    return gunzipSync((await Body?.transformToByteArray()) ?? '').toString();
  });
  return (await Promise.all(texts))
    .flatMap((text) => text.trimEnd().split('\n'))
    .map((line) => (JSON.parse(line) as { id: string }).id);
}

it('a table is staged at first sight, every item once, then its end; again only when somebody asks', async () => {
  await putItems();
  const { result, lines } = await run({});
  expect(result).toEqual({ tables: [{ table: 'trades', items: ITEMS, rejected: 0, isDone: true }] });
  const reason = 'the table was never backfilled';
  expect(lines).toContainEqual(
    expect.objectContaining({ outcome: 'backfilled', table: 'trades', items: ITEMS, reason }),
  );
  const ids = await stagedIds();
  expect(ids).toHaveLength(ITEMS);
  expect(new Set(ids).size).toBe(ITEMS);
  expect((await s3.keys('incoming/')).filter((key) => key.endsWith('/end.json'))).toHaveLength(1);
  // The schedule finds it done.
  expect((await run({})).result).toEqual(result);
  expect(await stagedIds()).toHaveLength(ITEMS);
  const asked = await run({ table: 'trades', reason: 'a test' });
  expect(asked.result).toEqual(result);
  expect(asked.lines).toContainEqual(expect.objectContaining({ outcome: 'backfilled', reason: 'a test' }));
});

it('a table that is not there fails the run by its name', async () => {
  const { failure, lines } = await handler.run(
    { DATA_BUCKET, TABLE_PREFIX: 'elsewhere-', MAX_READ_UNITS_PER_SECOND: '100000' },
    { ...dynamodb.environment, AWS_ENDPOINT_URL_S3: s3.endpoint },
    {},
  );
  expect(failure).toMatch(/elsewhere-trades/);
  expect(lines).toContainEqual(
    expect.objectContaining({
      message: 'a table could not be backfilled',
      table: 'trades',
      reason: expect.stringContaining('elsewhere-trades'),
    }),
  );
});
