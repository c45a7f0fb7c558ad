/** The reason that a rejected file gets, where the warehouse does not say which line it refused. */
import { gzipSync } from 'node:zlib';
import { checkStagedFile } from '../../../pipeline/load/check-staged-file';
import { TRADES } from '../../support/tables';

const line = (change: object): string =>
  JSON.stringify({
    _cdc_operation: 'insert',
    _cdc_version: '1'.padStart(40, '0'),
    _cdc_changed_at: '2026-01-01 00:00:00.000000',
    _cdc_digest: 'd'.repeat(64),
    id: 'a',
    ...change,
  });

const KEY = 'incoming/trades/odd/file.json.gz';
const check = (...lines: readonly string[]) =>
  checkStagedFile(TRADES, gzipSync(lines.map((one) => `${one}\n`).join('')), { key: KEY });

it.each<[string, unknown[]]>([
  [
    '_cdc_operation',
    [undefined, null, '', 1, true, ['insert'], {}, 'Insert', 'insert ', 'upsert', '__proto__'],
  ],
  [
    '_cdc_version',
    [
      undefined,
      null,
      '',
      1,
      1e30,
      '1',
      '1'.repeat(20),
      '1'.repeat(41),
      `-${'1'.repeat(39)}`,
      '\u0661'.repeat(40),
      {},
      [],
    ],
  ],
  [
    '_cdc_changed_at',
    [
      undefined,
      null,
      '',
      1_700_000_000,
      'now',
      'infinity',
      '2026-02-30 00:00:00',
      '2026-13-01',
      '0044-03-15 BC',
      {},
    ],
  ],
  ['_cdc_digest', [undefined, null, '', {}]],
  ['_cdc_stream_at', ['', 'soon', 5, {}]],
  ['_cdc_expired_at', ['2026-01-01 00:00:00', 'soon', {}]],
  ['id', [undefined, null]],
  ['traded_at', ['', 5, true, {}, 'now', 'epoch', '2024-13-45', '2024-02-30 00:00:00', '01/02/2024']],
])('a line whose %s is not what staging writes is named with it', (column, values) => {
  for (const value of values) {
    const found = check(line({}), line({ [column]: value }));
    expect({ value, ...found }).toMatchObject({ value, line: '2', column });
  }
});

it.each(['[1]', '5', 'null', '"text"', '{', '{"a":1,}', 'x'])('a line that is %s is no object', (text) => {
  expect(check(line({}), '', text)).toEqual({
    line: '3',
    column: null,
    reason: 'the line is no JSON object',
  });
});

it('a file that was cut, is followed by something else, or is a bomb is no whole gzip file; one of blank lines has no problem', () => {
  const whole = gzipSync(line({}));
  const options = { key: KEY };
  for (const body of [whole.subarray(0, -1), Buffer.concat([whole, Buffer.from('rest')]), Buffer.of(0x1f)])
    expect(checkStagedFile(TRADES, body, options)?.reason).toMatch(/^the file is no whole gzip file/);
  const bomb = gzipSync(Buffer.alloc(65 * 1024 * 1024));
  expect(checkStagedFile(TRADES, bomb, options)?.reason).toMatch(/more than 67108864 bytes/);
  expect(checkStagedFile(TRADES, gzipSync('\n \n'), options)).toBeUndefined();
});

describe('a file that staging did not name', () => {
  const strict = (body: string | Buffer, key = KEY) =>
    checkStagedFile(TRADES, gzipSync(body), { key, isStrict: true });
  const withMember = (member: string): string => `{${member},${line({}).slice(1)}`;
  const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

  it.each<[string, string | Buffer, string | null]>([
    ['a key that is a number', line({ id: 5 }), 'id'],
    ['a key that is an object', line({ id: { S: 'a' } }), 'id'],
    ['an empty key', line({ id: '' }), 'id'],
    ['a key with NUL', line({ id: 'a\0b' }), 'id'],
    ['a number without quotes', withMember('"price":123456789012345678901234.5'), 'price'],
    ['a number that is out of any range', withMember('"price":1e400'), 'price'],
    ['a boolean where a text belongs', line({ ticker: true }), 'ticker'],
    ['a list of flags', line({ _cdc_flags: ['price'] }), '_cdc_flags'],
    [
      'a digest that is a number',
      withMember('"_cdc_digest":1').replace(/,"_cdc_digest":"d+"/, ''),
      '_cdc_digest',
    ],
    ['one name twice', withMember('"id":"other"'), 'id'],
    ['one name twice within the item', withMember('"item":{"a":"1","a":"2"}'), 'item'],
    ['an item that is a text', line({ item: 'text' }), 'item'],
    ['a number within the item', withMember('"item":{"a":[{"b":1e400}]}'), 'item'],
    ['an item nested without an end', withMember(`"item":{"a":${nested(100_000)}}`), null],
    ['half a surrogate pair', withMember('"ticker":"\\ud800"'), 'ticker'],
    ['a byte order mark', `\ufeff${line({})}`, null],
    ['another encoding', Buffer.from(line({}), 'utf16le'), null],
    ['bytes that are no UTF-8', Buffer.from(line({ ticker: '\u00e9' }), 'latin1'), null],
    ['two objects on a line', line({}) + line({ id: 'b' }), null],
    ['a year that is none', line({ _cdc_changed_at: '0000-01-01 00:00:00' }), '_cdc_changed_at'],
  ])('is refused with %s, and its column is named', (_what, body, column) => {
    expect(strict(body)).toMatchObject({ line: '1', column });
  });

  it('is taken when each line is as staging writes it, with attributes of any name and members of former columns', () => {
    const item = '"item":{"__proto__":{"a":null},"constructor":"1","toString":["x",true]}';
    const lines = [
      line({ item: null, former: 5 }),
      `${withMember(item)}\r`,
      '',
      line({ _cdc_operation: 'delete' }),
    ];
    expect(strict(lines.join('\n'))).toBeUndefined();
  });

  it('has the versions of a backfill in the folder of one, and only there', () => {
    const folder = `incoming/trades/backfill-${'1'.repeat(20)}/by-hand.json.gz`;
    const row = line({ _cdc_version: '1'.repeat(20) });
    expect(strict(row, folder)).toBeUndefined();
    expect(strict(row)).toMatchObject({ column: '_cdc_version' });
    expect(strict(line({}), folder)).toMatchObject({ column: '_cdc_version' });
  });
});
