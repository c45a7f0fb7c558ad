import fc from 'fast-check';
import { rowSchema } from '../../../pipeline/api-schemas';
import { PipelineError } from '../../../pipeline/errors';
import { ExactNumber, parseExactJson } from '../../../pipeline/files/exact-json';
import { Refusal } from '../../../pipeline/files/rejection';
import { ApiProblem, answerProblem, problemOf } from '../../../pipeline/ingest/api-answer';
import { idempotencyOf, parseApiRequest } from '../../../pipeline/ingest/api-request';
import { parsePostedItems } from '../../../pipeline/ingest/posted-items';
import { parsePostedRow, parsePostedRows, plainNumber } from '../../../pipeline/ingest/posted-rows';
import { MAX_BODY_BYTES, MAX_ITEMS, MAX_LISTED } from '../../../pipeline/values/api-limits';
import type { Arguments } from '../../stacks/synthesized';
import { TRADES, TXNS } from '../../support/tables';
import { COLUMN_NAMES, csvOf, goodLine, goodRow, HEADER, rowWith } from '../../support/txns-csv';

const event = (body: string, given: object = {}) => ({
  httpMethod: 'POST',
  resource: '/txns',
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'one' },
  pathParameters: null,
  body,
  isBase64Encoded: false,
  ...given,
});
const request = (body: string | Buffer, contentType = 'application/json') => ({
  contentType,
  body: Buffer.from(body),
});
const problemIn = async (work: Promise<unknown>): Promise<ApiProblem> => {
  const found = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(found instanceof ApiProblem)) throw new Error(`expected a problem, got ${String(found)}`);
  return found;
};

const GOOD = {
  account_no: 'acc',
  date: '29-Jun-17',
  transaction_details: 'text',
  chip_used: true,
  deposit_amt: 1,
};

describe('rows of a request', () => {
  it('are one object, an array or CSV, and give the rows that a file gives', async () => {
    const [row] = [goodRow('acc')];
    expect(await parsePostedRows(request(JSON.stringify(GOOD)), TXNS)).toEqual([row]);
    expect(
      await parsePostedRows(request(`\n [${JSON.stringify(GOOD)},\n${JSON.stringify(GOOD)}]\n`), TXNS),
    ).toEqual([row, row]);
    expect(await parsePostedRows(request(csvOf(goodLine('acc')), 'text/csv'), TXNS)).toEqual([row]);
  });

  it('are all named by index, line and reason when they cannot be taken, without a value', async () => {
    const rows = [GOOD, { ...GOOD, date: 'secret' }, { ...GOOD, colour: 'secret' }, 7, { date: '29-Jun-17' }];
    const problem = await problemIn(
      parsePostedRows(request(`[${rows.map((row) => JSON.stringify(row)).join(',\n')}]`), TXNS),
    );
    expect(problem.rejected.map(({ index, line, code, column }) => [index, line, code, column])).toEqual([
      [1, 2, 'BAD_DATE', 'date'],
      [2, 3, 'UNKNOWN_COLUMN', undefined],
      [3, 4, 'NOT_AN_OBJECT', undefined],
      [4, 5, 'VALUE_MISSING', 'account_no'],
    ]);
    const csv = csvOf(goodLine('a'), 'short', goodLine('b'), rowWith('deposit_amt', 'secret'));
    const inCsv = await problemIn(parsePostedRows(request(csv, 'text/csv'), TXNS));
    expect(problem.message).toMatch(/^4 rows of the request cannot be taken, .*; each is listed with index/);
    expect(inCsv.rejected.map(({ index, line, code }) => [index, line, code])).toEqual([
      [1, 3, 'WRONG_COLUMN_COUNT'],
      [3, 5, 'BAD_NUMBER'],
    ]);
    const many = csvOf(...Array.from({ length: MAX_LISTED + 1 }, () => 'short'));
    const { message } = await problemIn(parsePostedRows(request(many, 'text/csv'), TXNS));
    expect(message).toMatch(/^101 rows .*; the first 100 are listed with index/);
    for (const { body, statusCode } of [problem, inCsv].map(answerProblem)) {
      expect(statusCode).toBe(422);
      expect(body).not.toContain('secret');
    }
  });

  it('that cannot be read at all are refused with the place', async () => {
    const codes = async (body: string, type?: string) => {
      const { code, message } = await problemIn(parsePostedRows(request(body, type), TXNS));
      return `${code} ${message}`;
    };
    expect(await codes('{"date": \n"x",}')).toMatch(/^BODY_UNREADABLE .*at line 2, column 5/);
    expect(await codes('{"date": \n"x"')).toMatch(/^BODY_UNREADABLE the body ends too early; expected/);
    expect(await codes('{"date": \n"x"}}')).toMatch(/^BODY_UNREADABLE .*at line 2, column 5/);
    expect(await codes('[]')).toMatch(/^BODY_UNREADABLE the array is empty/);
    expect(await codes(' ')).toMatch(/^BODY_UNREADABLE the body is empty/);
    expect(await codes('[{}]{}')).toMatch(/^BODY_UNREADABLE /);
    expect(await codes(`${HEADER}\n`, 'text/csv')).toMatch(
      /^BODY_UNREADABLE the body has a header and no row/,
    );
    expect(await codes('a,b\n1,2\n', 'text/csv')).toMatch(
      /^BODY_UNREADABLE the header does not name the columns/,
    );
    expect(await codes('<row/>', 'text/xml')).toMatch(
      /^WRONG_TYPE the Content-Type is not one .*expected application\/json or text\/csv/,
    );
    expect(await codes('{}', '')).toMatch(/^WRONG_TYPE the Content-Type is missing/);
  });

  it('keep the digits of every number, an exponent included', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.integer({ min: -30, max: 30 }),
        (digits, power) => {
          const [whole = '', fraction = ''] = plainNumber(`${digits}e${power}`).split('.');
          expect(BigInt(whole + fraction)).toBe(power < 0 ? digits : digits * 10n ** BigInt(power));
          expect(fraction.length).toBe(Math.max(0, -power));
        },
      ),
    );
  });

  it('that are taken are what the schema of the document allows', () => {
    const text = fc.oneof(
      fc.constantFrom('', ' ', 'TRUE', 'false', '1,000.25', '2017-06-29', '29-Jun-17'),
      fc.string(),
    );
    const value = fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant([]),
    );
    const names = fc.constantFrom(...COLUMN_NAMES, 'colour');
    const usual = fc.constant({ account_no: 'a', date: '2017-06-29' });
    let taken = 0;
    fc.assert(
      fc.property(usual, fc.dictionary(names, value, { maxKeys: 2 }), (base, others) => {
        const row = { ...base, ...others };
        const parsed = parsePostedRow(parseExactJson(JSON.stringify(row)) as never, TXNS);
        if (parsed instanceof Refusal) return;
        taken += 1;
        expect([row, fits(row, rowSchema(TXNS))]).toEqual([row, true]);
      }),
      { numRuns: 500 },
    );
    expect(taken).toBeGreaterThan(50);
  });
});

/** As much of JSON schema as the schema of a row uses. */
function fits(value: unknown, schema: Arguments): boolean {
  if (value === null) return schema.nullable === true;
  if (schema.oneOf !== undefined) return schema.oneOf.some((one: object) => fits(value, one));
  const kind = Array.isArray(value) ? 'array' : typeof value;
  if (schema.type !== kind) return false;
  if (typeof value === 'string') {
    const isLong = schema.maxLength !== undefined && [...value].length > schema.maxLength;
    return !isLong && (schema.pattern === undefined || new RegExp(schema.pattern).test(value));
  }
  if (kind !== 'object') return true;
  const given = value as Record<string, unknown>;
  return (
    schema.required.every((name: string) => name in given) &&
    Object.entries(given).every(
      ([name, one]) => name in schema.properties && fits(one, schema.properties[name]),
    )
  );
}

describe('items of a request', () => {
  it('are one object or an array, exact as in a file', async () => {
    const [item] = await parsePostedItems(request('{"id": "a", "price": 110.070}'), TRADES);
    expect(item?.item).toEqual({ id: { S: 'a' }, price: { N: '110.07' } });
    expect(parseExactJson('110.070')).toEqual(new ExactNumber('110.070'));
  });

  it('are refused by index: without a key, with the key of another, not an object', async () => {
    const body = '[{"id":"a"},{"ticker":"x"},{"id":"b"},{"id":"a"},[]]';
    const { rejected } = await problemIn(parsePostedItems(request(body), TRADES));
    expect(rejected.map(({ index, code }) => [index, code])).toEqual([
      [1, 'BAD_KEY'],
      [3, 'DUPLICATE_KEY'],
      [4, 'NOT_AN_OBJECT'],
    ]);
  });

  it('are at most what one transaction holds', async () => {
    const many = (count: number, more = '') =>
      request(JSON.stringify(Array.from({ length: count }, (_, at) => ({ id: `i${at}`, more }))));
    expect(await parsePostedItems(many(MAX_ITEMS), TRADES)).toHaveLength(MAX_ITEMS);
    expect(await problemIn(parsePostedItems(many(MAX_ITEMS + 1), TRADES))).toMatchObject({ status: 413 });
    expect(await problemIn(parsePostedItems(many(12, 'x'.repeat(390_000)), TRADES))).toMatchObject({
      status: 413,
    });
  });
});

describe('a request', () => {
  it('is read whatever the case of its headers is, and decoded', () => {
    const parsed = parseApiRequest(
      event('e30=', {
        isBase64Encoded: true,
        headers: { 'content-TYPE': 'Application/JSON; charset=utf-8', 'IDEMPOTENCY-key': 'k' },
      }),
    );
    expect(parsed).toMatchObject({ operation: 'POST /txns', contentType: 'application/json', key: 'k' });
    expect(parsed.body.toString()).toBe('{}');
  });

  it('needs a key of its form, and at most the bytes that Lambda takes', () => {
    const keyOf = (headers: object) => () => idempotencyOf(parseApiRequest(event('{}', { headers })));
    expect(keyOf({})).toThrow(/Idempotency-Key is missing/);
    expect(keyOf({ 'Idempotency-Key': 'a b' })).toThrow(/not of its form/);
    expect(() => parseApiRequest(event('x'.repeat(MAX_BODY_BYTES + 1)))).toThrow(/at most 6291456/);
    expect(() => parseApiRequest({})).toThrow(/not one of a REST API/);
  });

  it('is refused when the gateway has replaced bytes that are no text, which would change a value', async () => {
    const replaced = Buffer.from([0x7b, 0xff, 0x7d]).toString('utf8');
    expect(() => parseApiRequest(event(replaced))).toThrow(/not UTF-8.*write that character as \\ufffd/);
    const escaped = parseApiRequest(event('{"id": "\\ufffd"}'));
    expect(await parsePostedItems(request(escaped.body), TRADES)).toMatchObject([
      { item: { id: { S: '\ufffd' } } },
    ]);
    const bytes = Buffer.from([0xff]).toString('base64');
    expect(parseApiRequest(event(bytes, { isBase64Encoded: true })).body).toEqual(Buffer.from([0xff]));
  });

  it('differs from another by its key, its operation and its body', () => {
    const of = (body: string, given: object = {}) => idempotencyOf(parseApiRequest(event(body, given)));
    const first = of('{}');
    expect(of('{}')).toEqual(first);
    expect(of('[]').keyHash).toBe(first.keyHash);
    expect(of('[]').bodyHash).not.toBe(first.bodyHash);
    expect(of('{}', { resource: '/trades' }).keyHash).not.toBe(first.keyHash);
    expect(of('{}', { pathParameters: { name: 'x' } }).keyHash).not.toBe(first.keyHash);
  });
});

it('a failure is a problem: what may be tried again says so, anything else stays in the log', () => {
  const failure = (disposition: 'retry' | 'halt') =>
    new PipelineError({ code: 'SOURCE_UNAVAILABLE', disposition, message: 'host db.internal' });
  const busy = answerProblem(problemOf(failure('retry')));
  expect(busy).toMatchObject({
    statusCode: 503,
    headers: { 'content-type': 'application/problem+json', 'retry-after': '5' },
  });
  const failed = answerProblem(problemOf(failure('halt')));
  expect(failed.statusCode).toBe(500);
  expect(`${busy.body}${failed.body}`).not.toContain('db.internal');
  expect(answerProblem(problemOf(new TypeError('x is undefined'))).body).not.toContain('undefined');
});
