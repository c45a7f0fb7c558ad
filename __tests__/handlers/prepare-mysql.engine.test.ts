import { ADMIN_SECRET, type MysqlBed, startMysqlBed, USER_SECRETS } from '../support/mysql-bed';
import { type BundledHandler, bundleHandler, type HandlerRun } from '../support/run-handler';
import { DATA_BUCKET, type S3Bed, startS3Bed } from '../support/s3-bed';

let mysql: MysqlBed;
let s3: S3Bed;
let handler: BundledHandler<'prepare-mysql'>;

beforeAll(async () => {
  [mysql, s3, handler] = await Promise.all([
    startMysqlBed({ isPrepared: false }),
    startS3Bed(),
    bundleHandler('prepare-mysql'),
  ]);
}, 90_000);

afterAll(async () => {
  handler?.remove();
  await s3?.stop();
  await mysql?.stop();
});

const run = (event: unknown = {}, more: Readonly<Record<string, string>> = {}): Promise<HandlerRun> =>
  handler.run(
    {
      MYSQL_HOST: mysql.server.host,
      MYSQL_PORT: String(mysql.server.port),
      MYSQL_ADMIN_SECRET_ARN: ADMIN_SECRET,
      MYSQL_INGEST_SECRET_ARN: USER_SECRETS.cdc_ingest,
      MYSQL_RECONCILE_SECRET_ARN: USER_SECRETS.cdc_reconcile,
      MYSQL_DMS_SECRET_ARN: USER_SECRETS.cdc_dms,
      BINLOG_RETENTION_HOURS: '48',
      DATA_BUCKET,
      SET_UP_FINGERPRINT: 'set-up-of-this-test',
      ...more,
    },
    {
      AWS_ENDPOINT_URL_SECRETS_MANAGER: mysql.store.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      NODE_EXTRA_CA_CERTS: mysql.server.caFile,
    },
    event,
  );

const onDeploy = (action: string): Promise<HandlerRun> => run({ tf: { action, prev_input: null } });

it('nothing is touched when the deployment is destroyed', async () => {
  const { result, lines } = await onDeploy('delete');
  expect(result).toEqual({ databases: [], tables: [], refused: [], ignored: [], users: [] });
  expect(mysql.store.values.get(USER_SECRETS.cdc_dms)).toBeUndefined();
  expect(await mysql.query("SHOW DATABASES LIKE 'bank'")).toEqual([]);
  expect(lines).not.toContainEqual(expect.objectContaining({ outcome: 'prepared' }));
});

it('the source is ready after one run, unchanged by a second, and no password is reported', async () => {
  const first = await onDeploy('create');
  const prepared = {
    databases: ['bank'],
    tables: ['bank.txns'],
    refused: [],
    ignored: [],
    users: ['cdc_ingest', 'cdc_reconcile', 'cdc_dms'],
  };
  expect(first.result).toEqual(prepared);
  const passwords = Object.values(USER_SECRETS).map(
    (arn) => (JSON.parse(mysql.store.values.get(arn) ?? '{}') as { password: string }).password,
  );
  expect(new Set(passwords).size).toBe(3);
  const values = new Map(mysql.store.values);

  expect(await s3.text('set-up/prepare-mysql')).toBe('set-up-of-this-test');

  const second = await run();
  expect(second.result).toEqual(prepared);
  expect(mysql.store.values).toEqual(values);
  for (const secret of [...passwords, mysql.server.adminPassword]) {
    expect(first.output + second.output).not.toContain(secret);
  }
  expect(await mysql.query("SELECT value FROM mysql.rds_configuration WHERE name LIKE 'binlog%'")).toEqual([
    { value: '48' },
  ]);
  expect(second.lines).toContainEqual(
    expect.objectContaining({ message: 'prepared', tables: 'bank.txns', binlogRetentionHours: 48 }),
  );
});

it('a table that is not the one of the catalogue is refused and stays as it is; with no other left, the replication task waits', async () => {
  await mysql.query('ALTER TABLE bank.txns MODIFY transaction_details VARCHAR(100) NULL');
  await s3.put('set-up/prepare-mysql', 'an earlier set-up');
  const { failure, result } = await run();
  expect(failure).toBeUndefined();
  expect(await s3.text('set-up/prepare-mysql')).toBe('an earlier set-up');
  expect(result).toMatchObject({
    tables: [],
    refused: [
      {
        table: 'bank.txns',
        reason: expect.stringMatching(
          /column transaction_details is varchar\(100\) .*expected varchar\(2000\)/,
        ),
      },
    ],
  });
  await mysql.query('ALTER TABLE bank.txns MODIFY transaction_details VARCHAR(2000) NULL');
  expect((await run()).failure).toBeUndefined();
});

it('what records the requests of the API is there only once there is an API, and stays when it is gone again', async () => {
  const state = async () => ({
    tables: await mysql.query(
      "SELECT TABLE_NAME AS name FROM information_schema.TABLES WHERE TABLE_SCHEMA = 'cdc_control' ORDER BY 1",
    ),
    grants: await mysql.query(
      "SELECT DISTINCT TABLE_NAME AS name FROM information_schema.TABLE_PRIVILEGES WHERE TABLE_SCHEMA = 'cdc_control' ORDER BY 1",
    ),
  });
  const of = (...names: string[]) => names.map((name) => ({ name }));
  expect(await state()).toEqual({ tables: of('ingest_runs'), grants: of('ingest_runs') });
  expect((await run({}, { API_REQUESTS: 'on' })).failure).toBeUndefined();
  const both = of('api_requests', 'ingest_runs');
  expect(await state()).toEqual({ tables: both, grants: both });
  expect((await run()).failure).toBeUndefined();
  expect(await state()).toEqual({ tables: both, grants: both });
});
