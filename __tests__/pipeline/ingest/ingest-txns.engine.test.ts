import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { countOwnRows } from '../../../local/commands/own-rows';
import { waitUntil } from '../../../local/runtime/wait-until';
import type { ByteStream } from '../../../pipeline/files/seed-file';
import { type IngestTxnsOptions, ingestTxns, utcMicroseconds } from '../../../pipeline/ingest/ingest-txns';
import { withMysqlConnection } from '../../../pipeline/mysql/mysql-connection';
import { buildInsert } from '../../../pipeline/mysql/row-inserter';
import { byteStream } from '../../support/byte-stream';
import { type MysqlBed, startMysqlBed } from '../../support/mysql-bed';
import { type S3Bed, startS3Bed } from '../../support/s3-bed';
import { TXNS } from '../../support/tables';

let mysql: MysqlBed;
let s3: S3Bed;
let runs = 0;

beforeAll(async () => {
  [mysql, s3] = await Promise.all([startMysqlBed(), startS3Bed()]);
}, 90_000);

afterAll(async () => {
  await s3?.stop();
  await mysql?.stop();
});

beforeEach(() => mysql.query('DELETE FROM bank.txns'));

const HEADER =
  'Account No,DATE,TRANSACTION DETAILS,CHIP USED,VALUE DATE, WITHDRAWAL AMT , DEPOSIT AMT ,BALANCE AMT';
const startedAt = new Date('2026-01-02T03:04:05.678Z');

const runId = (): string => `run-${String(runs).padStart(3, '0')}`;

function ingest(seed: ByteStream | string, others: Partial<IngestTxnsOptions> = {}) {
  runs += 1;
  return ingestTxns({
    secret: mysql.login('cdc_ingest'),
    table: TXNS,
    seed: typeof seed === 'string' ? byteStream(seed) : seed,
    rejected: s3.rejectedFile('txns', runId()),
    runKey: runId(),
    startedAt,
    ca: mysql.ca,
    ...others,
  });
}

const count = async (): Promise<number> =>
  Number((await mysql.query('SELECT COUNT(*) AS n FROM bank.txns'))[0]?.n);
const row = (account: string): string => `${account},29-Jun-17,text,TRUE,30-Jun-17,," 1,000.50 ",-1`;
const rowsOf = (from: number, to: number): string =>
  Array.from({ length: to - from }, (_, index) => `${row(`a${from + index}`)}\n`).join('');

it('an INSERT is this', () => {
  expect(buildInsert(TXNS, ['account_no', 'date'], 2)).toBe(
    'INSERT INTO `bank`.`txns` (`account_no`, `date`)\nVALUES (?, ?), (?, ?)',
  );
});

it('of all tables, the rows that no seed file has are counted, and those of the demo are none', async () => {
  const seed = readFileSync(join(__dirname, '../../../seed-data/txns.csv'), 'utf8');
  const own = () => countOwnRows(mysql.server, [byteStream(seed)]);
  await ingest(seed);
  await ingest(seed);
  expect(await own()).toEqual([]);
  await mysql.query('UPDATE bank.txns SET balance_amt = 1 LIMIT 1');
  await mysql.query('CREATE TABLE bank.mine SELECT 1 AS a UNION ALL SELECT 2');
  try {
    expect(await own()).toEqual([
      { table: 'bank.mine', count: 2, what: 'rows' },
      { table: 'bank.txns', count: 1, what: 'rows' },
    ]);
  } finally {
    await mysql.query('DROP TABLE bank.mine');
  }
});

it('of two runs at once one appends, and the other ends as skipped', async () => {
  let reading = (): void => {};
  const isReading = new Promise<void>((resolve) => {
    reading = resolve;
  });
  let goOn = (): void => {};
  const mayGoOn = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  async function* held() {
    yield Buffer.from(`${HEADER}\n${rowsOf(0, 3)}`);
    reading();
    await mayGoOn;
  }
  const first = ingest(held());
  await isReading;
  const second = await ingest(`${HEADER}\n${rowsOf(0, 3)}`);
  expect(second).toEqual({
    rows: 0,
    rejected: { count: 0, keys: [] },
    skipped: expect.stringContaining('another run is under way'),
  });
  goOn();
  expect((await first).rows).toBe(3);
  expect(await count()).toBe(3);
  expect((await ingest(`${HEADER}\n${rowsOf(0, 3)}`)).rows).toBe(3);
});

it('an event that is delivered again appends nothing, also at the same time; the next one appends again', async () => {
  const seed = `${HEADER}\n${rowsOf(0, 3)}`;
  const at = (runKey: string) => ingest(seed, { runKey });
  const both = await Promise.all([at('2026-01-02T03:00:00Z'), at('2026-01-02T03:00:00Z')]);
  expect(both.map(({ rows }) => rows).sort()).toEqual([0, 3]);
  expect(await at('2026-01-02T03:00:00Z')).toMatchObject({
    rows: 0,
    skipped: expect.stringContaining('delivered before'),
  });
  expect(await count()).toBe(3);
  expect((await at('2026-01-02T03:05:00Z')).rows).toBe(3);
  expect(await count()).toBe(6);
});

it('an event whose run failed is not taken for done', async () => {
  const broken = byteStream(`${HEADER}\n${rowsOf(0, 3)}`);
  async function* failing() {
    yield* broken;
    throw new Error('the file is cut off');
  }
  await expect(ingest(failing(), { runKey: 'once' })).rejects.toThrow();
  expect((await ingest(`${HEADER}\n${rowsOf(0, 3)}`, { runKey: 'once' })).rows).toBe(3);
});

it('events are forgotten after a week, when none is repeated any more', async () => {
  await mysql.query("INSERT INTO cdc_control.ingest_runs VALUES ('bank.txns', 'old', '2020-01-01')");
  await ingest(`${HEADER}\n${row('a')}\n`);
  expect(await mysql.query("SELECT 1 FROM cdc_control.ingest_runs WHERE run_key = 'old'")).toEqual([]);
});

it('rows arrive typed, in the order of the file, with the start of the run', async () => {
  const outcome = await ingest(`${HEADER}\n${row("409000611074'")}\nb,2-Jul-17,,,,1,,\n`);
  expect(outcome).toEqual({ rows: 2, rejected: { count: 0, keys: [] } });
  expect(await mysql.query('SELECT * FROM bank.txns ORDER BY txn_id')).toEqual([
    {
      txn_id: expect.any(String),
      account_no: "409000611074'",
      date: '2017-06-29',
      transaction_details: 'text',
      chip_used: 1,
      value_date: '2017-06-30',
      withdrawal_amt: null,
      deposit_amt: '1000.50',
      balance_amt: '-1.00',
      ingested_at: '2026-01-02 03:04:05.678000',
    },
    expect.objectContaining({
      transaction_details: '',
      chip_used: null,
      value_date: null,
      balance_amt: null,
    }),
  ]);
  expect(utcMicroseconds(startedAt)).toBe('2026-01-02 03:04:05.678000');
  expect(await s3.keys(`rejected/txns/${runId()}`)).toEqual([]);
});

it('a second run appends the same rows again', async () => {
  const file = `${HEADER}\n${rowsOf(0, 2500)}`;
  await ingest(file);
  expect(await count()).toBe(2500);
  await ingest(file);
  expect(await count()).toBe(5000);
  expect(await mysql.query('SELECT COUNT(DISTINCT account_no) AS n FROM bank.txns')).toEqual([{ n: '2500' }]);
});

it('rows that cannot be taken lie in the bucket with line and reason, the others in the table', async () => {
  const file = `${HEADER}\n${row('a')}\nb,31-Feb-17,secret text,,,,,\n${row('c')}\nonly two,columns\n`;
  const { rows, rejected } = await ingest(file);
  expect(rows).toBe(2);
  const key = `rejected/txns/${runId()}.jsonl`;
  expect(rejected).toEqual({ count: 2, keys: [key], first: { line: 3, code: 'BAD_DATE', column: 'date' } });
  expect(await s3.rejections(key)).toEqual([
    {
      line: 3,
      code: 'BAD_DATE',
      reason: 'there is no such day in the month',
      column: 'date',
      raw: 'b,31-Feb-17,secret text,,,,,',
    },
    {
      line: 5,
      code: 'WRONG_COLUMN_COUNT',
      reason: 'the row has 2 columns, the header has 8',
      raw: 'only two,columns',
    },
  ]);
  expect(await count()).toBe(2);
});

it('a file of nothing but broken rows is rejected in parts of bounded size', async () => {
  async function* broken(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${HEADER}\n`);
    for (let part = 0; part < 20; part += 1) yield Buffer.from(`${'x'.repeat(500)}\n`.repeat(1000));
  }
  const { rows, rejected } = await ingest(broken());
  expect(rows).toBe(0);
  expect(rejected.count).toBe(20_000);
  const name = `rejected/txns/${runId()}`;
  expect(rejected.keys).toEqual([`${name}.jsonl`, `${name}-part-2.jsonl`, `${name}-part-3.jsonl`]);
  const found = (await s3.rejections(name)).map(({ line }) => line);
  expect(new Set(found).size).toBe(20_000);
});

describe('a file that is not what the table takes', () => {
  const rejectedBytes = async (): Promise<number> =>
    (await s3.rejections(`rejected/txns/${runId()}`)).reduce(
      (sum, rejection) => sum + JSON.stringify(rejection).length + 1,
      0,
    );

  it('of 30 MB of quotes is refused with its first lines after some thousands, not rejected line by line', async () => {
    async function* quotes(): AsyncGenerator<Buffer> {
      yield Buffer.from(`${HEADER}\n`);
      for (let part = 0; part < 480; part += 1) yield Buffer.from('"\n'.repeat(32_768));
    }
    await expect(ingest(quotes())).rejects.toMatchObject({
      code: 'SEED_UNREADABLE',
      disposition: 'halt',
      context: { table: 'txns', rejectedCount: 25_001, acceptedCount: 0 },
      message: expect.stringContaining(
        'more than half of its rows cannot be taken (25001 rejected, 0 taken so far), so the rest is not read. ' +
          'The first: line 2: WRONG_COLUMN_COUNT: the row has 1 columns, the header has 8; line 3:',
      ),
    });
    expect(await rejectedBytes()).toBeLessThan(4 * 1024 * 1024);
    expect(await count()).toBe(0);
  });
});

describe('a run that fails leaves no row', () => {
  async function* cutOff(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${HEADER}\n${rowsOf(0, 5000)}`);
    throw new Error('the transfer was cut off');
  }

  it('when the file breaks off', async () => {
    await expect(ingest(cutOff())).rejects.toThrow('the transfer was cut off');
    expect(await count()).toBe(0);
  });

  it('when the header is wrong', async () => {
    await expect(ingest('a,b\n1,2\n')).rejects.toMatchObject({ code: 'SEED_UNREADABLE' });
    expect(await count()).toBe(0);
  });

  it('when the server refuses a row, and the message does not show the row', async () => {
    await mysql.query('ALTER TABLE bank.txns ADD CONSTRAINT no_z CHECK (account_no <> "zzz-secret")');
    const failure = await ingest(`${HEADER}\n${rowsOf(0, 3000)}${row('zzz-secret')}\n`).catch(
      (error) => error,
    );
    await mysql.query('ALTER TABLE bank.txns DROP CONSTRAINT no_z');
    expect(failure).toMatchObject({ code: 'SOURCE_REFUSED', disposition: 'halt' });
    expect(`${failure.message}${failure.stack}${JSON.stringify(failure)}`).not.toContain('zzz-secret');
    expect(await count()).toBe(0);
  });

  it('when rejected rows cannot be written', async () => {
    const rejected = s3.rejectedFile('txns', 'x'.repeat(2000));
    const failure = await ingest(`${HEADER}\n${row('a')}\nbroken\n`, { rejected }).catch((error) => error);
    expect(failure).toMatchObject({ code: 'REJECTED_UNWRITTEN', disposition: 'retry' });
    expect(await count()).toBe(0);
  });

  it('when the connection is killed between two INSERTs', async () => {
    async function* killing(): AsyncGenerator<Buffer> {
      yield Buffer.from(`${HEADER}\n${rowsOf(0, 3000)}`);
      const [session] = await mysql.query(
        "SELECT ID AS id FROM INFORMATION_SCHEMA.PROCESSLIST WHERE USER = 'cdc_ingest'",
      );
      await mysql.query(`KILL ${session?.id}`);
      yield Buffer.from(rowsOf(3000, 6000));
    }
    await expect(ingest(killing())).rejects.toMatchObject({
      code: 'SOURCE_UNAVAILABLE',
      disposition: 'retry',
    });
    expect(await count()).toBe(0);
  });
});

it('while MySQL is busy, the file is not read on', async () => {
  let chunksRead = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    yield Buffer.from(`${HEADER}\n`);
    for (; chunksRead < 100; chunksRead += 1) {
      yield Buffer.from(rowsOf(chunksRead * 1000, (chunksRead + 1) * 1000));
    }
  }
  const waiting =
    "SELECT COUNT(*) AS n FROM INFORMATION_SCHEMA.PROCESSLIST WHERE USER = 'cdc_ingest' AND STATE LIKE 'Waiting%'";
  const run = await withMysqlConnection(
    mysql.admin,
    async (locker) => {
      await locker.query('LOCK TABLES bank.txns WRITE');
      // In an object: a promise returned as such would be awaited here, behind the lock.
      const started = { outcome: ingest(endless()) };
      await waitUntil(async () => Number((await mysql.query(waiting))[0]?.n) === 1, {
        what: 'the INSERT to wait for the lock',
        timeoutMs: 20_000,
      });
      expect(chunksRead).toBeLessThan(5);
      await locker.query('UNLOCK TABLES');
      return started;
    },
    { ca: mysql.ca },
  );
  expect(await run.outcome).toMatchObject({ rows: 100_000 });
  expect(await count()).toBe(100_000);
});

it('any text and any amount that a column holds is in MySQL exactly as in the file', async () => {
  const text = fc.oneof(
    fc.string({ unit: fc.constantFrom('"', ',', '\n', '\r', '\\', "'", '%', '?', ' ', 'é', '😀', '\ufeff') }),
    fc.string({ unit: 'grapheme' }).map((given) => given.replaceAll('\0', '')),
  );
  const amount = fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(text, amount), { minLength: 1, maxLength: 100 }), async (given) => {
      await mysql.query('DELETE FROM bank.txns');
      const expected = given.map(([details, hundredths]) => ({ details, amount: asAmount(hundredths) }));
      const lines = expected.map(
        (one) => `a,29-Jun-17,"${one.details.replaceAll('"', '""')}",,,,,${one.amount}\n`,
      );
      await ingest(`${HEADER}\n${lines.join('')}`);
      expect(
        await mysql.query(
          'SELECT transaction_details AS details, balance_amt AS amount FROM bank.txns ORDER BY txn_id',
        ),
      ).toEqual(expected);
    }),
    { numRuns: 15 },
  );
});

function asAmount(hundredths: bigint): string {
  const digits = (hundredths < 0n ? -hundredths : hundredths).toString().padStart(3, '0');
  return `${hundredths < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
