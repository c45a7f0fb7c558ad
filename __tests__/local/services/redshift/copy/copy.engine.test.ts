import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import type { WarehouseSession } from '../../../../../local/runtime/ports/warehouse';
import { copyOf, MANIFEST, openBed, rowsOf, runAll, singleValue, type WarehouseBed } from '../twin-bed';

let bed: WarehouseBed;
let session: WarehouseSession;

beforeAll(async () => {
  bed = await openBed();
});

beforeEach(async () => {
  bed.objects.clear();
  session = await bed.warehouse.openSession();
  await runAll(
    session,
    'DROP TABLE IF EXISTS t',
    `CREATE TABLE t (id BIGINT NOT NULL, v VARCHAR(5), n DECIMAL(10,2), made TIMESTAMP, day DATE, flag BOOLEAN, item SUPER, kind VARCHAR(9) DEFAULT 'none')`,
  );
});

afterEach(() => session.close());
afterAll(() => bed.close());

const lines = (...objects: readonly unknown[]): string =>
  `${objects.map((object) => JSON.stringify(object)).join('\n')}\n`;
const rows = (): Promise<unknown> => rowsOf(session, 'SELECT id FROM t ORDER BY id');
const lastError = async (): Promise<unknown> =>
  (
    await rowsOf(
      session,
      'SELECT TRIM(file_name), line_number, TRIM(column_name), error_code, TRIM(error_message) FROM sys_load_error_detail ORDER BY query_id DESC LIMIT 1',
    )
  )[0];

it('loads all files of the manifest, exactly', async () => {
  bed.putBatch({
    'one.gz': lines({
      id: '1',
      v: 'äö',
      n: '12345678.905',
      made: '2024-02-29T23:59:59.123456Z',
      day: '2024-02-29',
      flag: 'true',
      item: { b: [1, '2.50'], a: null },
      unknown: 1,
    }),
    'two.gz': lines(
      { id: 2 },
      { id: 3, v: null, n: 1.5, flag: false, made: '2024-02-29 01:02:03+02', item: 'text' },
    ),
  });
  expect((await session.run(copyOf('t'))).rowCount).toBe(3);
  expect(await rowsOf(session, 'SELECT * FROM t ORDER BY id')).toEqual([
    [
      1n,
      'äö',
      '12345678.90',
      '2024-02-29 23:59:59.123456',
      '2024-02-29',
      true,
      '{"b":[1,"2.50"],"a":null}',
      null,
    ],
    [2n, null, null, null, null, null, null, null],
    [3n, null, '1.50', '2024-02-29 01:02:03', null, false, '"text"', null],
  ]);
});

describe('what the engine reads itself', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 4 }),
    fc.constantFrom('12', '-7.25', '0.125', '1e3', ' 4 ', '99999999999', '', '2024-02-30', '2024-02-29'),
    fc.constantFrom('2024-02-29 01:02:03', '0000-01-01', '2024-02-29T01:02:03.1234567Z', 'true', 'f', '\0'),
  );
  const value = fc.oneof(
    { weight: 8, arbitrary: text.map((one) => JSON.stringify(one)) },
    fc.constantFrom(
      'null',
      'true',
      '1.50',
      '"\\u0041"',
      '"\\ud83d"',
      '{"b":[1,"2"],"a":null}',
      '[ ]',
      '{"2":1,"1":2}',
    ),
  );
  const member = fc.tuple(fc.constantFrom('v', 'n', 'made', 'day', 'flag', 'item', 'x', 'k\\u0069nd'), value);
  const line = fc.oneof(
    { weight: 12, arbitrary: fc.array(member, { maxLength: 5 }).map((members) => objectOf(members)) },
    fc.constantFrom(
      '',
      '  ',
      '{"id":1,}',
      '[1]',
      '{"id":"1"',
      '{"id":"2"} ',
      '{ "id": "3" }',
      '{"id":NaN}',
      '{}',
    ),
  );
  const objectOf = (members: readonly (readonly [string, string])[]): string =>
    `{${[['id', '"5"'], ...members].map(([name, json]) => `"${name}":${json}`).join(',')}}`;

  /** Fewer are not worth a part. */
  const many = lines(...Array.from({ length: 256 }, (_, index) => ({ id: String(-index), n: '1.5' })));

  it('is what is read row by row', async () => {
    const errors = (): Promise<unknown> =>
      rowsOf(
        session,
        `SELECT file_name, line_number, column_name, error_code, error_message FROM sys_load_error_detail
        WHERE query_id = (SELECT MAX(query_id) FROM sys_load_error_detail) ORDER BY 1, 2`,
      );
    const load = async (options: string): Promise<unknown> => {
      await session.run('DELETE FROM t');
      const outcome = await session
        .run(copyOf('t', `MAXERROR 1000 ${options}`))
        .then(({ rowCount }) => rowCount, String);
      const found = await rowsOf(
        session,
        'SELECT * FROM t ORDER BY 1, 2, 3, 4, 5, 6, JSON_SERIALIZE(item), kind',
      );
      return { outcome, found, errors: await errors() };
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { maxLength: 30 }),
        fc.array(line, { maxLength: 4 }),
        async (one, two) => {
          bed.putBatch({ 'many.gz': many, 'one.gz': one.join('\n'), 'two.gz': `${two.join('\n')}\n` });
          expect(await load('')).toEqual(await load("ACCEPTINVCHARS AS '?'"));
        },
      ),
      { numRuns: 10 },
    );
  });

  it('is none of a file in which one value does not fit: its lines are counted from the first', async () => {
    const many = Array.from({ length: 9000 }, (_, index) => ({ id: String(index), n: '1.5' }));
    bed.putBatch({ 'one.gz': lines(...many, { id: '9000', n: 'x' }, { id: '9001', n: '2' }) });
    await session.run(copyOf('t', 'MAXERROR 2'));
    expect(await lastError()).toMatchObject([
      's3://bucket/one.gz',
      9001n,
      'n',
      1207,
      "Invalid digit, Value 'x', Pos 0, Type: Decimal",
    ]);
    expect(await rowsOf(session, 'SELECT COUNT(*), SUM(n) FROM t')).toEqual([[9001n, '13502.00']]);
  });

  it('goes part after part, the next one read while the engine takes the last, and all of them or none are there', async () => {
    // One part holds 122,880 rows.
    const linesFrom = (from: number, count: number): string[] =>
      Array.from({ length: count }, (_, index) => `{"id":"${from + index}","n":"1.5"}`);
    const [one, two] = [linesFrom(0, 130_000), linesFrom(200_000, 10_000)];
    one[124_999] = '{"id":"124999","n":"x"}';
    bed.putBatch({ 'one.gz': `${one.join('\n')}\n`, 'two.gz': `${two.join('\n')}\n` });
    await session.run(copyOf('t', 'MAXERROR 2'));
    expect(await lastError()).toMatchObject(['s3://bucket/one.gz', 125_000n, 'n', 1207, expect.anything()]);
    expect(await rowsOf(session, 'SELECT COUNT(*), COUNT(DISTINCT id), SUM(n) FROM t')).toEqual([
      [139_999n, 139_999n, '209998.50'],
    ]);
    // Read while a part of the first file is being written.
    bed.objects.set('bucket/two.gz', Buffer.from('no gzip'));
    await expect(session.run(copyOf('t', 'MAXERROR 2'))).rejects.toThrow(/GZIP/);
    expect(await rowsOf(session, 'SELECT COUNT(*) FROM t')).toEqual([[139_999n]]);
    bed.putBatch({ 'one.gz': `${two.join('\n')}\n` });
    await session.run(copyOf('t'));
    expect(await rowsOf(session, 'SELECT COUNT(*) FROM t')).toEqual([[149_999n]]);
  });
});

it('a column list leaves the others to their defaults', async () => {
  bed.putBatch({ 'one.gz': lines({ id: 1, v: 'a', kind: 'ignored' }) });
  await session.run(copyOf('t (v, id)'));
  expect(await rowsOf(session, 'SELECT id, v, kind FROM t')).toEqual([[1n, 'a', 'none']]);
});

it('a file that is listed twice is loaded twice', async () => {
  bed.putBatch({ 'one.gz': lines({ id: 1 }) }, ['one.gz', 'one.gz']);
  await session.run(copyOf('t'));
  expect(await rows()).toEqual([[1n], [1n]]);
});

it('a mandatory file that is missing fails the load; another is passed over', async () => {
  bed.putBatch({ 'one.gz': lines({ id: 1 }) }, ['one.gz', 'gone.gz']);
  await expect(session.run(copyOf('t'))).rejects.toThrow(
    /Mandatory url is not present in manifest file[\s\S]*s3:\/\/bucket\/gone\.gz/,
  );
  expect(await rows()).toEqual([]);
  const optional = { entries: [{ url: 's3://bucket/one.gz' }, { url: 's3://bucket/gone.gz' }] };
  bed.objects.set('bucket/manifest.json', Buffer.from(JSON.stringify(optional)));
  await session.run(copyOf('t'));
  expect(await rows()).toEqual([[1n]]);
});

it('a load that finds no file at all fails', async () => {
  bed.objects.set('bucket/manifest.json', Buffer.from('{"entries":[{"url":"s3://bucket/gone.gz"}]}'));
  await expect(session.run(copyOf('t'))).rejects.toThrow(/does not exist/);
});

it.each([
  ['is missing', undefined],
  ['is not JSON', 'entries'],
  ['has no entries', '{}'],
])('a manifest that %s fails the load', async (_, text) => {
  if (text !== undefined) bed.objects.set('bucket/manifest.json', Buffer.from(text));
  await expect(session.run(copyOf('t'))).rejects.toThrow(/Problem reading manifest file/);
});

it.each([
  ['is cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 6)],
  ['is cut off between two lines', (bytes: Buffer) => bytes.subarray(0, bytes.length - 8)],
  [
    'has a wrong checksum',
    (bytes: Buffer) =>
      Buffer.concat([bytes.subarray(0, -8), Buffer.from('00000000', 'hex'), bytes.subarray(-4)]),
  ],
  ['is not compressed', () => Buffer.from('{"id":1}\n')],
])('a gzip file that %s fails the load', async (_, damage) => {
  bed.putBatch({ 'one.gz': lines({ id: 1 }, { id: 2 }) });
  bed.objects.set('bucket/one.gz', damage(bed.objects.get('bucket/one.gz')!));
  await expect(session.run(copyOf('t'))).rejects.toThrow(/Failed to decompress[\s\S]*s3:\/\/bucket\/one\.gz/);
  expect(await rows()).toEqual([]);
});

it('several gzip members in one file are one file', async () => {
  bed.putBatch({ 'one.gz': '' });
  bed.objects.set('bucket/one.gz', Buffer.concat([gzipSync(lines({ id: 1 })), gzipSync(lines({ id: 2 }))]));
  await session.run(copyOf('t'));
  expect(await rows()).toEqual([[1n], [2n]]);
});

it('objects need white space between them, not a line each', async () => {
  bed.putBatch({ 'one.gz': '{"id":1} {"id":2}\n\n{\n  "id": 3,\n  "v": "}{"\n}{"id":4}' });
  await session.run(copyOf('t'));
  expect(await rows()).toEqual([[1n], [2n], [3n], [4n]]);
});

/** What one value does to the load: the column, the error's code and text. */
const BAD_VALUES: readonly (readonly [
  object: Readonly<Record<string, unknown>>,
  column: string,
  code: number,
  message: RegExp,
])[] = [
  [{ id: 'a' }, 'id', 1207, /Invalid digit, Value 'a', Pos 0, Type: Long/],
  [{ id: 1.5 }, 'id', 1207, /Invalid digit/],
  [{ id: '9223372036854775808' }, 'id', 1204, /Overflow/],
  [{ id: null }, 'id', 1213, /Missing data for not-null field/],
  [{}, 'id', 1213, /Missing data for not-null field/],
  [{ id: 1, v: 'äöü' }, 'v', 1204, /String length exceeds DDL length/],
  [{ id: 1, v: { a: 12 } }, 'v', 1204, /String length exceeds DDL length/],
  [{ id: 1, n: '1,5' }, 'n', 1207, /Invalid digit, Value ',', Pos 1, Type: Decimal/],
  [{ id: 1, n: '123456789' }, 'n', 1209, /Numeric overflow/],
  [{ id: 1, made: '2024-13-01 00:00:00' }, 'made', 1206, /Invalid timestamp/],
  [{ id: 1, made: 1709251199000 }, 'made', 1206, /Invalid timestamp/],
  [{ id: 1, made: 'infinity' }, 'made', 1206, /Invalid timestamp/],
  [{ id: 1, day: '2023-02-29' }, 'day', 1205, /Invalid date/],
  [{ id: 1, flag: 'maybe' }, 'flag', 1210, /BOOLEAN/],
  [{ id: 1, item: 'x'.repeat(65_536) }, 'item', 1224, /65535 bytes/],
];

it.each(BAD_VALUES)('%j fails the load at column %s with code %i', async (object, column, code, message) => {
  bed.putBatch({ 'good.gz': lines({ id: 1 }), 'bad.gz': lines({ id: 2 }, object) });
  await expect(session.run(copyOf('t'))).rejects.toThrow(
    "Load into table 't' failed.  Check 'sys_load_error_detail' system table for details.",
  );
  expect(await rows()).toEqual([]);
  expect(await lastError()).toEqual(['s3://bucket/bad.gz', 2n, column, code, expect.stringMatching(message)]);
});

it.each([
  ['{"id":1', 1],
  ['{"id":1}\n[2]\n', 2],
  ['{"id":1}\n{"id":}\n{"id":3}\n', 2],
  ['{"id":1}\nnull\n', 2],
])('JSON that is broken fails the load and names the line: %j', async (text, line) => {
  bed.putBatch({ 'one.gz': text });
  await expect(session.run(copyOf('t'))).rejects.toThrow(/Load into table 't' failed/);
  expect(await lastError()).toEqual([
    's3://bucket/one.gz',
    BigInt(line),
    '',
    1224,
    expect.stringContaining('Invalid JSON'),
  ]);
});

it('text that is not UTF-8 fails the load, unless ACCEPTINVCHARS replaces it', async () => {
  bed.putBatch({ 'one.gz': '' });
  bed.objects.set(
    'bucket/one.gz',
    gzipSync(Buffer.concat([Buffer.from('{"id":1,"v":"a'), Buffer.from([0xff]), Buffer.from('b"}\n')])),
  );
  await expect(session.run(copyOf('t'))).rejects.toThrow(/Load into table/);
  expect(await lastError()).toEqual(['s3://bucket/one.gz', 1n, '', 1220, expect.stringContaining('UTF8')]);
  await session.run(copyOf('t', "ACCEPTINVCHARS AS '?'"));
  expect(await singleValue(session, 'SELECT v FROM t')).toBe('a?b');
});

it('MAXERROR passes over fewer bad rows than it says, and records them', async () => {
  bed.putBatch({ 'one.gz': lines({ id: 'a' }, { id: 1 }, { id: 'b' }) });
  expect((await session.run(copyOf('t', 'MAXERROR 3'))).rowCount).toBe(1);
  expect(await rows()).toEqual([[1n]]);
  await expect(session.run(copyOf('t', 'MAXERROR 2'))).rejects.toThrow(/Load into table/);
});

it('options change how values are taken', async () => {
  bed.putBatch({
    'one.gz': lines({ id: 1, v: 'abcdefg', n: '1.005' }, { id: 2, v: '', n: '' }, { id: 3, v: '  ' }),
  });
  await session.run(copyOf('t', 'TRUNCATECOLUMNS EMPTYASNULL BLANKSASNULL ROUNDEC'));
  expect(await rowsOf(session, 'SELECT id, v, n FROM t ORDER BY id')).toEqual([
    [1n, 'abcde', '1.01'],
    [2n, null, null],
    [3n, null, null],
  ]);
});

it('epochs are times only when TIMEFORMAT says so', async () => {
  bed.putBatch({ 'one.gz': lines({ id: 1, made: 1709251199123 }) });
  await session.run(
    copyOf('t').replace(
      "'auto' GZIP MANIFEST TIMEFORMAT 'auto'",
      "'auto' GZIP MANIFEST TIMEFORMAT 'epochmillisecs'",
    ),
  );
  expect(await singleValue(session, 'SELECT made FROM t')).toBe('2024-02-29 23:59:59.123');
});

it("keys match by case with 'auto', without with 'auto ignorecase', by path with a jsonpaths file", async () => {
  bed.putBatch({ 'one.gz': lines({ ID: 1, deep: { list: [{ x: 'p' }] } }) });
  await expect(session.run(copyOf('t'))).rejects.toThrow(/Load into table/);
  await session.run(copyOf('t').replace("JSON 'auto'", "JSON 'auto ignorecase'"));
  bed.objects.set(
    'bucket/paths.json',
    Buffer.from(JSON.stringify({ jsonpaths: ['$.ID', "$['deep'].list[0].x"] })),
  );
  await session.run(copyOf('t (id, v)').replace("JSON 'auto'", "JSON 's3://bucket/paths.json'"));
  expect(await rowsOf(session, 'SELECT id, v FROM t ORDER BY v')).toEqual([
    [1n, 'p'],
    [1n, null],
  ]);
});

it('noshred puts each object into the one SUPER column', async () => {
  await runAll(session, 'CREATE TEMP TABLE whole (item SUPER)');
  bed.putBatch({ 'one.gz': lines({ a: { b: 1 } }) });
  await session.run(copyOf('whole').replace("'auto' GZIP", "'noshred' GZIP"));
  expect(await singleValue(session, 'SELECT item.a.b::int FROM whole')).toBe(1);
});

it.each([
  [`COPY t FROM '${MANIFEST}' FORMAT JSON 'auto' MANIFEST`, /IAM_ROLE is missing/],
  [`COPY t FROM '${MANIFEST}' IAM_ROLE 'loader' FORMAT JSON 'auto' MANIFEST`, /not the ARN of a role/],
  [
    `COPY t FROM 's3://bucket/prefix' IAM_ROLE default FORMAT JSON 'auto'`,
    /prefix without MANIFEST is not supported/,
  ],
  [`COPY t FROM '${MANIFEST}' IAM_ROLE default CSV MANIFEST`, /COPY option CSV is not supported/],
  [`COPY t FROM '${MANIFEST}' IAM_ROLE default FORMAT PARQUET MANIFEST`, /PARQUET is not supported/],
  [
    `COPY t FROM '${MANIFEST}' IAM_ROLE default JSON 'auto' MANIFEST IGNOREALLERRORS`,
    /IGNOREALLERRORS is not supported/,
  ],
  [
    `COPY t FROM '${MANIFEST}' IAM_ROLE default JSON 'auto' MANIFEST TIMEFORMAT 'MM/DD'`,
    /TIMEFORMAT 'MM\/DD' is not supported/,
  ],
  [
    `COPY nowhere FROM '${MANIFEST}' IAM_ROLE default JSON 'auto' MANIFEST`,
    /relation "public.nowhere" does not exist/,
  ],
  [`COPY t (nope) FROM '${MANIFEST}' IAM_ROLE default JSON 'auto' MANIFEST`, /column "nope"/],
])('%s is refused', async (statement, message) => {
  bed.putBatch({ 'one.gz': lines({ id: 1 }) });
  await expect(session.run(statement)).rejects.toThrow(message);
});

it('a load in a transaction that rolls back leaves no row, but its error stays on record', async () => {
  bed.putBatch({ 'one.gz': lines({ id: 1 }) });
  await session.begin();
  await session.run(copyOf('t'));
  await session.rollback();
  expect(await rows()).toEqual([]);
  bed.putBatch({ 'two.gz': lines({ id: 'x' }) });
  await session.begin();
  await expect(session.run(copyOf('t'))).rejects.toThrow(/Load into table/);
  await session.rollback();
  expect(await lastError()).toEqual(['s3://bucket/two.gz', 1n, 'id', 1207, expect.any(String)]);
});
