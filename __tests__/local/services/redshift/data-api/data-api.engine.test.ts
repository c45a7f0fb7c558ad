import type { Caller, JsonObject, JsonService, ServiceError } from '../../../../../local/protocol/service';
import { createDataApi } from '../../../../../local/services/redshift/data-api/data-api';
import { copyOf, openBed, type WarehouseBed } from '../twin-bed';

const LOADER: Caller = { identity: 'cdc-dev-load' };
const OTHER: Caller = { identity: 'cdc-dev-other' };
const TARGET = { ClusterIdentifier: 'cdc-dev', Database: 'dev', WaitTimeSeconds: 30 };

let bed: WarehouseBed;
let api: JsonService;

beforeAll(async () => {
  bed = await openBed();
  api = createDataApi({ warehouse: bed.warehouse, clusterIdentifier: 'cdc-dev' });
  await execute('CREATE TABLE t (id BIGINT, v VARCHAR(100))');
});

afterAll(() => bed.close());

type Answer = JsonObject & { readonly Id: string; readonly Status: string; readonly Error?: string };

async function execute(sql: string, more: JsonObject = {}, caller = LOADER): Promise<Answer> {
  const { Id } = (await api.handle('ExecuteStatement', { ...TARGET, Sql: sql, ...more }, caller)) as Answer;
  return (await api.handle('DescribeStatement', { Id, WaitTimeSeconds: 30 }, caller)) as Answer;
}

async function executeBatch(sqls: readonly string[], more: JsonObject = {}): Promise<Answer> {
  const { Id } = (await api.handle(
    'BatchExecuteStatement',
    { ...TARGET, Sqls: sqls, ...more },
    LOADER,
  )) as Answer;
  return (await api.handle('DescribeStatement', { Id, WaitTimeSeconds: 30 }, LOADER)) as Answer;
}

async function records(sql: string, more: JsonObject = {}): Promise<unknown> {
  const { Id, Error: failure } = await execute(sql, more);
  if (failure !== undefined) throw new Error(failure);
  return (await api.handle('GetStatementResult', { Id }, LOADER)).Records;
}

const refused = async (operation: string, input: JsonObject, caller = LOADER): Promise<ServiceError> => {
  const failure = await api.handle(operation, input, caller).then(
    () => undefined,
    (error: unknown) => error as ServiceError,
  );
  if (failure === undefined) throw new Error(`${operation} was not refused`);
  return failure;
};

beforeEach(async () => {
  await execute('DELETE FROM t');
});

describe('ExecuteStatement', () => {
  it('runs one statement and describes it', async () => {
    const answer = await execute("INSERT INTO t VALUES (1, 'a'), (2, 'b');", { StatementName: 'insert/1' });
    expect(answer).toMatchObject({
      Status: 'FINISHED',
      HasResultSet: false,
      ResultRows: 2,
      ClusterIdentifier: 'cdc-dev',
      Database: 'dev',
      QueryString: "INSERT INTO t VALUES (1, 'a'), (2, 'b');",
    });
    expect(answer.Id).toMatch(/^[a-z0-9]{8}(-[a-z0-9]{4}){3}-[a-z0-9]{12}$/);
    expect(Math.abs(Number(answer.CreatedAt) - Date.now() / 1000)).toBeLessThan(60);
  });

  it('a statement that fails is no exception: its description says why', async () => {
    expect(await execute('SELECT nope FROM t')).toMatchObject({
      Status: 'FAILED',
      Error: 'ERROR: column "nope" does not exist in t',
    });
  });

  it('carries each type in its own field', async () => {
    expect(
      await records(
        "SELECT 1::smallint, 2::bigint, 1.5::float, TRUE, 1.50::decimal(5,2), DATE '2024-02-29', '2024-02-29 00:00:00'::timestamp, JSON_PARSE('{\"a\":1}'), NULL, 'x'",
      ),
    ).toEqual([
      [
        { longValue: 1 },
        { longValue: 2 },
        { doubleValue: 1.5 },
        { booleanValue: true },
        { stringValue: '1.50' },
        { stringValue: '2024-02-29' },
        { stringValue: '2024-02-29 00:00:00.0' },
        { stringValue: '{"a":1}' },
        { isNull: true },
        { stringValue: 'x' },
      ],
    ]);
  });

  it('parameters stand for values, also in casts, and never for text inside a literal or a comment', async () => {
    const Parameters = [
      { name: 'id', value: '7' },
      { name: 'v', value: "it's \\ :id" },
    ];
    await execute('INSERT INTO t VALUES (:id::bigint, :v)', { Parameters });
    expect(
      await records("SELECT id, v, ':v' FROM t -- :nothing\n WHERE id = :id", {
        Parameters: [Parameters[0]],
      }),
    ).toEqual([[{ longValue: 7 }, { stringValue: "it's \\ :id" }, { stringValue: ':v' }]]);
  });

  it.each([
    ['a parameter without a value', { Sql: 'SELECT :a' }, /does not contain: a/],
    [
      'a value without a parameter',
      { Sql: 'SELECT 1', Parameters: [{ name: 'a', value: '1' }] },
      /a is not used/,
    ],
    ['an empty value', { Sql: 'SELECT :a', Parameters: [{ name: 'a', value: '' }] }, /length of at least 1/],
    ['two statements', { Sql: 'SELECT 1; SELECT 2' }, /single SQL statement/],
    ['an empty statement', { Sql: ' ' }, /empty/],
    ['a statement of more than 100 KB', { Sql: `SELECT '${'x'.repeat(100_000)}'` }, /larger than 100kB/],
    [
      'another cluster',
      { Sql: 'SELECT 1', ClusterIdentifier: 'other' },
      /Redshift endpoint doesn't exist in this region/,
    ],
    ['another database', { Sql: 'SELECT 1', Database: 'other' }, /database "other" does not exist/],
    ['a workgroup as well', { Sql: 'SELECT 1', WorkgroupName: 'other' }, /only one of ClusterIdentifier/],
    [
      'a workgroup, where there is a cluster',
      { Sql: 'SELECT 1', ClusterIdentifier: undefined, WorkgroupName: 'cdc-dev' },
      /Redshift endpoint doesn't exist in this region/,
    ],
    ['no warehouse', { Sql: 'SELECT 1', ClusterIdentifier: undefined }, /'ClusterIdentifier'/],
    ['an event', { Sql: 'SELECT 1', WithEvent: true }, /WithEvent is not supported/],
    ['a wait that is too long', { Sql: 'SELECT 1', WaitTimeSeconds: 31 }, /between 0 and 30/],
  ])('refuses %s', async (_, input, message) => {
    const failure = await refused('ExecuteStatement', { ...TARGET, ...input });
    expect(failure).toMatchObject({ name: 'ValidationException', statusCode: 400 });
    expect(failure.message).toMatch(message);
  });

  it('the same ClientToken is the same statement, for the same caller', async () => {
    const first = await execute("INSERT INTO t VALUES (1, 'a')", { ClientToken: 'token-1' });
    const second = await execute("INSERT INTO t VALUES (1, 'a')", { ClientToken: 'token-1' });
    expect(second.Id).toBe(first.Id);
    expect(await records('SELECT COUNT(*) FROM t')).toEqual([[{ longValue: 1 }]]);
    const other = await execute("INSERT INTO t VALUES (1, 'a')", { ClientToken: 'token-1' }, OTHER);
    expect(other.Id).not.toBe(first.Id);
  });

  it('without a wait it answers at once, and the description waits', async () => {
    const submitted = await api.handle(
      'ExecuteStatement',
      { ...TARGET, Sql: 'SELECT 1', WaitTimeSeconds: 0 },
      LOADER,
    );
    expect(['SUBMITTED', 'PICKED', 'STARTED']).toContain(submitted.Status);
    expect(
      await api.handle('DescribeStatement', { Id: submitted.Id, WaitTimeSeconds: 30 }, LOADER),
    ).toMatchObject({ Status: 'FINISHED' });
  });
});

describe('BatchExecuteStatement', () => {
  it('is one transaction in one session', async () => {
    const answer = await executeBatch([
      'CREATE TEMP TABLE s AS SELECT 1 AS id',
      "INSERT INTO t SELECT id, 'x' FROM s",
      'SELECT COUNT(*) FROM t',
    ]);
    expect(answer).toMatchObject({ Status: 'FINISHED', ExecutionMode: 'TRANSACTION', HasResultSet: true });
    const result = await api.handle('GetStatementResult', { Id: `${answer.Id}:3` }, LOADER);
    expect(result.Records).toEqual([[{ longValue: 1 }]]);
    expect(await api.handle('DescribeStatement', { Id: `${answer.Id}:2` }, LOADER)).toMatchObject({
      Id: `${answer.Id}:2`,
      Status: 'FINISHED',
      ResultRows: 1,
    });
  });

  it('a failure rolls all back and says which statement it was', async () => {
    const answer = await executeBatch(["INSERT INTO t VALUES (1, 'a')", 'SELECT nope FROM t', 'SELECT 1']);
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Error: 'Query #2 failed with ERROR: column "nope" does not exist in t',
    });
    expect((answer.SubStatements as Answer[]).map(({ Status }) => Status)).toEqual([
      'FINISHED',
      'FAILED',
      'ABORTED',
    ]);
    expect(await records('SELECT COUNT(*) FROM t')).toEqual([[{ longValue: 0 }]]);
  });

  it('a failed load is found by the id of its query', async () => {
    bed.putBatch({ 'one.gz': '{"id":"x"}' });
    const answer = await executeBatch(['SELECT 1', copyOf('t')]);
    expect(answer.Error).toBe(
      "Query #2 failed with ERROR: Load into table 't' failed.  Check 'sys_load_error_detail' system table for details.",
    );
    const [, load] = answer.SubStatements as (JsonObject & { RedshiftQueryId: number })[];
    expect(
      await records(
        `SELECT TRIM(file_name), line_number FROM sys_load_error_detail WHERE query_id = ${load!.RedshiftQueryId}`,
      ),
    ).toEqual([[{ stringValue: 's3://bucket/one.gz' }, { longValue: 1 }]]);
  });

  it('in AUTO_COMMIT each statement stands for itself', async () => {
    const answer = await executeBatch(
      ["INSERT INTO t VALUES (1, 'a')", 'SELECT nope FROM t', "INSERT INTO t VALUES (2, 'b')"],
      { ExecutionMode: 'AUTO_COMMIT' },
    );
    expect(answer).toMatchObject({ Status: 'FAILED', ExecutionMode: 'AUTO_COMMIT' });
    expect((answer.SubStatements as Answer[]).map(({ Status }) => Status)).toEqual([
      'FINISHED',
      'FAILED',
      'FINISHED',
    ]);
    expect(await records('SELECT COUNT(*) FROM t')).toEqual([[{ longValue: 2 }]]);
  });

  it('a parameter serves all statements, and one of them must use it', async () => {
    const Parameters = [{ name: 'id', value: '5' }];
    expect(await executeBatch(["INSERT INTO t VALUES (:id, 'a')", 'SELECT 1'], { Parameters })).toMatchObject(
      { Status: 'FINISHED' },
    );
    expect(
      await refused('BatchExecuteStatement', { ...TARGET, Sqls: ['SELECT 1'], Parameters }),
    ).toMatchObject({ name: 'ValidationException' });
  });

  it.each([[0], [41]])('refuses %i statements', async (count) => {
    const Sqls = Array.from({ length: count }, () => 'SELECT 1');
    expect(await refused('BatchExecuteStatement', { ...TARGET, Sqls })).toMatchObject({
      name: 'ValidationException',
    });
  });

  it('two batches that lock the same table run one after the other', async () => {
    const load = (): Promise<Answer> =>
      executeBatch(['LOCK t', "INSERT INTO t SELECT 1, 'a' WHERE NOT EXISTS (SELECT 1 FROM t)"]);
    const answers = await Promise.all([load(), load(), load()]);
    expect(answers.map(({ Status }) => Status)).toEqual(['FINISHED', 'FINISHED', 'FINISHED']);
    expect(await records('SELECT COUNT(*) FROM t')).toEqual([[{ longValue: 1 }]]);
  });
});

describe('results', () => {
  it('come in pages', async () => {
    const session = await bed.warehouse.openSession();
    await session.append(
      't',
      ['id', 'v'],
      Array.from({ length: 2_500 }, (_, index) => [String(index), 'x']),
    );
    await session.close();
    const { Id } = await execute('SELECT id FROM t ORDER BY id');
    const ids: number[] = [];
    let NextToken: unknown;
    do {
      const page = await api.handle(
        'GetStatementResult',
        { Id, ...(NextToken === undefined ? {} : { NextToken }) },
        LOADER,
      );
      expect(page.TotalNumRows).toBe(2_500);
      for (const [field] of page.Records as { longValue: number }[][]) ids.push(field!.longValue);
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(ids).toEqual(Array.from({ length: 2_500 }, (_, index) => index));
  });

  it('of more than 64 KB a row are refused', async () => {
    const answer = await execute(`SELECT REPEAT('x', 40000), REPEAT('y', 40000)`);
    expect(answer).toMatchObject({
      Status: 'FAILED',
      Error: expect.stringContaining('larger than 65536 bytes'),
    });
  });

  it('are not there for a statement without rows, nor for a whole batch', async () => {
    const { Id } = await execute('DELETE FROM t');
    expect(await refused('GetStatementResult', { Id })).toMatchObject({
      name: 'ResourceNotFoundException',
      statusCode: 404,
    });
    const batch = await executeBatch(['SELECT 1']);
    expect(await refused('GetStatementResult', { Id: batch.Id })).toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('come as CSV when asked', async () => {
    const { Id } = await execute("SELECT 1 AS a, 'x,\"y' AS b, NULL AS c", { ResultFormat: 'CSV' });
    expect((await api.handle('GetStatementResultV2', { Id }, LOADER)).Records).toEqual([
      { CSVRecords: 'a,b,c\r\n1,"x,""y",' },
    ]);
    expect(await refused('GetStatementResult', { Id })).toMatchObject({ name: 'ValidationException' });
  });
});

describe('other callers', () => {
  it('do not find a statement', async () => {
    const { Id } = await execute('SELECT 1');
    for (const operation of ['DescribeStatement', 'GetStatementResult', 'CancelStatement']) {
      expect(await refused(operation, { Id }, OTHER)).toMatchObject({
        name: 'ResourceNotFoundException',
        members: { ResourceId: Id },
      });
    }
    expect(await refused('DescribeStatement', { Id: 'not-an-id' })).toMatchObject({
      name: 'ValidationException',
    });
  });

  it('are database users, whose privileges count', async () => {
    const strict = createDataApi({
      warehouse: bed.warehouse,
      clusterIdentifier: 'cdc-dev',
      userOf: ({ identity }, input) => (input.SecretArn === undefined ? `IAMR:${identity}` : undefined),
    });
    const ask = async (more: JsonObject): Promise<Answer> => {
      const { Id } = (await strict.handle(
        'ExecuteStatement',
        { ...TARGET, Sql: 'SELECT * FROM t', ...more },
        OTHER,
      )) as Answer;
      return (await strict.handle('DescribeStatement', { Id }, OTHER)) as Answer;
    };
    expect(await ask({})).toMatchObject({
      Status: 'FAILED',
      Error: 'ERROR: permission denied for relation t',
      DbUser: 'IAMR:cdc-dev-other',
    });
    expect(
      await ask({ SecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:admin' }),
    ).toMatchObject({ Status: 'FINISHED' });
  });
});

it('ListStatements finds by the beginning of the name, newest first, in pages', async () => {
  const names = ['load/t/a', 'load/t/b', 'load/u/a', 'load/t/c'];
  for (const StatementName of names) await execute('SELECT 1', { StatementName });
  const first = await api.handle(
    'ListStatements',
    { StatementName: 'load/t/', Status: 'ALL', MaxResults: 2 },
    LOADER,
  );
  expect((first.Statements as JsonObject[]).map(({ StatementName }) => StatementName)).toEqual([
    'load/t/c',
    'load/t/b',
  ]);
  const second = await api.handle(
    'ListStatements',
    { StatementName: 'load/t/', Status: 'ALL', MaxResults: 2, NextToken: first.NextToken },
    LOADER,
  );
  expect((second.Statements as JsonObject[]).map(({ StatementName }) => StatementName)).toEqual(['load/t/a']);
  expect((await api.handle('ListStatements', { StatementName: 'load/t/' }, OTHER)).Statements).toEqual([]);
});

it('CancelStatement stops what waits for a lock', async () => {
  const session = await bed.warehouse.openSession();
  await session.begin();
  await session.run('LOCK t');
  const { Id } = (await api.handle(
    'ExecuteStatement',
    { ...TARGET, Sql: 'SELECT * FROM t', WaitTimeSeconds: 0 },
    LOADER,
  )) as Answer;
  expect(await api.handle('CancelStatement', { Id }, LOADER)).toEqual({ Status: true });
  expect(await api.handle('DescribeStatement', { Id }, LOADER)).toMatchObject({ Status: 'ABORTED' });
  expect(await refused('CancelStatement', { Id })).toMatchObject({ name: 'ValidationException' });
  await session.close();
});

it('CancelStatement in the middle of a load leaves nothing of its batch', async () => {
  let reached: () => void = () => undefined;
  const loading = new Promise<void>((resolve) => {
    reached = resolve;
  });
  bed.putBatch({ 'one.gz': '{"id":"1"}' });
  const get = bed.objects.get.bind(bed.objects);
  bed.objects.get = (name) => {
    if (name === 'bucket/one.gz') reached();
    return get(name);
  };
  const sqls = ["INSERT INTO t VALUES (9, 'x')", copyOf('t')];
  const { Id } = (await api.handle(
    'BatchExecuteStatement',
    { ...TARGET, Sqls: sqls, WaitTimeSeconds: 0 },
    LOADER,
  )) as Answer;
  await loading;
  expect(await api.handle('CancelStatement', { Id }, LOADER)).toEqual({ Status: true });
  bed.objects.get = get;
  expect(await api.handle('DescribeStatement', { Id }, LOADER)).toMatchObject({ Status: 'ABORTED' });
  expect(await records('SELECT COUNT(*) FROM t')).toEqual([[{ longValue: 0 }]]);
});

it('the catalog is listed', async () => {
  await execute('CREATE SCHEMA IF NOT EXISTS shop');
  await execute('CREATE TABLE IF NOT EXISTS shop.orders (id BIGINT NOT NULL, v VARCHAR(9))');
  expect((await api.handle('ListSchemas', { ...TARGET, SchemaPattern: 'sh%' }, LOADER)).Schemas).toEqual([
    'shop',
  ]);
  expect((await api.handle('ListTables', { ...TARGET, TablePattern: 'ord%' }, LOADER)).Tables).toEqual([
    { schema: 'shop', name: 'orders', type: 'TABLE' },
  ]);
  expect(
    (await api.handle('DescribeTable', { ...TARGET, Schema: 'shop', Table: 'orders' }, LOADER)).ColumnList,
  ).toMatchObject([
    { name: 'id', typeName: 'bigint', nullable: 0 },
    { name: 'v', typeName: 'character varying', length: 9, nullable: 1 },
  ]);
});

it('an operation that is not there is refused', async () => {
  expect(await refused('ListSessions', {})).toMatchObject({ name: 'UnknownOperationException' });
});
