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

const check = (...lines: readonly string[]) =>
  checkStagedFile(TRADES, gzipSync(lines.map((one) => `${one}\n`).join('')));

it.each<[string, unknown[]]>([
  [
    '_cdc_operation',
    [undefined, null, '', 1, true, ['insert'], {}, 'Insert', 'insert ', 'upsert', '__proto__'],
  ],
  ['_cdc_version', [undefined, null, '', 1e30, '-1', ' 1', '1.0', '1e3', '\u0661', 'x', {}, []]],
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

it('a file that was cut, or is followed by something else, is no whole gzip file; one of blank lines has no problem', () => {
  const whole = gzipSync(line({}));
  for (const body of [whole.subarray(0, -1), Buffer.concat([whole, Buffer.from('rest')]), Buffer.of(0x1f)])
    expect(checkStagedFile(TRADES, body)?.reason).toMatch(/^the file is no whole gzip file/);
  expect(checkStagedFile(TRADES, gzipSync('\n \n'))).toBeUndefined();
});
