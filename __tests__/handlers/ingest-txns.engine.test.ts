import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MysqlBed, startMysqlBed, USER_SECRETS } from '../support/mysql-bed';
import { type BundledHandler, bundleHandler, type HandlerRun } from '../support/run-handler';
import { DATA_BUCKET, type S3Bed, startS3Bed } from '../support/s3-bed';

let mysql: MysqlBed;
let s3: S3Bed;
let handler: BundledHandler<'ingest-txns'>;

beforeAll(async () => {
  [mysql, s3, handler] = await Promise.all([startMysqlBed(), startS3Bed(), bundleHandler('ingest-txns')]);
}, 90_000);

afterAll(async () => {
  handler?.remove();
  await s3?.stop();
  await mysql?.stop();
});

const run = (
  seedKey = 'seed/txns.csv',
  others: Record<string, string> = {},
  event: unknown = {},
): Promise<HandlerRun> =>
  handler.run(
    { DATA_BUCKET, SEED_KEY: seedKey, MYSQL_SECRET_ARN: USER_SECRETS.cdc_ingest },
    {
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: mysql.store.endpoint,
      NODE_EXTRA_CA_CERTS: mysql.server.caFile,
      ...others,
    },
    event,
  );

const count = async (): Promise<number> =>
  Number((await mysql.query('SELECT COUNT(*) AS n FROM bank.txns'))[0]?.n);

it('the seed file is appended at each run, and the run says so', async () => {
  await s3.put('seed/txns.csv', readFileSync(join(__dirname, '../../seed-data/txns.csv')));
  const first = await run();
  expect(first.result).toEqual({ table: 'txns', rows: 30, rejected: 0 });
  expect(await count()).toBe(30);
  await run();
  expect(await count()).toBe(60);
  expect(first.lines).toContainEqual(
    expect.objectContaining({ message: 'ingested', table: 'txns', rows: 30, rejected: 0 }),
  );
  expect(first.lines).toContainEqual(expect.objectContaining({ table: 'txns', IngestedRows: 30 }));
  expect(first.lines).toContainEqual(expect.objectContaining({ table: 'txns', RejectedRows: 0 }));
  expect(await s3.keys('rejected/')).toEqual([]);
});

it('a schedule that is delivered twice appends once, and the next one appends again', async () => {
  const before = await count();
  const at = (scheduledAt: string) => run('seed/txns.csv', {}, { scheduledAt });
  expect((await at('2026-01-02T03:00:00Z')).result).toMatchObject({ rows: 30 });
  const again = await at('2026-01-02T03:00:00Z');
  expect(again.result).toMatchObject({ rows: 0, skipped: expect.stringContaining('delivered before') });
  expect(again.lines).toContainEqual(
    expect.objectContaining({ outcome: 'ingested', skipped: expect.stringContaining('delivered before') }),
  );
  expect((await at('2026-01-02T03:05:00Z')).result).toMatchObject({ rows: 30 });
  expect(await count()).toBe(before + 60);
});

it('broken rows are rejected under rejected/, counted, and reported without their values', async () => {
  const header =
    'Account No,DATE,TRANSACTION DETAILS,CHIP USED,VALUE DATE,WITHDRAWAL AMT,DEPOSIT AMT,BALANCE AMT';
  const good = 'a,29-Jun-17,"two\nlines",TRUE,,,1.00,';
  await s3.put('seed/broken.csv', `${header}\n${good}\nsecret-account,31-Feb-17,,,,,,\nshort\n${good}\n`);
  const { result, lines, output } = await run('seed/broken.csv');
  expect(result).toEqual({ table: 'txns', rows: 2, rejected: 2 });
  expect(lines).toContainEqual(
    expect.objectContaining({
      level: 'WARN',
      rejected: 2,
      firstLine: 4,
      firstCode: 'BAD_DATE',
      firstColumn: 'date',
    }),
  );
  expect(lines).toContainEqual(expect.objectContaining({ table: 'txns', RejectedRows: 2 }));
  expect(output).not.toContain('secret-account');
  const keys = await s3.keys('rejected/txns/');
  expect(keys).toEqual([expect.stringMatching(/^rejected\/txns\/\d{8}T\d{6}Z-[0-9a-f-]{36}\.jsonl$/)]);
  expect((await s3.rejections('rejected/txns/')).map(({ line, code, raw }) => [line, code, raw])).toEqual([
    [4, 'BAD_DATE', 'secret-account,31-Feb-17,,,,,,'],
    [5, 'WRONG_COLUMN_COUNT', 'short'],
  ]);
});

it('a file that is not there, or not of this table, fails the run with a message that says why', async () => {
  const before = await count();
  const missing = await run('seed/nowhere.csv');
  expect(missing.failure).toMatch(
    /SEED_UNREADABLE: s3:\/\/.*\/seed\/nowhere\.csv could not be read \(NoSuchKey\)/,
  );
  await s3.put('seed/other.csv', 'Account No,Colour\na,b\n');
  const other = await run('seed/other.csv');
  expect(other.failure).toMatch(/SEED_UNREADABLE: .*missing: "date".*unknown: "colour"/);
  expect(other.lines).toContainEqual(
    expect.objectContaining({ level: 'ERROR', code: 'SEED_UNREADABLE', disposition: 'halt' }),
  );
  expect(other.lines).toContainEqual(expect.objectContaining({ Failures: 1 }));
  expect(await count()).toBe(before);
});

it('without the authority of the server in NODE_EXTRA_CA_CERTS nothing is sent', async () => {
  const { failure } = await run('seed/txns.csv', { NODE_EXTRA_CA_CERTS: '' });
  expect(failure).toMatch(/SOURCE_UNAVAILABLE: could not connect to MySQL: .*NODE_EXTRA_CA_CERTS/);
});
