/** The client's behaviour at the edges of the service; what the service does itself is tested against its twin. */
import type { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { DataApi } from '../../../pipeline/warehouse/data-api';
import type { WarehouseName } from '../../../pipeline/warehouse/warehouse-name';

type Reply = Readonly<Record<string, unknown>> | Error;

/** Answers each call with the next reply and keeps what was asked. */
function scripted(
  replies: readonly Reply[],
  remainingMs = 60_000,
  target: WarehouseName = { clusterIdentifier: 'cdc-dev' },
) {
  const asked: { readonly operation: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
  const left = [...replies];
  const client = {
    send: async (command: { constructor: { name: string }; input: Record<string, unknown> }) => {
      asked.push({ operation: command.constructor.name.replace(/Command$/, ''), input: command.input });
      const reply = left.shift();
      if (reply === undefined || reply instanceof Error) throw reply ?? new Error('nothing was scripted');
      return reply;
    },
  } as unknown as RedshiftDataClient;
  const dataApi = new DataApi({ client, ...target, database: 'dev', remainingMs: () => remainingMs });
  return { dataApi, asked };
}

const failed = (error: string): Reply => ({ Id: 's1', Status: 'FAILED', Error: error });

it('a statement is submitted with its name, token and parameters, and waited for by long polls', async () => {
  const { dataApi, asked } = scripted([
    { Id: 's1' },
    { Status: 'STARTED' },
    { Status: 'FINISHED', HasResultSet: true },
  ]);
  const finished = await dataApi.execute('SELECT :x', {
    parameters: { x: '1' },
    name: 'n',
    clientToken: 't',
  });
  expect(finished).toEqual({ id: 's1', hasResultSet: true });
  expect(asked.map(({ operation }) => operation)).toEqual([
    'ExecuteStatement',
    'DescribeStatement',
    'DescribeStatement',
  ]);
  expect(asked[0]?.input).toEqual({
    ClusterIdentifier: 'cdc-dev',
    Database: 'dev',
    Sql: 'SELECT :x',
    StatementName: 'n',
    ClientToken: 't',
    Parameters: [{ name: 'x', value: '1' }],
  });
  expect(asked[1]?.input).toEqual({ Id: 's1', WaitTimeSeconds: 30 });
});

it('a serverless warehouse is asked by the name of its workgroup', async () => {
  const { dataApi, asked } = scripted([{ Id: 's1' }, { Status: 'FINISHED' }], 60_000, {
    workgroupName: 'cdc-dev',
  });
  await dataApi.execute('SELECT 1');
  expect(asked[0]?.input).toEqual({ WorkgroupName: 'cdc-dev', Database: 'dev', Sql: 'SELECT 1' });
});

it('a wait never goes beyond the time that is left, and says that the statement continues', async () => {
  const { dataApi, asked } = scripted([{ Status: 'STARTED' }], 9_000);
  const { dataApi: late } = scripted([], 1_000);
  await expect(dataApi.waitFor('s1')).rejects.toThrow(/nothing was scripted/);
  expect(asked[0]?.input).toEqual({ Id: 's1', WaitTimeSeconds: 7 });
  await expect(late.waitFor('s1', 'load/x')).rejects.toMatchObject({
    code: 'LOAD_TIMED_OUT',
    disposition: 'retry',
    context: { statementId: 's1', statementName: 'load/x' },
  });
});

it.each([
  [failed('ERROR: 1023 Serializable isolation violation'), 'WAREHOUSE_BUSY'],
  [failed("Load into table 't' failed. Check 'sys_load_error_detail'"), 'LOAD_FILE_REJECTED'],
  [failed('permission denied for relation trades'), 'LOAD_STATEMENT_FAILED'],
  [{ Status: 'ABORTED' }, 'WAREHOUSE_BUSY'],
])('the end %j is thrown as %s', async (end, code) => {
  const { dataApi } = scripted([{ Id: 's1' }, end]);
  await expect(dataApi.executeBatch(['SELECT 1'])).rejects.toMatchObject({ code });
});

it('the exception that the SDK never retries says "come back later"', async () => {
  const exception = Object.assign(new Error('too many'), {
    name: 'ActiveStatementsExceededException',
    $fault: 'client',
  });
  const { dataApi } = scripted([exception]);
  await expect(dataApi.execute('SELECT 1')).rejects.toMatchObject({
    code: 'WAREHOUSE_BUSY',
    cause: exception,
  });
});

it('all pages of a result are read, every value as text', async () => {
  const ColumnMetadata = [
    { name: 'A', label: 'a' },
    { name: 'b' },
    { name: 'c' },
    { name: 'd' },
    { name: 'e' },
  ];
  const { dataApi, asked } = scripted([
    { Id: 's1' },
    { Status: 'FINISHED', HasResultSet: true },
    {
      ColumnMetadata,
      Records: [
        [
          { stringValue: '1.50' },
          { longValue: 7 },
          { booleanValue: true },
          { doubleValue: 0.1 },
          { isNull: true },
        ],
      ],
      NextToken: 'more',
    },
    { ColumnMetadata, Records: [[{ stringValue: '' }]] },
  ]);
  expect(await dataApi.readRows('SELECT')).toEqual([
    { a: '1.50', b: '7', c: 'true', d: '0.1', e: null },
    { a: '' },
  ]);
  expect(asked[3]?.input).toEqual({ Id: 's1', NextToken: 'more' });
});

it('an integer that JSON has rounded is refused instead of passed on', async () => {
  const { dataApi } = scripted([
    { Id: 's1' },
    { Status: 'FINISHED' },
    { ColumnMetadata: [{ name: 'n', typeName: 'int8' }], Records: [[{ longValue: 2 ** 53 }]] },
  ]);
  await expect(dataApi.readRows('SELECT')).rejects.toThrow(/column n \(int8\).*Cast it to VARCHAR/);
});

it('statements of earlier runs are found by their name, over all pages', async () => {
  const { dataApi, asked } = scripted([
    { Statements: [{ Id: '2' }], NextToken: 'more' },
    { Statements: [{ Id: '1' }] },
  ]);
  expect((await dataApi.listStatements('load/trades/')).map(({ Id }) => Id)).toEqual(['2', '1']);
  expect(asked[1]?.input).toMatchObject({ StatementName: 'load/trades/', NextToken: 'more', Status: 'ALL' });
});
