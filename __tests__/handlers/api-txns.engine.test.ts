import type { Context } from 'aws-lambda';
import type { ApiAnswer } from '../../pipeline/ingest/api-answer';
import { captureLines, lambdaContext, setEnvironment } from '../support/handler-environment';
import { type MysqlBed, startMysqlBed, USER_SECRETS } from '../support/mysql-bed';
import { HEADER, rowWith } from '../support/txns-csv';

let mysql: MysqlBed;
let handler: (event: unknown, context: Context) => Promise<ApiAnswer>;
const lines = captureLines();

beforeAll(async () => {
  mysql = await startMysqlBed({ hasApi: true });
  setEnvironment({
    AWS_ENDPOINT_URL_SECRETS_MANAGER: mysql.store.endpoint,
    MYSQL_SECRET_ARN: USER_SECRETS.cdc_ingest,
    MYSQL_CA: mysql.ca,
  });
  ({ handler } = await import('../../handlers/api-txns'));
}, 90_000);

afterAll(async () => {
  lines.stop();
  await mysql?.stop();
});

interface Sent {
  readonly key?: string;
  readonly type?: string;
}

async function post(body: unknown, { key, type = 'application/json' }: Sent) {
  const headers = { 'content-type': type, ...(key === undefined ? {} : { 'idempotency-key': key }) };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const event = { httpMethod: 'POST', resource: '/txns', headers, pathParameters: null, body: text };
  const answer = await handler(event, lambdaContext('cdc-dev-api-txns'));
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body) };
}

const row = (account: string) => ({ account_no: account, date: '29-Jun-17', deposit_amt: 1.5 });
const countRows = async (): Promise<number> =>
  Number((await mysql.query('SELECT COUNT(*) AS n FROM bank.txns'))[0]?.n);

describe('POST /txns', () => {
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
