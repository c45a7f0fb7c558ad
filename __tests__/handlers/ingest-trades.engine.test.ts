import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DynamodbBed, startDynamodbBed, TABLE_PREFIX } from '../support/dynamodb-bed';
import { type BundledHandler, bundleHandler, type HandlerRun } from '../support/run-handler';
import { DATA_BUCKET, type S3Bed, startS3Bed } from '../support/s3-bed';

let dynamodb: DynamodbBed;
let s3: S3Bed;
let handler: BundledHandler<'ingest-trades'>;

beforeAll(async () => {
  [dynamodb, s3, handler] = await Promise.all([
    startDynamodbBed(),
    startS3Bed(),
    bundleHandler('ingest-trades'),
  ]);
}, 90_000);

afterAll(async () => {
  handler?.remove();
  await s3?.stop();
  await dynamodb?.stop();
});

const run = (seedKey: string, tablePrefix = TABLE_PREFIX): Promise<HandlerRun> =>
  handler.run(
    { DATA_BUCKET, SEED_KEY: seedKey, TABLE_PREFIX: tablePrefix },
    { ...dynamodb.environment, AWS_ENDPOINT_URL_S3: s3.endpoint },
  );

it('the seed file is put at each run, which leaves the same items', async () => {
  await s3.put('seed/trades.json', readFileSync(join(__dirname, '../../seed-data/trades.json')));
  const { result, lines } = await run('seed/trades.json');
  expect(result).toEqual({ table: 'trades', rows: 12, rejected: 0 });
  const items = await dynamodb.items('cdc-dev-trades');
  expect(items.size).toBe(12);
  expect(lines).toContainEqual(expect.objectContaining({ message: 'ingested', table: 'trades', rows: 12 }));
  expect(lines).toContainEqual(expect.objectContaining({ table: 'trades', IngestedRows: 12 }));
  await run('seed/trades.json');
  expect(await dynamodb.items('cdc-dev-trades')).toEqual(items);
});

it('broken items are rejected under rejected/, counted, and reported without their values', async () => {
  await s3.put('seed/broken.json', '{"data": [\n{"id": "x1"},\n{"ticker": "secret"},\n{"id": 5}\n]}');
  const { result, lines, output } = await run('seed/broken.json');
  expect(result).toEqual({ table: 'trades', rows: 1, rejected: 2 });
  expect(lines).toContainEqual(
    expect.objectContaining({
      level: 'WARN',
      rejected: 2,
      firstLine: 3,
      firstCode: 'BAD_KEY',
      firstColumn: 'id',
    }),
  );
  expect(output).not.toContain('secret');
  expect((await s3.rejections('rejected/trades/')).map(({ line, raw }) => [line, raw])).toEqual([
    [3, '{"ticker": "secret"}'],
    [4, '{"id": 5}'],
  ]);
});

it('a file that is not there or not JSON, and a table that is not there, fail the run by name', async () => {
  expect((await run('seed/nowhere.json')).failure).toMatch(/SEED_UNREADABLE: .*nowhere\.json/);
  await s3.put('seed/cut.json', '{"data": [\n{"id": "x1"}');
  expect((await run('seed/cut.json')).failure).toMatch(/SEED_UNREADABLE: .*line 2, column 13/);
  expect((await run('seed/trades.json', 'other-')).failure).toMatch(
    /SOURCE_NOT_READY: could not write items to other-trades/,
  );
});
