import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AttributeValue, type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { countOwnItems } from '../../../local/commands/own-items';
import { readFromTable } from '../../../local/commands/read-sample-items';
import type { ByteStream } from '../../../pipeline/files/seed-file';
import { type IngestTradesOptions, ingestTrades } from '../../../pipeline/ingest/ingest-trades';
import { byteStream } from '../../support/byte-stream';
import { type DynamodbBed, startDynamodbBed } from '../../support/dynamodb-bed';
import { type S3Bed, startS3Bed } from '../../support/s3-bed';
import { TRADES } from '../../support/tables';

let dynamodb: DynamodbBed;
let s3: S3Bed;
let runs = 0;
/** A table of its own for each test. */
let tableName = '';

beforeAll(async () => {
  [dynamodb, s3] = await Promise.all([startDynamodbBed(), startS3Bed()]);
}, 90_000);

afterAll(async () => {
  await s3?.stop();
  await dynamodb?.stop();
});

beforeEach(async () => {
  runs += 1;
  tableName = `trades-${runs}`;
  await dynamodb.createTable(tableName);
});

const runId = (): string => `run-${String(runs).padStart(3, '0')}`;

const ingest = (seed: ByteStream | string, others: Partial<IngestTradesOptions> = {}) =>
  ingestTrades({
    client: dynamodb.client,
    table: TRADES,
    tableName,
    seed: typeof seed === 'string' ? byteStream(seed) : seed,
    rejected: s3.rejectedFile('trades', runId()),
    ...others,
  });

const fileOf = (items: readonly string[]): string => `{"data": [\n${items.join(',\n')}\n]}`;

it('the seed file of this project is in the table, exactly, and a second run changes nothing', async () => {
  const seed = readFileSync(join(__dirname, '../../../seed-data/trades.json'), 'utf8');
  expect(await ingest(seed)).toEqual({ rows: 12, rejected: { count: 0, keys: [] } });
  const items = await dynamodb.items(tableName);
  expect(items.size).toBe(12);
  expect(items.get('5a1c0f3e9b7d2c4e81f60a07')).toMatchObject({
    shares: { N: '9007199254740993' },
    details: {
      M: { asks: { L: [{ N: '33.4' }, { N: '33.45' }] }, tags: { L: [{ S: 'block' }, { S: 'odd-lot' }] } },
    },
  });
  await ingest(seed);
  expect(await dynamodb.items(tableName)).toEqual(items);
});

it('of all tables, the items that no seed file has are counted, changed ones among them', async () => {
  const seed = readFileSync(join(__dirname, '../../../seed-data/trades.json'), 'utf8');
  await ingest(seed);
  const ofTable = async () =>
    (await countOwnItems(dynamodb.database, [byteStream(seed)])).filter(({ table }) => table === tableName);
  expect(await ofTable()).toEqual([]);
  const [changed] = (await dynamodb.items(tableName)).values();
  for (const Item of [{ id: { S: 'mine' } }, { ...changed, price: { N: '1' } }] as Record<
    string,
    AttributeValue
  >[])
    await dynamodb.client.send(new PutItemCommand({ TableName: tableName, Item }));
  expect(await ofTable()).toEqual([{ table: tableName, count: 2, what: 'items' }]);
});

it('a table tells its key, and a sample of its items is read without the rest', async () => {
  await ingest(fileOf(['{"id":"a","n":1.50}', '{"id":"b"}', '{"id":"c"}']));
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = dynamodb.environment;
  const { endpoint, region } = dynamodb.database;
  Object.assign(process.env, { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY });
  try {
    const read = await readFromTable({ table: tableName, endpoint, region }, 2);
    expect(read.key).toEqual([{ name: 'id', type: 'S' }]);
    expect(read.items).toHaveLength(2);
  } finally {
    delete process.env.AWS_ACCESS_KEY_ID;
    delete process.env.AWS_SECRET_ACCESS_KEY;
  }
});

it('every kind of value is held by DynamoDB as it is in the file', async () => {
  const deep = `${'['.repeat(31)}${']'.repeat(31)}`;
  const item = `{"id":"ä","n":[${'9'.repeat(38)},-1e-130,1E125,0.10,-0],"e":"","l":[],"m":{},"z":null,"t":true,"f":"\\u0000\\ufeff😀","__proto__":{"constructor":1},"d":${deep}}`;
  expect(await ingest(fileOf([item]))).toMatchObject({ rows: 1 });
  const held = (await dynamodb.items(tableName)).get('ä');
  expect(JSON.stringify(held?.n)).toMatch(/^\{"L":\[\{"N":"9{38}"\},\{"N":"-0?\.?[0-9Ee.-]+"\},/);
  expect(held).toMatchObject({
    e: { S: '' },
    l: { L: [] },
    m: { M: {} },
    z: { NULL: true },
    t: { BOOL: true },
    f: { S: '\0\ufeff😀' },
  });
  expect(Object.keys(held ?? {}).sort()).toEqual(['__proto__', 'd', 'e', 'f', 'id', 'l', 'm', 'n', 't', 'z']);
});

it('items that cannot be taken lie in the bucket with line and reason, the others in the table', async () => {
  const { rows, rejected } = await ingest(
    fileOf([
      '{"id":"a"}',
      '{"ticker":"secret"}',
      '{"id":"b",\n"n":1e200}',
      '[]',
      '{"id":"c","id":"d"}',
      '{"id":"e"}',
    ]),
  );
  expect(rows).toBe(2);
  expect(rejected).toEqual({
    count: 4,
    keys: [`rejected/trades/${runId()}.jsonl`],
    first: { line: 3, code: 'BAD_KEY', column: 'id' },
  });
  expect(await s3.rejections(`rejected/trades/${runId()}`)).toEqual([
    { line: 3, code: 'BAD_KEY', reason: 'the item has no "id"', column: 'id', raw: '{"ticker":"secret"}' },
    expect.objectContaining({
      line: 4,
      code: 'NUMBER_OUT_OF_RANGE',
      column: 'n',
      raw: '{"id":"b",\n"n":1e200}',
    }),
    expect.objectContaining({ line: 6, code: 'NOT_AN_OBJECT' }),
    expect.objectContaining({ line: 7, code: 'DUPLICATE_NAME', column: 'id' }),
  ]);
  expect([...(await dynamodb.items(tableName)).keys()].sort()).toEqual(['a', 'e']);
});

it('an item that only DynamoDB itself refuses is found and rejected, the others of its batch are written', async () => {
  // Counted here: 400 KB less a little. Counted there, with what it adds for numbers: more.
  const numbers = Array.from({ length: 60_000 }, () => '1234567890123456789012345678901234567.8').join(',');
  const items = Array.from({ length: 30 }, (_, index) => `{"id":"i${index}"}`);
  items.splice(17, 0, `{"id":"too large","n":[${numbers}]}`);
  const { rows, rejected } = await ingest(fileOf(items));
  expect({ rows, rejected: rejected.count }).toEqual({ rows: 30, rejected: 1 });
  expect(await s3.rejections(`rejected/trades/${runId()}`)).toEqual([
    expect.objectContaining({ line: 19, code: 'REFUSED_BY_SOURCE' }),
  ]);
  expect((await dynamodb.items(tableName)).size).toBe(30);
});

it('of items with one id the last in the file wins, however near and however many', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 200 }),
      async (ids) => {
        const items = ids.map((id, index) => `{"id":"${id}","n":${index}}`);
        const { rows } = await ingest(fileOf(items));
        expect(rows).toBe(ids.length);
        const held = await dynamodb.items(tableName);
        for (const [index, id] of ids.entries()) {
          if (ids.lastIndexOf(id) === index) expect(held.get(String(id))?.n).toEqual({ N: String(index) });
        }
      },
    ),
    { numRuns: 12 },
  );
});

it('20,000 items of one id take no more requests than fit, and the last one is held', async () => {
  let requests = 0;
  const counting = {
    send: (command: never) => {
      requests += 1;
      return dynamodb.client.send(command);
    },
  };
  const items = Array.from({ length: 20_000 }, (_, index) => `{"id":"one","n":${index}}`);
  const client = counting as unknown as DynamoDBClient;
  expect(await ingest(fileOf(items), { client })).toMatchObject({ rows: 20_000 });
  expect((await dynamodb.items(tableName)).get('one')?.n).toEqual({ N: '19999' });
  expect(requests).toBe(20);
});

it('when DynamoDB refuses the last item of an id, the one before it is held', async () => {
  const numbers = Array.from({ length: 60_000 }, () => '1234567890123456789012345678901234567.8').join(',');
  const items = ['{"id":"one","n":1}', '{"id":"one","n":2}', `{"id":"one","n":[${numbers}]}`, '{"id":"two"}'];
  const { rows, rejected } = await ingest(fileOf(items));
  expect({ rows, rejected: rejected.count }).toEqual({ rows: 3, rejected: 1 });
  const held = await dynamodb.items(tableName);
  expect(held.get('one')?.n).toEqual({ N: '2' });
  expect(held.size).toBe(2);
});

it('an item of 15 MB is rejected, the others are written', async () => {
  const items = ['{"id":"a"}', `{"id":"b","list":[{}${',{}'.repeat(5_000_000)}]}`, '{"id":"c"}'];
  expect(await ingest(fileOf(items))).toMatchObject({ rows: 2, rejected: { count: 1 } });
  const [rejection] = await s3.rejections(`rejected/trades/${runId()}`);
  expect(rejection).toMatchObject({ line: 3, code: 'ITEM_TOO_LARGE', rawForm: 'cut' });
  expect(rejection?.raw).toHaveLength(1024);
});

it('a number of up to 38 digits is held exactly', async () => {
  const digits = fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n });
  const numbers = fc.sample(fc.tuple(digits, fc.integer({ min: 0, max: 37 })), { numRuns: 300, seed: 7 });
  const texts = numbers.map(([number, decimals]) => {
    const shown = (number < 0n ? -number : number).toString().padStart(decimals + 1, '0');
    const whole = shown.slice(0, shown.length - decimals);
    const fraction = decimals === 0 ? '' : `.${shown.slice(-decimals)}`;
    return `${number < 0n ? '-' : ''}${whole}${fraction}`;
  });
  await ingest(fileOf(texts.map((text, index) => `{"id":"${index}","n":${text}}`)));
  const held = await dynamodb.items(tableName);
  for (const [index, text] of texts.entries()) {
    const plain = text.includes('.') ? text.replace(/\.?0+$/, '') : text;
    expect(held.get(String(index))?.n?.N).toBe(plain === '-0' ? '0' : plain);
  }
});

it('broken JSON fails the run with line and column; a broken transfer too; nothing is left in flight', async () => {
  const broken = fileOf([...Array.from({ length: 60 }, (_, index) => `{"id":"${index}"}`), '{"id": oops}']);
  await expect(ingest(broken)).rejects.toMatchObject({
    code: 'SEED_UNREADABLE',
    context: { line: 62, column: 8 },
  });
  async function* cutOff(): AsyncGenerator<Buffer> {
    yield Buffer.from('{"data": [{"id": "a"},');
    throw new Error('the transfer was cut off');
  }
  await expect(ingest(cutOff())).rejects.toThrow('the transfer was cut off');
});

it('a table that does not exist, and a service that does not answer, each fail by name', async () => {
  const file = fileOf(['{"id":"a"}']);
  await expect(ingest(file, { tableName: 'nowhere' })).rejects.toMatchObject({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
  });
  const client = {
    send: () => Promise.reject(Object.assign(new Error('refused'), { name: 'ECONNREFUSED' })),
  };
  await expect(ingest(file, { client: client as unknown as DynamoDBClient })).rejects.toMatchObject({
    code: 'SOURCE_UNAVAILABLE',
    disposition: 'retry',
  });
});

describe('while the table is throttled', () => {
  /** Takes part of each request: of every batch only the first item, until `refusals` are used up. */
  function throttled(refusals: number) {
    const delays: number[] = [];
    let inFlight = 0;
    let mostInFlight = 0;
    const client = {
      send: async (command: { input: { RequestItems: Record<string, unknown[]> } }) => {
        inFlight += 1;
        mostInFlight = Math.max(mostInFlight, inFlight);
        const requests = command.input.RequestItems[tableName] ?? [];
        const { input } = command;
        refusals -= 1;
        const kept = refusals >= 0 ? requests.splice(1) : [];
        if (refusals >= 0 && refusals % 2 === 1) {
          kept.unshift(...requests.splice(0));
          inFlight -= 1;
          throw Object.assign(new Error('slow down'), { name: 'ProvisionedThroughputExceededException' });
        }
        input.RequestItems[tableName] = requests;
        await dynamodb.client.send(command as never);
        inFlight -= 1;
        return kept.length === 0 ? {} : { UnprocessedItems: { [tableName]: kept } };
      },
    };
    const wait = async (delayMs: number): Promise<void> => {
      delays.push(delayMs);
    };
    return {
      options: { client: client as unknown as DynamoDBClient, wait },
      delays,
      mostInFlight: () => mostInFlight,
    };
  }

  const items = Array.from({ length: 110 }, (_, index) => `{"id":"i${index}"}`);

  it('what was not processed is sent again, later and later, until all is written', async () => {
    const fault = throttled(15);
    expect(await ingest(fileOf(items), { ...fault.options, parallelism: 2, maxAttempts: 16 })).toMatchObject({
      rows: 110,
    });
    expect((await dynamodb.items(tableName)).size).toBe(110);
    expect(fault.delays).toHaveLength(15);
    expect(Math.max(...fault.delays)).toBeLessThanOrEqual(5_000);
    expect(fault.mostInFlight()).toBe(2);
  });

  it('after a bounded number of attempts the run fails', async () => {
    const fault = throttled(1_000);
    await expect(ingest(fileOf(items), { ...fault.options, maxAttempts: 3 })).rejects.toMatchObject({
      code: 'WRITE_UNPROCESSED',
      disposition: 'retry',
      context: { attempts: 3 },
    });
  });
});
