/** Both functions of the API, against the servers that they write into. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Context } from 'aws-lambda';
import type { ApiAnswer } from '../../pipeline/ingest/api-answer';
import { type DynamodbBed, startDynamodbBed, TABLE_PREFIX } from '../support/dynamodb-bed';
import { captureLines, lambdaContext, setEnvironment } from '../support/handler-environment';
import { type MysqlBed, startMysqlBed, USER_SECRETS } from '../support/mysql-bed';
import { TRADES } from '../support/tables';
import { HEADER, rowWith } from '../support/txns-csv';

type Handler = (event: unknown, context: Context) => Promise<ApiAnswer>;

let mysql: MysqlBed;
let dynamodb: DynamodbBed;
let lambda: Server;
let txns: Handler;
let general: Handler;
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
  [mysql, dynamodb, lambda] = await Promise.all([startMysqlBed(), startDynamodbBed(), startLambda()]);
  const key = { key: ['request_key'], keyTypes: { request_key: 'S' } } as const;
  await dynamodb.createTable('cdc-dev-api-requests', { ...TRADES, ...key });
  setEnvironment({
    ...dynamodb.environment,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: mysql.store.endpoint,
    AWS_ENDPOINT_URL_LAMBDA: `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`,
    MYSQL_SECRET_ARN: USER_SECRETS.cdc_ingest,
    MYSQL_CA: mysql.ca,
    TABLE_PREFIX,
    REQUESTS_TABLE: 'cdc-dev-api-requests',
    MEASURE_FUNCTION: 'cdc-dev-measure-freshness',
    INGEST_FUNCTIONS: JSON.stringify({ txns: 'cdc-dev-ingest-txns' }),
  });
  ({ handler: txns } = await import('../../handlers/api-txns'));
  ({ handler: general } = await import('../../handlers/api-general'));
}, 90_000);

afterAll(async () => {
  lines.stop();
  await new Promise((resolve) => lambda?.close(resolve));
  await dynamodb?.stop();
  await mysql?.stop();
});

interface Sent {
  readonly key?: string;
  readonly type?: string;
  readonly parameters?: Readonly<Record<string, string>>;
}

async function send(
  operation: string,
  body: string,
  { key, type = 'application/json', parameters }: Sent = {},
) {
  const [httpMethod, resource] = operation.split(' ');
  const headers = { 'content-type': type, ...(key === undefined ? {} : { 'idempotency-key': key }) };
  const event = {
    httpMethod,
    resource,
    headers,
    pathParameters: parameters ?? null,
    body,
    isBase64Encoded: false,
  };
  const handler = resource === '/txns' ? txns : general;
  const answer = await handler(event, lambdaContext('cdc-dev-api'));
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
}

const row = (account: string) => ({ account_no: account, date: '29-Jun-17', deposit_amt: 1.5 });
const countRows = async (): Promise<number> =>
  Number((await mysql.query('SELECT COUNT(*) AS n FROM bank.txns'))[0]?.n);

describe('POST /txns', () => {
  const post = (body: unknown, given: Sent) =>
    send('POST /txns', typeof body === 'string' ? body : JSON.stringify(body), given);

  it('adds one row, an array, or CSV, as the scheduled ingest would', async () => {
    expect(await post(row('one'), { key: 'a1' })).toMatchObject({
      status: 201,
      body: { table: 'txns', rows: 1 },
    });
    expect(await post([row('two'), row('three')], { key: 'a2' })).toMatchObject({
      status: 201,
      body: { rows: 2 },
    });
    const csv = `${HEADER}\n${rowWith('transaction_details', '"a, b"')}\n`;
    expect(await post(csv, { key: 'a3', type: 'text/csv' })).toMatchObject({
      status: 201,
      body: { rows: 1 },
    });
    const found = await mysql.query('SELECT * FROM bank.txns ORDER BY txn_id');
    expect(
      found.map(({ account_no, date, deposit_amt, transaction_details }) => [
        account_no,
        date,
        deposit_amt,
        transaction_details,
      ]),
    ).toEqual([
      ['one', '2017-06-29', '1.50', null],
      ['two', '2017-06-29', '1.50', null],
      ['three', '2017-06-29', '1.50', null],
      ['acc', '2017-06-29', '1.00', 'a, b'],
    ]);
  });

  it('adds nothing for a key that was used, also twice at once, and gives the same answer', async () => {
    const before = await countRows();
    const answers = await Promise.all([1, 2, 3].map(() => post([row('x'), row('y')], { key: 'b1' })));
    answers.push(await post([row('x'), row('y')], { key: 'b1' }));
    for (const { status, body } of answers) expect([status, body]).toEqual([201, { table: 'txns', rows: 2 }]);
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined)).toHaveLength(1);
    expect(await countRows()).toBe(before + 2);
    expect(await post([row('z')], { key: 'b1' })).toMatchObject({
      status: 422,
      body: { code: 'KEY_REUSED' },
    });
    expect(await countRows()).toBe(before + 2);
  });

  it('adds nothing when one row cannot be taken, and its key can be used again', async () => {
    const before = await countRows();
    const bad = await post([row('x'), { ...row('y'), date: '31-Feb-17' }], { key: 'c1' });
    expect(bad).toMatchObject({
      status: 422,
      headers: { 'content-type': 'application/problem+json' },
      body: {
        code: 'REJECTED',
        rejectedCount: 1,
        rejected: [{ index: 1, code: 'BAD_DATE', column: 'date' }],
      },
    });
    expect(await post(row('x'), {})).toMatchObject({ status: 400, body: { code: 'KEY_MISSING' } });
    expect(await countRows()).toBe(before);
    expect(await post([row('x')], { key: 'c1' })).toMatchObject({ status: 201 });
    expect(await countRows()).toBe(before + 1);
  });

  it('adds nothing when the server refuses a row in the middle, and leaves the key unused', async () => {
    const before = await countRows();
    await mysql.query(
      "CREATE TRIGGER bank.refuse BEFORE INSERT ON bank.txns FOR EACH ROW BEGIN IF NEW.account_no = 'poison' THEN SIGNAL SQLSTATE '45000'; END IF; END",
    );
    const refused = await post([row('x'), row('poison')], { key: 'd1' });
    await mysql.query('DROP TRIGGER bank.refuse');
    expect(refused).toMatchObject({ status: 500, body: { code: 'FAILED' } });
    expect(JSON.stringify(refused.body)).not.toContain('poison');
    expect(await countRows()).toBe(before);
    expect(await post([row('x'), row('poison')], { key: 'd1' })).toMatchObject({
      status: 201,
      body: { rows: 2 },
    });
    expect(lines.read()).toContainEqual(expect.objectContaining({ level: 'ERROR', code: 'SOURCE_REFUSED' }));
    expect(lines.read()).toContainEqual(
      expect.objectContaining({ outcome: 'answered', operation: 'POST /txns', status: 201 }),
    );
  });
});

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
