/** One statement must not end the process, and many must not fill it. */
import type { Caller, JsonObject, ServiceError } from '../../../../../local/protocol/service';
import { waitUntil } from '../../../../../local/runtime/wait-until';
import { createDataApi } from '../../../../../local/services/redshift/data-api/data-api';
import { KEPT, StatementStore } from '../../../../../local/services/redshift/data-api/statement-store';
import { SubmittedStatement } from '../../../../../local/services/redshift/data-api/submitted-statement';
import { openBed, rowsOf, type WarehouseBed } from '../twin-bed';

const CALLER: Caller = { identity: 'cdc-dev-load' };
const TARGET = { ClusterIdentifier: 'cdc-dev', Database: 'dev' };
const ROWS = 4_500;

let bed: WarehouseBed;
let api: ReturnType<typeof createDataApi>;

beforeAll(async () => {
  bed = await openBed();
  api = createDataApi({ warehouse: bed.warehouse, clusterIdentifier: 'cdc-dev' });
  const session = await bed.warehouse.openSession();
  await session.run('CREATE TABLE many (id BIGINT, v VARCHAR(100))');
  await session.append(
    'public.many',
    ['id', 'v'],
    Array.from({ length: ROWS }, (_, index) => [String(index), `value ${index}`]),
  );
  await session.close();
}, 30_000);
afterAll(() => bed.close());

const submit = async (sql: string, waitSeconds = 30): Promise<string> => {
  const input = { ...TARGET, Sql: sql, WaitTimeSeconds: waitSeconds };
  return (await api.handle('ExecuteStatement', input, CALLER)).Id as string;
};
const describeOf = (id: string): Promise<JsonObject> =>
  api.handle('DescribeStatement', { Id: id, WaitTimeSeconds: 30 }, CALLER);

it('a result of 20 million rows ends as an error, and the warehouse answers on', async () => {
  const answer = await describeOf(await submit('SELECT a.id, b.id AS other FROM many a CROSS JOIN many b'));
  expect(answer.Status).toBe('FAILED');
  expect(answer.Error).toMatch(/^ERROR: the result takes more than 256 MB, and was ended after \d+ rows/);
  const session = await bed.warehouse.openSession();
  expect(await rowsOf(session, 'SELECT COUNT(*) FROM many')).toEqual([[BigInt(ROWS)]]);
  await session.close();
}, 60_000);

it.each([
  ['initcap', "select length(initcap(repeat('a b ', 25000000)))"],
  ['repeat', "select repeat('x', 1000000000)"],
  ['lpad', "select length(lpad('x', 2000000000))"],
  ['rpad', "select length(rpad('x', 2000000000, 'ab'))"],
  ['replace', "select length(replace(repeat('x', 65535), 'x', repeat('y', 20000)))"],
  ['regexp_replace', "select length(regexp_replace(repeat('x', 65535), 'x', repeat('y', 20000)))"],
])('a text that %s would make longer than a VARCHAR is refused before it is made', async (_name, sql) => {
  const before = process.memoryUsage().rss;
  const answer = await describeOf(await submit(sql));
  expect(answer).toMatchObject({
    Status: 'FAILED',
    Error: expect.stringMatching(/^ERROR: Value too long for character type/),
  });
  expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
});

it.each([
  ['casts', `select ${'('.repeat(16)}'1'${'||1)::int'.repeat(16)}`],
  ['numeric casts', `select ${'('.repeat(9)}'1'${"||'1')::decimal(38,0)".repeat(9)}`],
  ['divisions', `select ${'1 / ('.repeat(40)}1${')'.repeat(40)}`],
  ['decode', `select ${'decode('.repeat(30)}1${',1,2,3,4)'.repeat(30)}`],
  ['json_parse', `select ${'json_parse('.repeat(8)}'1'${'::varchar)'.repeat(8)}`],
])('%s within one another, copied without end by the engine, are refused at once', async (_name, sql) => {
  const startedAt = performance.now();
  const answer = await describeOf(await submit(sql));
  expect(answer).toMatchObject({
    Status: 'FAILED',
    Error: expect.stringMatching(/stack depth limit exceeded/),
  });
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

it.each(['like', 'ilike', 'similar to'])(
  '%s takes time in proportion to the text, whatever the pattern',
  async (operator) => {
    const pattern = `${'%a'.repeat(40)}%b`;
    const startedAt = performance.now();
    const answer = await describeOf(
      await submit(
        `select repeat('a', 60000) ${operator} '${pattern}', repeat('a', 60000) ${operator} '${pattern.replace('%', '_%')}'`,
      ),
    );
    expect(answer.Status).toBe('FINISHED');
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  },
);

it('LIKE and REPLACE answer as Redshift does, where the twin writes them in its own way', async () => {
  const session = await bed.warehouse.openSession();
  const [row] = await rowsOf(
    session,
    `select 'a.c' like 'a_c', 'a\nc' like 'a_c', 'abc' like 'A%' , 'abc' ilike 'A_C', 'a%c' like 'a\\\\%c', 'abc' like 'a\\\\%c',
      'a%c' like 'a!%c' escape '!', 'äöü' like '__ü', 'a+(b' like 'a+(_', '' like '%%', null like 'a_',
      replace('a$c', 'a', '$&$1'), replace('abc', '', 'x'), replace('aaa', 'a', 'ä'), replace('abc', 'b', ''), replace(null, 'a', 'bb')`,
  );
  expect(row).toEqual([
    true,
    true,
    false,
    true,
    true,
    false,
    true,
    true,
    true,
    true,
    null,
    '$&$1$c',
    'abc',
    'äää',
    'ac',
    null,
  ]);
  await session.close();
});

it.each(['__proto__', 'constructor', 'tostring'])(
  'a parameter called %s is as unknown as any other',
  async (name) => {
    for (const sql of [`show ${name}`, `set ${name} to 1`]) {
      expect((await describeOf(await submit(sql))).Error).toBe(
        `ERROR: unrecognized configuration parameter "${name}"`,
      );
    }
  },
);

it('the longest texts that Redshift has still pass', async () => {
  const session = await bed.warehouse.openSession();
  expect(
    await rowsOf(
      session,
      "select length(initcap(repeat('ab', 32767))), length(lpad('x', 65535)), repeat('xy', 0)",
    ),
  ).toEqual([[65_534, 65_535, '']]);
  await session.close();
});

it.each([
  ['computes', 'SELECT COUNT(*) FROM many a, many b, many c WHERE a.id + b.id + c.id < 0'],
  ['gives rows', 'SELECT a.v || b.v AS both_texts FROM many a, many b WHERE a.id * b.id % 1000 = 7'],
])('a statement that %s is cancelled within two seconds', async (_name, sql) => {
  const id = await submit(sql, 0);
  await waitUntil(
    async () => (await api.handle('DescribeStatement', { Id: id }, CALLER)).Status === 'STARTED',
    {
      what: 'the start',
      timeoutMs: 10_000,
      everyMs: 5,
    },
  );
  const startedAtMs = Date.now();
  await api.handle('CancelStatement', { Id: id }, CALLER);
  expect(Date.now() - startedAtMs).toBeLessThan(2_000);
  expect((await describeOf(id)).Status).toBe('ABORTED');
});

it('DbUser, which would be another user than the role’s own, is refused by every call', async () => {
  for (const [operation, input] of [
    ['ExecuteStatement', { Sql: 'SELECT 1' }],
    ['BatchExecuteStatement', { Sqls: ['SELECT 1'] }],
    ['ListTables', {}],
  ] as const) {
    const refusal = api.handle(operation, { ...TARGET, ...input, DbUser: 'cdc_admin' }, CALLER);
    await expect(refusal).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('DbUser is not supported by this endpoint'),
    });
  }
});

describe('the results that are kept', () => {
  const sql = 'SELECT a.id, a.v, b.v AS w FROM many a CROSS JOIN (SELECT v FROM many WHERE id < 6) b';

  it('take a level amount of memory over any number of statements', async () => {
    const ids: string[] = [];
    // About 4.5 MB each: three times what is kept.
    for (let count = 0; count < 45; count += 1) ids.push(await submit(sql));
    const first = ids[0] as string;
    // What it came to is known; its rows are not, and the caller gets the reason.
    expect(await describeOf(first)).toMatchObject({
      Status: 'FINISHED',
      ResultRows: 6 * ROWS,
      HasResultSet: true,
    });
    const refusal = (await api
      .handle('GetStatementResult', { Id: first }, CALLER)
      .catch((error: unknown) => error)) as ServiceError;
    expect(refusal.name).toBe('ResourceNotFoundException');
    expect(refusal.message).toMatch(/^The result is no longer kept: newer results took the 64 MB/);
    const last = await api.handle('GetStatementResult', { Id: ids.at(-1) }, CALLER);
    expect(last.TotalNumRows).toBe(6 * ROWS);
  }, 120_000);

  it('count what they hold, newest first, and so do texts', () => {
    const store = new StatementStore();
    const add = (sqlText: string, heldBytes: number): SubmittedStatement => {
      const statement = new SubmittedStatement({
        owner: CALLER.identity,
        batch: false,
        autoCommit: false,
        sqls: [sqlText],
        parameters: new Map(),
        calledAs: { clusterIdentifier: 'cdc-dev' },
        database: 'dev',
        resultFormat: 'JSON',
      });
      const [part] = statement.parts;
      if (part === undefined) throw new Error('a statement has a part');
      part.result = { columns: [], rows: [[1]], rowCount: 1 };
      part.heldBytes = heldBytes;
      statement.become('FINISHED');
      store.add(statement);
      return statement;
    };
    const [old, middle, young] = [add('a', 40), add('b', 50), add('c', 45)] as const;
    store.keepWithinLimits({ ...KEPT, resultBytes: 100 } as never);
    expect([old, middle, young].map(({ parts }) => parts[0]?.result?.rows.length)).toEqual([0, 1, 1]);
    // A single result larger than all that is kept stays until a newer one comes.
    const large = add('d', 1_000);
    store.keepWithinLimits({ ...KEPT, resultBytes: 100 } as never);
    expect([middle, young, large].map(({ parts }) => parts[0]?.result?.rows.length)).toEqual([0, 0, 1]);

    const long = add('e'.repeat(50_000), 0);
    store.keepWithinLimits({ ...KEPT, textBytes: 101_500 } as never);
    expect(store.find(long.id, CALLER).statement).toBe(long);
    expect(() => store.find(large.id, CALLER)).toThrow('Query does not exist.');
  });
});
