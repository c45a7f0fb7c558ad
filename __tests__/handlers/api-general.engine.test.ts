import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from 'aws-lambda';
import type { ApiAnswer } from '../../pipeline/ingest/api-answer';
import { type DynamodbBed, startDynamodbBed, TABLE_PREFIX } from '../support/dynamodb-bed';
import { captureLines, lambdaContext, setEnvironment } from '../support/handler-environment';
import { TRADES } from '../support/tables';

let dynamodb: DynamodbBed;
let lambda: Server;
let handler: (event: unknown, context: Context) => Promise<ApiAnswer>;
const lines = captureLines();
/** Path, kind of invocation and event of each call. */
const calls: [string, unknown, unknown][] = [];
let lambdaStatus = 200;

function startLambda(): Promise<Server> {
  const server = createServer(async (message, response) => {
    const parts: Buffer[] = [];
    for await (const part of message) parts.push(part as Buffer);
    const { 'x-amz-invocation-type': kind } = message.headers;
    calls.push([String(message.url), kind, JSON.parse(Buffer.concat(parts).toString())]);
    response.statusCode = lambdaStatus === 200 && kind === 'Event' ? 202 : lambdaStatus;
    response.end(kind === 'Event' ? '' : JSON.stringify({ tables: [{ table: 'trades', rows: 3 }] }));
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

beforeAll(async () => {
  [dynamodb, lambda] = await Promise.all([startDynamodbBed(), startLambda()]);
  const key = { key: ['request_key'], keyTypes: { request_key: 'S' } } as const;
  await dynamodb.createTable('cdc-dev-api-requests', { ...TRADES, ...key });
  setEnvironment({
    ...dynamodb.environment,
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`,
    TABLE_PREFIX,
    REQUESTS_TABLE: 'cdc-dev-api-requests',
    MEASURE_FUNCTION: 'cdc-dev-measure-freshness',
    INGEST_FUNCTIONS: JSON.stringify({ txns: 'cdc-dev-ingest-txns' }),
  });
  ({ handler } = await import('../../handlers/api-general'));
}, 90_000);

afterAll(async () => {
  lines.stop();
  await new Promise((resolve) => lambda?.close(resolve));
  await dynamodb?.stop();
});

interface Sent {
  readonly key?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

async function send(operation: string, body: string, { key, parameters }: Sent = {}) {
  const [httpMethod, resource] = operation.split(' ');
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { 'idempotency-key': key }),
  };
  const event = { httpMethod, resource, headers, pathParameters: parameters ?? null, body };
  const answer = await handler(event, lambdaContext('cdc-dev-api-general'));
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
}

describe('POST /trades', () => {
  const post = (body: unknown, given: Sent) => send('POST /trades', JSON.stringify(body), given);
  const items = async () => [...(await dynamodb.items('cdc-dev-trades')).keys()].sort();

  it('puts one item or an array, once for a key, and tells another body from the first', async () => {
    expect(await post({ id: 't1', price: 1 }, { key: 'e1' })).toMatchObject({
      status: 201,
      body: { table: 'trades', rows: 1 },
    });
    expect(await post([{ id: 't2' }, { id: 't3' }], { key: 'e2' })).toMatchObject({
      status: 201,
      body: { rows: 2 },
    });
    expect(await items()).toEqual(['t1', 't2', 't3']);
    const again = await post({ id: 't1', price: 1 }, { key: 'e1' });
    expect(again).toMatchObject({
      status: 201,
      headers: { 'idempotent-replayed': 'true' },
      body: { rows: 1 },
    });
    expect(await post({ id: 't9' }, { key: 'e1' })).toMatchObject({
      status: 422,
      body: { code: 'KEY_REUSED' },
    });
    expect(await items()).toEqual(['t1', 't2', 't3']);
  });

  it('puts 99 items at once or none: of 99 with one that cannot be taken nothing is there', async () => {
    const many = Array.from({ length: 99 }, (_, at) => ({ id: `m${at}` }));
    const bad = await post([...many.slice(0, 98), { ticker: 'x' }], { key: 'f1' });
    expect(bad).toMatchObject({
      status: 422,
      body: { rejected: [{ index: 98, code: 'BAD_KEY', column: 'id' }] },
    });
    expect(await post([...many, { id: 'more' }], { key: 'f2' })).toMatchObject({
      status: 413,
      body: { code: 'TOO_LARGE' },
    });
    expect(await items()).toHaveLength(3);
    expect(await post(many, { key: 'f1' })).toMatchObject({ status: 201, body: { rows: 99 } });
    expect(await items()).toHaveLength(102);
  });
});

describe('the other operations', () => {
  it('read the tables from the function that measures them, which is not asked again at once', async () => {
    const expected = { status: 200, body: { tables: [{ table: 'trades', rows: 3 }] } };
    expect(await send('GET /tables', '')).toMatchObject(expected);
    expect(await send('GET /tables', '')).toMatchObject(expected);
    expect(calls.splice(0)).toEqual([
      ['/2015-03-31/functions/cdc-dev-measure-freshness/invocations', 'RequestResponse', { asks: 'tables' }],
    ]);
  });

  it('start an ingest by an event that names the request, and refuse one that there is not', async () => {
    const start = (name: string, key: string) =>
      send('POST /ingest/{name}', '', { key, parameters: { name } });
    expect(await start('txns', 'g1')).toMatchObject({
      status: 202,
      body: { function: 'cdc-dev-ingest-txns', started: true },
    });
    await start('txns', 'g1');
    const [first, second] = calls.splice(0);
    expect(first).toEqual([
      '/2015-03-31/functions/cdc-dev-ingest-txns/invocations',
      'Event',
      { requestKey: expect.stringMatching(/^[0-9a-f]{64}$/) },
    ]);
    expect(second).toEqual(first);
    expect(await start('other', 'g2')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    lambdaStatus = 429;
    expect(await start('txns', 'g3')).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    lambdaStatus = 404;
    expect(await start('txns', 'g4')).toMatchObject({ status: 500 });
    expect(await send('PUT /other', '')).toMatchObject({ status: 404 });
  });
});
