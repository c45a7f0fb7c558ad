/** Files that cannot be loaded: each is rejected with its reason, and the others are loaded. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { BUCKET } from '../../support/warehouse-bed';
import { commit, trade, useLoadBed } from './load-bed';

const bed = useLoadBed();
const { load, stage, list, targetRows } = bed;

/** Named as staging names them, so that COPY is the first to read them. */
const stagedKey = (token: string): string =>
  `incoming/trades/${token.padStart(16, '0')}/${'1'.repeat(40)}-${'2'.repeat(40)}.json.gz`;

const good =
  '{"_cdc_operation":"insert","_cdc_version":"0000000000000000000000000000000000000001","_cdc_changed_at":"2026-01-01 00:00:00.000000","_cdc_digest":"d","id":"x"}\n';

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
    'a gzip file whose checksum is wrong',
    gzipSync(good).map((byte, at, { length }) => (at === length - 6 ? byte ^ 255 : byte)) as Buffer,
    'Failed to decompress the file with GZIP: Error: incorrect data check',
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
  ['a line that is a list', gzipSync('[1, 2]\n'), 'Member is not an object'],
  [
    'bytes that are no UTF-8',
    gzipSync(
      Buffer.from(good.replace('"x"', '"x\u0001"')).map((byte) => (byte === 1 ? 255 : byte)) as Buffer,
    ),
    'invalid or unsupported UTF8',
  ],
  [
    'a number that SUPER has no room for',
    gzipSync(good.replace('"id"', '"item":{"a":1e400},"id"')),
    'Numeric overflow in a SUPER value',
  ],
  [
    'half a surrogate pair',
    gzipSync(good.replace('"id"', '"ticker":"\\ud800","id"')),
    'invalid or unsupported UTF8',
  ],
  ['a word where a number belongs', gzipSync(good.replace('"id"', '"price":"NaN","id"')), 'Invalid digit'],
  [
    'a row without a key',
    gzipSync(good.replace('"id":"x"', '"ticker":"x"')),
    'Missing data for not-null field',
  ],
])('a file with %s is rejected with a reason while the rest is loaded', async (_what, body, expected) => {
  await stage([trade(1, 'a', '1')]);
  await stage([trade(2, 'b', '2')]);
  const poison = stagedKey('bad');
  const rejectedAs = poison.replace('incoming/trades/', 'rejected/trades/files/');
  await bed.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: poison, Body: body }));
  const loaded = await load();
  expect(loaded.rejected.map(({ key }) => key)).toEqual([poison]);
  expect(loaded).toMatchObject({ rows: 2, upserted: 2 });
  expect(await targetRows()).toHaveLength(2);
  expect(await list('incoming/')).toEqual([]);
  expect(await list('manifests/')).toEqual([]);
  expect(await list('rejected/')).toEqual([rejectedAs, `${rejectedAs}.reason.json`]);
  const reason = JSON.parse(await bed.store.readText(`${rejectedAs}.reason.json`));
  expect(reason).toMatchObject({ file: poison, reason: expect.stringContaining(expected) });
});

/** A line as the stage function writes it; `change` takes it apart. */
function line(change: Readonly<Record<string, string | number | null | undefined>>): string {
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
    ['short-version', line({ _cdc_version: '7' }), { line: '2', column: '_cdc_version' }],
    ['backfill-version', line({ _cdc_version: '7'.repeat(20) }), { line: '2', column: '_cdc_version' }],
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
    ['time-number', line({ traded_at: 5 }), { line: '2', column: 'traded_at' }],
    ['word-stream', line({ _cdc_stream_at: 'soon' }), { line: '2', column: '_cdc_stream_at' }],
    ['no-operation', line({ _cdc_operation: undefined }), { line: '2', column: '_cdc_operation' }],
  ];

it('each file that COPY takes and the merge refuses is rejected with its reason, and the rest is loaded', async () => {
  for (let sequence = 1; sequence <= 3; sequence++) await stage([trade(sequence, `k${sequence}`, '1')]);
  const keys = refused.map(([name], at) => [name, stagedKey(String(at))] as const);
  for (const [at, [, odd]] of refused.entries())
    await bed.store.writeBytes(stagedKey(String(at)), gzipSync(`${line({ id: 'fine' })}\n${odd}\n`));
  const empty = 'incoming/trades/odd/empty.json.gz';
  await bed.store.writeBytes(empty, Buffer.alloc(0));
  const loaded = await load();
  expect(loaded).toMatchObject({ files: 3, rows: 3 });
  expect(await targetRows()).toHaveLength(3);
  expect(await list('incoming/')).toEqual([]);
  expect(await list('manifests/trades/')).toEqual([]);
  const rejected = new Map(loaded.rejected.map(({ key, line: at, column }) => [key, { line: at, column }]));
  expect(rejected).toEqual(
    new Map([
      ...refused.map(([, , where], at) => [stagedKey(String(at)), where] as const),
      [empty, { line: null, column: null }],
    ]),
  );
  const upsert = new Map(keys).get('upsert')?.replace('incoming/trades/', 'rejected/trades/files/');
  const reason = await bed.store.readText(`${upsert}.reason.json`);
  expect(JSON.parse(reason)).toMatchObject({
    reason: expect.stringContaining('_cdc_operation must be insert, update or delete'),
  });
  expect(JSON.stringify(loaded.rejected)).not.toContain('yesterday');
});

it('objects under incoming/ that are of no table are moved and named, and do not hold up a load', async () => {
  await stage([trade(1, 'a', '1')]);
  const strange = [
    'incoming/lost.json.gz',
    'incoming/quotes/x/1-2.json.gz',
    'incoming/.DS_Store',
    'incoming/Trades/ü %25/x',
  ];
  for (const key of strange) await bed.store.writeBytes(key, gzipSync(good));
  const moved = await bed.store.rejectStrange(['trades']);
  expect(moved.map(({ key }) => key).sort()).toEqual([...strange].sort());
  expect(await load()).toMatchObject({ rows: 1, rejected: [] });
  expect(await list('incoming/')).toEqual([]);
  const tooLong = `incoming/${'x'.repeat(1015)}`;
  await bed.store.writeText(tooLong, '');
  const [{ movedTo = '' } = {}] = await bed.store.rejectStrange(['trades']);
  expect(JSON.parse(await bed.store.readText(`${movedTo}.reason.json`))).toMatchObject({ file: tooLong });
  for (const key of [movedTo, `${movedTo}.reason.json`]) await bed.store.remove(key);
  expect(await list('rejected/not-staged/')).toEqual(
    strange
      .map((key) => key.replace('incoming/', 'rejected/not-staged/'))
      .flatMap((key) => [key, `${key}.reason.json`])
      .sort(),
  );
});

it('files of any name are read before they are loaded: good ones are, each bad one is rejected with its line and column', async () => {
  await stage([trade(1, 'a', '1')]);
  const folder = 'incoming/trades/';
  const long = `${'very long/'.repeat(100)}name`;
  const good = ['by hand/50%25 + ü.json.gz', 'no extension', '%2e%2e/x', 'a&b<c>"d\'', "it's+1 file"];
  const bad: readonly (readonly [string, string | Buffer, string | null])[] = [
    ['a key of a number', line({ id: 5 }), 'id'],
    ['twice.json.gz', line({}).replace('{', '{"id":"other",'), 'id'],
    [
      'deep.json.gz',
      line({}).replace('"item":null', `"item":${'['.repeat(9_999)}${']'.repeat(9_999)}`),
      null,
    ],
    ['huge 1e400.json.gz', line({}).replace('"item":null', '"item":{"a":1e400}'), 'item'],
    ['bom', `\ufeff${line({})}`, null],
    [long.slice(0, 1024 - folder.length), line({ _cdc_version: '7' }), '_cdc_version'],
    ['bomb', Buffer.alloc(65 * 1024 * 1024, '\n'), null],
  ];
  for (const name of good) await bed.store.writeBytes(folder + name, gzipSync(`${line({ id: name })}\n`));
  for (const [name, body] of bad) await bed.store.writeBytes(folder + name, gzipSync(body));
  await bed.store.writeText('manifests/trades/damaged.json', '');
  const { rejected, ...loaded } = await load();
  expect(loaded).toMatchObject({ files: 1 + good.length, rows: 1 + good.length, upserted: 1 + good.length });
  expect(new Map(rejected.map(({ key, column }) => [key, column]))).toEqual(
    new Map([
      ...bad.map(([name, , column]) => [folder + name, column] as const),
      ['manifests/trades/damaged.json', null],
    ]),
  );
  expect(await list('incoming/')).toEqual([]);
  expect(await list('manifests/trades/')).toEqual([]);
  const names = (await list('rejected/')).filter((key) => key.endsWith('.reason.json'));
  const files = await Promise.all(names.map(async (key) => JSON.parse(await bed.store.readText(key)).file));
  expect(files.sort()).toEqual(rejected.map(({ key }) => key).sort());
});

it('a rejected file that is put back after 31 days, or on the last day of its life, revives no item that was deleted meanwhile', async () => {
  const { load: loading, objects } = JSON.parse(readFileSync('cdktf.json', 'utf8')).context;
  expect(loading.tombstoneDays).toBeGreaterThan(objects.rejectedDays);
  for (const days of [31, objects.rejectedDays]) {
    await bed.empty();
    await stage([trade(1, 'deleted', '1'), trade(2, 'kept', '1')]);
    const [waiting = ''] = await list('incoming/');
    const rejected = await bed.store.reject(waiting, { reason: 'a target that was narrower then' });
    await stage([trade(3, 'deleted')]);
    await load();
    await bed.dataApi.execute(
      `UPDATE cdc.trades_tombstones SET recorded_at = GETDATE() - INTERVAL '${days} days'`,
    );
    await bed.store.writeBytes(waiting, await bed.store.readBytes(rejected));
    const put = { copyRoleArn: commit.copyRoleArn, maxTries: 1, pause: commit.pause };
    await load({ commit: { ...put, tombstoneDays: loading.tombstoneDays } });
    expect(await targetRows()).toEqual([expect.stringMatching(/^kept\|/)]);
  }
});
