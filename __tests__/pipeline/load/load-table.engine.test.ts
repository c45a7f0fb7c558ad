import { gzipSync } from 'node:zlib';
import { ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import type { DynamoDBRecord } from 'aws-lambda';
import fc from 'fast-check';
import { BatchStore } from '../../../pipeline/load/batch-store';
import type { LoadPorts } from '../../../pipeline/load/load-ports';
import { loadTable, type TableLoad } from '../../../pipeline/load/load-table';
import { stageRecords } from '../../../pipeline/stage/stage-records';
import { writeStagedFile } from '../../../pipeline/stage/write-staged-file';
import { TRADES } from '../../../pipeline/tables';
import { DataApi, type FinishedStatement } from '../../../pipeline/warehouse/data-api';
import { statementError } from '../../../pipeline/warehouse/statement-error';
import { expectedRows, history, recordOf } from '../../support/changes';
import { streamRecord, TRADES_SOURCE } from '../../support/stream-records';
import { BUCKET, startWarehouseBed, type WarehouseBed } from '../../support/warehouse-bed';

let bed: WarehouseBed;

beforeAll(async () => {
  bed = await startWarehouseBed({ tables: [TRADES] });
});

afterAll(() => bed.stop());

beforeEach(async () => {
  await bed.dataApi.executeBatch([
    'DELETE FROM market.trades',
    'DELETE FROM cdc.trades_tombstones',
    'DELETE FROM cdc.load_ledger',
  ]);
  for (const key of await list('')) await bed.store.remove(key);
});

const commit = {
  copyRoleArn: 'arn:aws:iam::123456789012:role/cdc-dev-copy',
  tombstoneDays: 30,
  maxTries: 3,
  pause: async () => {},
};

function load(ports: Partial<LoadPorts> = {}, maxFiles = 100): Promise<TableLoad> {
  const all = { dataApi: bed.dataApi, store: bed.store, commit, ...ports };
  return loadTable(all, TRADES, { limits: { maxFiles, maxBytes: 1e9 }, remainingMs: () => 60_000 });
}

async function stage(records: readonly DynamoDBRecord[]): Promise<void> {
  const { failures } = await stageRecords(records, {
    tables: TRADES_SOURCE,
    writeFile: (file) => writeStagedFile(bed.s3, BUCKET, file),
  });
  expect(failures).toEqual([]);
}

async function list(prefix: string): Promise<string[]> {
  const listed = await bed.s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
  return (listed.Contents ?? []).map(({ Key }) => Key ?? '');
}

async function targetRows(): Promise<string[]> {
  const rows = await bed.dataApi.readRows(
    'SELECT id, CAST(price AS VARCHAR) AS price, _cdc_digest FROM market.trades',
  );
  return rows
    .map(({ id, price, _cdc_digest }) => `${id}|${price === null ? null : Number(price)}|${_cdc_digest}`)
    .sort();
}

const ledgerBatches = (): Promise<unknown> =>
  bed.dataApi.readRows('SELECT batch_id, COUNT(*) AS entries FROM cdc.load_ledger GROUP BY batch_id');

const trade = (sequence: number, id: string, price?: string): DynamoDBRecord =>
  streamRecord({ sequence, id, ...(price === undefined ? {} : { after: { price: { N: price } } }) });

it('staged inserts, updates and deletes become live rows, tombstones and one ledger entry', async () => {
  await stage([trade(1, 'a', '1.5'), trade(2, 'b', '2'), trade(3, 'a', '1.75')]);
  await stage([trade(4, 'b')]);
  expect(await load()).toMatchObject({
    table: 'trades',
    files: 2,
    rows: 4,
    upserted: 1,
    deleted: 1,
    rejected: [],
    newestChangedAtMs: 1_700_000_000_000,
  });
  expect(await targetRows()).toEqual([expect.stringMatching(/^a\|1\.75\|/)]);
  expect(await bed.dataApi.readRows('SELECT id FROM cdc.trades_tombstones')).toEqual([{ id: 'b' }]);
  expect(await list('incoming/')).toEqual([]);
  expect(await list('manifests/')).toEqual([]);
  expect(await list('loaded/trades/')).toHaveLength(2);
});

it('nothing to load is no error and writes nothing', async () => {
  expect(await load()).toMatchObject({ files: 0, rows: 0, lastBatchId: undefined });
  expect(await ledgerBatches()).toEqual([]);
});

it('batches are kept to their limit, and all of them are loaded in one run', async () => {
  for (let sequence = 1; sequence <= 5; sequence++) await stage([trade(sequence, `k${sequence}`, '1')]);
  expect(await load({}, 2)).toMatchObject({ files: 5, rows: 5 });
  expect(await ledgerBatches()).toHaveLength(3);
});

it('an older change never replaces a newer one, and never brings back a deleted item', async () => {
  await stage([trade(5, 'a', '5'), trade(6, 'b')]);
  await load();
  await stage([trade(1, 'a', '1'), trade(2, 'b', '2'), trade(3, 'a')]);
  expect(await load()).toMatchObject({ rows: 3, upserted: 0, deleted: 0 });
  expect(await targetRows()).toEqual([expect.stringMatching(/^a\|5\|/)]);
  await stage([trade(7, 'b', '7')]);
  await load();
  expect(await targetRows()).toEqual([expect.stringMatching(/^a\|5\|/), expect.stringMatching(/^b\|7\|/)]);
  expect(await bed.dataApi.readRows('SELECT id FROM cdc.trades_tombstones')).toEqual([]);
});

it('a tombstone expires by the time it was written', async () => {
  await stage([trade(1, 'a'), trade(2, 'b')]);
  await load();
  await bed.dataApi.execute(
    "UPDATE cdc.trades_tombstones SET recorded_at = GETDATE() - INTERVAL '31 days' WHERE id = 'a'",
  );
  await stage([trade(3, 'c', '1')]);
  await load();
  expect(await bed.dataApi.readRows('SELECT id FROM cdc.trades_tombstones')).toEqual([{ id: 'b' }]);
});

it('a delivery that comes again after its load changes nothing', async () => {
  const delivery = [trade(1, 'a', '1'), trade(2, 'b', '2'), trade(3, 'b')];
  await stage(delivery);
  await load();
  const rows = await targetRows();
  await stage(delivery);
  await load();
  expect(await targetRows()).toEqual(rows);
  expect(await list('incoming/')).toEqual([]);
  expect(await ledgerBatches()).toHaveLength(1);
});

it('any partition into files and batches, in any order and with duplicates, ends with the same target', async () => {
  const split = fc.array(fc.nat(3), { minLength: 12, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(history, split, fc.nat(3), async (changes, files, twice) => {
      await bed.dataApi.executeBatch([
        'DELETE FROM market.trades',
        'DELETE FROM cdc.trades_tombstones',
        'DELETE FROM cdc.load_ledger',
      ]);
      // The number of a change's file says in which load it comes; file `twice` comes at the end once more.
      for (const file of [3, 1, 0, 2, twice]) {
        const part = changes.filter((_, index) => files[index] === file);
        const half = Math.floor(part.length / 2);
        for (const records of [part.slice(half), part.slice(0, half), part].filter(
          ({ length }) => length > 0,
        )) {
          await stage(records.map(recordOf));
        }
        await load();
      }
      expect(await targetRows()).toEqual(expectedRows(changes));
    }),
    { numRuns: 8, endOnFailure: true },
  );
});

class Stopped extends Error {}

/** Stops, as a killed function does, before the named call; counts down for calls that come several times. */
function stoppingStore(step: 'moveToLoaded' | 'remove' | 'writeText', afterCalls = 0): BatchStore {
  const store = new BatchStore(bed.s3, BUCKET);
  let calls = 0;
  const original = store[step].bind(store) as (...given: unknown[]) => Promise<void>;
  Object.assign(store, {
    [step]: async (...given: unknown[]): Promise<void> => {
      if (calls++ >= afterCalls) throw new Stopped(step);
      await original(...given);
    },
  });
  return store;
}

class StoppingDataApi extends DataApi {
  override async executeBatch(): Promise<FinishedStatement> {
    throw new Stopped('executeBatch');
  }
}

describe('a run that is stopped', () => {
  const records = [trade(1, 'a', '1'), trade(2, 'b', '2'), trade(3, 'a')];
  const resume = async (): Promise<void> => {
    await load();
    expect(await targetRows()).toEqual([expect.stringMatching(/^b\|2\|/)]);
    expect(await list('incoming/')).toEqual([]);
    expect(await list('manifests/')).toEqual([]);
    expect(await list('loaded/trades/')).toHaveLength(records.length);
    expect(await ledgerBatches()).toMatchObject([{ entries: '1' }]);
  };

  beforeEach(async () => {
    for (const record of records) await stage([record]);
  });

  it('before the manifest is written is resumed to the same end', async () => {
    await expect(load({ store: stoppingStore('writeText') })).rejects.toThrow(Stopped);
    await resume();
  });

  it('after the manifest is written is resumed with the same batch, even when new files arrived', async () => {
    await expect(load({ dataApi: new StoppingDataApi(bed.dataApiOptions) })).rejects.toThrow(Stopped);
    const [manifest] = await list('manifests/');
    expect(manifest).toMatch(/^manifests\/trades\/[0-9a-f]{32}\.json$/);
    await resume();
    const [entry] = await bed.dataApi.readRows('SELECT manifest FROM cdc.load_ledger');
    expect(entry).toEqual({ manifest });
  });

  it('after the commit, before the files are moved, is resumed without loading again', async () => {
    await expect(load({ store: stoppingStore('moveToLoaded') })).rejects.toThrow(Stopped);
    expect(await list('incoming/')).toHaveLength(records.length);
    await resume();
  });

  it.each([1, 2])(
    'in the middle of the move, after %i deletions, is resumed to the same end',
    async (calls) => {
      await expect(load({ store: stoppingStore('remove', calls) })).rejects.toThrow(Stopped);
      await resume();
    },
  );

  it('before the manifest is deleted is resumed to the same end', async () => {
    await expect(load({ store: stoppingStore('remove', records.length) })).rejects.toThrow(Stopped);
    expect(await list('incoming/')).toEqual([]);
    await resume();
  });

  it('while its transaction runs is waited for by the next run', async () => {
    const impatient = new DataApi({ ...bed.dataApiOptions, remainingMs: shrinking() });
    await expect(load({ dataApi: impatient })).rejects.toMatchObject({ code: 'LOAD_TIMED_OUT' });
    await resume();
  });
});

/** Enough time for the questions before the transaction, none for its end. */
function shrinking(): () => number {
  let waits = 0;
  return () => (waits++ < 1 ? 60_000 : 1_000);
}

it('a conflict with another transaction is retried under a new token', async () => {
  await stage([trade(1, 'a', '1')]);
  const tokens: (string | undefined)[] = [];
  class Conflicting extends DataApi {
    override async executeBatch(...[sqls, options]: Parameters<DataApi['executeBatch']>) {
      tokens.push(options?.clientToken);
      if (tokens.length < 3) {
        const verdict = { code: 'WAREHOUSE_BUSY', disposition: 'retry' } as const;
        throw statementError({ id: 'x', name: options?.name ?? '', text: 'ERROR: 1023', verdict });
      }
      return super.executeBatch(sqls, options);
    }
  }
  expect(await load({ dataApi: new Conflicting(bed.dataApiOptions) })).toMatchObject({ upserted: 1 });
  expect(new Set(tokens).size).toBe(3);
});

it('two runs at once load every file exactly once', async () => {
  for (let sequence = 1; sequence <= 6; sequence++)
    await stage([trade(sequence, `k${sequence % 2}`, `${sequence}`)]);
  await Promise.allSettled([load({}, 3), load({}, 3)]);
  await load();
  expect(await targetRows()).toEqual([expect.stringMatching(/^k0\|6\|/), expect.stringMatching(/^k1\|5\|/)]);
  expect(await list('incoming/')).toEqual([]);
});

const good =
  '{"_cdc_operation":"insert","_cdc_version":"1","_cdc_changed_at":"2026-01-01 00:00:00.000000","_cdc_digest":"d","id":"x"}\n';

it.each<[string, Buffer, string]>([
  [
    'no gzip at all',
    Buffer.from('this is not a gzip file'),
    'Failed to decompress the file with GZIP: Error: incorrect header check',
  ],
  [
    'a gzip file that was cut',
    gzipSync(Buffer.from(good.repeat(500))).subarray(0, 60),
    'Failed to decompress the file with GZIP: Error: unexpected end of file',
  ],
  [
    'lines that are no JSON',
    gzipSync('{"_cdc_operation":"insert",\n'),
    'Invalid JSON format. String value or object is malformed',
  ],
  [
    'a number where its column has no room',
    gzipSync(good.replace('"id"', '"price":"1e60","id"')),
    'Numeric overflow, Type: Decimal(38,12)',
  ],
  [
    'text longer than its column',
    gzipSync(good.replace('"x"', `"${'x'.repeat(2049)}"`)),
    'String length exceeds DDL length',
  ],
  [
    'a row without a key',
    gzipSync(good.replace('"id":"x"', '"ticker":"x"')),
    'Missing data for not-null field',
  ],
])('a file with %s is rejected with a reason while the rest is loaded', async (_what, body, expected) => {
  await stage([trade(1, 'a', '1')]);
  await stage([trade(2, 'b', '2')]);
  const poison = 'incoming/trades/poison/1-2.json.gz';
  await bed.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: poison, Body: body }));
  const loaded = await load();
  expect(loaded.rejected.map(({ key }) => key)).toEqual([poison]);
  expect(loaded).toMatchObject({ rows: 2, upserted: 2 });
  expect(await targetRows()).toHaveLength(2);
  expect(await list('incoming/')).toEqual([]);
  expect(await list('manifests/')).toEqual([]);
  expect(await list('rejected/')).toEqual([
    'rejected/trades/files/poison/1-2.json.gz',
    'rejected/trades/files/poison/1-2.json.gz.reason.json',
  ]);
  const reason = JSON.parse(await bed.store.readText('rejected/trades/files/poison/1-2.json.gz.reason.json'));
  expect(reason).toMatchObject({ file: poison, reason: expect.stringContaining(expected) });
});

/** A line as the stage function writes it; `change` takes it apart. */
function line(change: Readonly<Record<string, string | null | undefined>>): string {
  return JSON.stringify({
    _cdc_operation: 'insert',
    _cdc_version: '1'.padStart(40, '0'),
    _cdc_changed_at: '2026-01-01 00:00:00.000000',
    _cdc_digest: 'd'.repeat(64),
    id: 'odd',
    item: null,
    ...change,
  });
}

const refused: readonly [string, string, { readonly line: string | null; readonly column: string | null }][] =
  [
    ['no-version', line({ _cdc_version: undefined }), { line: '2', column: '_cdc_version' }],
    ['word-version', line({ _cdc_version: 'x'.repeat(40) }), { line: '2', column: '_cdc_version' }],
    ['no-digest', line({ _cdc_digest: undefined }), { line: '2', column: '_cdc_digest' }],
    ['no-time', line({ _cdc_changed_at: undefined }), { line: '2', column: '_cdc_changed_at' }],
    ['word-time', line({ _cdc_changed_at: 'yesterday' }), { line: '2', column: '_cdc_changed_at' }],
    [
      'delete-without-time',
      line({ _cdc_operation: 'delete', _cdc_changed_at: undefined }),
      { line: '2', column: '_cdc_changed_at' },
    ],
    ['no-such-day', line({ traded_at: '2024-13-45' }), { line: '2', column: 'traded_at' }],
    ['upsert', line({ _cdc_operation: 'upsert' }), { line: '2', column: '_cdc_operation' }],
    ['DELETE', line({ _cdc_operation: 'DELETE' }), { line: '2', column: '_cdc_operation' }],
    ['no-operation', line({ _cdc_operation: undefined }), { line: '2', column: '_cdc_operation' }],
  ];

it('each file that COPY takes and the merge refuses is rejected with its reason, and the rest is loaded', async () => {
  for (let sequence = 1; sequence <= 3; sequence++) await stage([trade(sequence, `k${sequence}`, '1')]);
  for (const [name, odd] of refused) {
    await bed.store.writeBytes(
      `incoming/trades/odd/${name}.json.gz`,
      gzipSync(`${line({ id: 'fine' })}\n${odd}\n`),
    );
  }
  await bed.store.writeBytes('incoming/trades/odd/empty.json.gz', Buffer.alloc(0));
  const loaded = await load();
  expect(loaded).toMatchObject({ files: 3, rows: 3 });
  expect(await targetRows()).toHaveLength(3);
  expect(await list('incoming/')).toEqual([]);
  expect(await list('manifests/trades/')).toEqual([]);
  const rejected = new Map(loaded.rejected.map(({ key, line: at, column }) => [key, { line: at, column }]));
  expect(rejected).toEqual(
    new Map([
      ...refused.map(([name, , where]) => [`incoming/trades/odd/${name}.json.gz`, where] as const),
      ['incoming/trades/odd/empty.json.gz', { line: null, column: null }],
    ]),
  );
  const reason = await bed.store.readText('rejected/trades/files/odd/upsert.json.gz.reason.json');
  expect(JSON.parse(reason)).toMatchObject({
    reason: expect.stringContaining('_cdc_operation must be insert, update or delete'),
  });
  expect(JSON.stringify(loaded.rejected)).not.toContain('yesterday');
});

it('objects under incoming/ that are of no table are moved and named, and do not hold up a load', async () => {
  await stage([trade(1, 'a', '1')]);
  const strange = ['incoming/lost.json.gz', 'incoming/quotes/x/1-2.json.gz', 'incoming/.DS_Store'];
  for (const key of strange) await bed.store.writeBytes(key, gzipSync(good));
  const moved = await bed.store.rejectStrange(['trades']);
  expect(moved.map(({ key }) => key).sort()).toEqual([...strange].sort());
  expect(await load()).toMatchObject({ rows: 1, rejected: [] });
  expect(await list('incoming/')).toEqual([]);
  expect(await list('rejected/not-staged/')).toEqual(
    strange
      .map((key) => key.replace('incoming/', 'rejected/not-staged/'))
      .flatMap((key) => [key, `${key}.reason.json`])
      .sort(),
  );
});

describe('a backfill', () => {
  const base = 1_700_000_000;
  const runId = `0000${base * 1000}000`;
  /** One change of the stream, so many seconds before or after the backfill's beginning. */
  const change = (sequence: number, id: string, seconds: number, price?: string): DynamoDBRecord =>
    streamRecord({
      sequence,
      id,
      at: base + seconds,
      ...(price === undefined ? {} : { after: { price: { N: price } } }),
    });
  const scanned = (id: string, price: string): string =>
    JSON.stringify({
      _cdc_operation: 'insert',
      _cdc_version: runId,
      _cdc_changed_at: new Date(base * 1000).toISOString().replace('T', ' ').replace('Z', '000'),
      _cdc_digest: 'd'.repeat(64),
      id,
      price,
      item: null,
    });
  const writeScan = async (name: string, ...lines: readonly string[]): Promise<void> => {
    const text = lines.map((each) => `${each}\n`).join('');
    await bed.store.writeBytes(`incoming/trades/backfill-${runId}/${name}.json.gz`, gzipSync(text));
  };
  const writeEnd = (): Promise<void> =>
    bed.store.writeText(`incoming/trades/backfill-${runId}/end.json`, '{}\n');
  const prices = async (): Promise<Record<string, number>> => {
    const rows = await bed.dataApi.readRows('SELECT id, CAST(price AS VARCHAR) AS price FROM market.trades');
    return Object.fromEntries(rows.map(({ id, price }) => [id ?? '', Number(price)]));
  };

  it('brings what the stream lost, never over a newer row, and deletes what is gone', async () => {
    await stage([
      change(1, 'lost-update', -9000, '1'),
      change(2, 'gone', -9000, '1'),
      change(3, 'newer', 10, '5'),
      change(4, 'deleted-after', -50, '1'),
      change(5, 'deleted-after', 20),
      change(6, 'put-again', -60),
    ]);
    await load();
    await writeScan('0-a', scanned('lost-update', '2'), scanned('never-seen', '3'), scanned('newer', '4'));
    await writeScan('1-b', scanned('deleted-after', '1'), scanned('put-again', '6'));
    await writeEnd();
    // An older change that was under way, and a newer one, come after the scan was loaded.
    expect(await load()).toMatchObject({ rejected: [], deleted: 1 });
    const after = { 'lost-update': 2, 'never-seen': 3, newer: 5, 'put-again': 6 };
    expect(await prices()).toEqual(after);
    await stage([
      change(7, 'never-seen', -5, '1'),
      change(8, 'lost-update', 30, '9'),
      change(9, 'gone', -8000, '1'),
    ]);
    await load();
    expect(await prices()).toEqual({ ...after, 'lost-update': 9 });
    expect(await bed.dataApi.readRows('SELECT id FROM cdc.trades_tombstones ORDER BY id')).toEqual([
      { id: 'deleted-after' },
      { id: 'gone' },
    ]);
    expect(await list('incoming/')).toEqual([]);
    await stage([change(10, 'gone', 40, '7')]);
    await load();
    expect(await prices()).toMatchObject({ gone: 7 });
  });

  it('of which a file was rejected takes nothing for deleted', async () => {
    await stage([change(1, 'a', -9000, '1'), change(2, 'b', -9000, '1')]);
    await load();
    await writeScan('0-a', scanned('a', '2'));
    await writeScan('1-b', scanned('b', 'no number'));
    await writeEnd();
    const { rejected } = await load();
    expect(rejected.map(({ key }) => key.split('/').at(-1)).sort()).toEqual(['1-b.json.gz', 'end.json']);
    expect(await prices()).toEqual({ a: 2, b: 1 });
    expect(await list('incoming/')).toEqual([]);
  });

  it('of a table that was created again: its new stream is newer, whatever its numbers and roundings', async () => {
    await stage([change(900, 'kept', -5, '1'), change(901, 'gone', -5, '1')]);
    await load();
    const again = (sequence: number, id: string, seconds: number, price: string): DynamoDBRecord => ({
      ...change(sequence, id, seconds, price),
      eventSourceARN: `arn:aws:dynamodb:eu-central-1:123456789012:table/cdc-dev-trades/stream/${new Date(base * 1000).toISOString().slice(0, 23)}`,
    });
    // Rounded to before the stream was made.
    await stage([again(1, 'kept', -30, '2'), again(2, 'new', -30, '3')]);
    await load();
    expect(await prices()).toEqual({ kept: 2, new: 3, gone: 1 });
    await writeScan('0-a', scanned('kept', '2'), scanned('new', '3'));
    await writeEnd();
    await load();
    expect(await prices()).toEqual({ kept: 2, new: 3 });
    await stage([again(3, 'kept', 5, '4')]);
    await load();
    expect(await prices()).toEqual({ kept: 4, new: 3 });
  });
});

it('a file that a person removed does not hold up the others of its batch', async () => {
  await stage([trade(1, 'a', '1')]);
  await stage([trade(2, 'b', '2')]);
  await expect(load({ dataApi: new StoppingDataApi(bed.dataApiOptions) })).rejects.toThrow(Stopped);
  const [first] = await list('incoming/');
  await bed.store.remove(first ?? '');
  await load();
  expect(await targetRows()).toHaveLength(1);
  expect(await list('incoming/')).toEqual([]);
  expect(await list('manifests/')).toEqual([]);
});
