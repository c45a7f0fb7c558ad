/** Random values of MySQL types as SQL, for tests in which the server itself says what they are. */
import fc from 'fast-check';
import { day, twoDigits } from './random-days';

const integer = (bits: bigint, isUnsigned = false): fc.Arbitrary<string> =>
  fc
    .bigInt(
      isUnsigned
        ? { min: 0n, max: (1n << bits) - 1n }
        : { min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n },
    )
    .map(String);

const digits = (most: number): fc.Arbitrary<string> =>
  fc.array(fc.nat(9), { minLength: 1, maxLength: most }).map((all) => all.join(''));

const decimal = (whole: number, fraction: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.boolean(), digits(whole), digits(fraction))
    .map(([minus, a, b]) => `${minus ? '-' : ''}${a}.${b}`);

const clock = (hours: number): fc.Arbitrary<string> =>
  fc
    .tuple(fc.nat(hours), fc.nat(59), fc.nat(59), fc.nat(999_999))
    .map(([h, m, s, us]) => `${twoDigits(h)}:${twoDigits(m)}:${twoDigits(s)}.${String(us).padStart(6, '0')}`);
const quoted = (text: fc.Arbitrary<string>): fc.Arbitrary<string> => text.map((value) => `'${value}'`);
const hex = (text: string): string => Buffer.from(text).toString('hex');
const unicode = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `_utf8mb4 x'${hex(text)}'`);
const bytes = fc.uint8Array({ maxLength: 20 }).map((all) => `x'${Buffer.from(all).toString('hex')}'`);
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toExponential());
const float = fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => value.toExponential());

export const RANDOM_COLUMNS: readonly (readonly [declaration: string, sql: fc.Arbitrary<string>])[] = [
  ['TINYINT', integer(8n)],
  ['SMALLINT UNSIGNED', integer(16n, true)],
  ['MEDIUMINT', integer(24n)],
  ['INT UNSIGNED ZEROFILL', integer(32n, true)],
  ['BIGINT', integer(64n)],
  ['BIGINT UNSIGNED', integer(64n, true)],
  ['DECIMAL(12,4)', decimal(8, 4)],
  ['DECIMAL(65,30)', decimal(35, 30)],
  ['FLOAT', float],
  ['DOUBLE', double],
  ['BIT(20)', integer(20n, true)],
  ['VARCHAR(200) CHARACTER SET utf8mb4', unicode],
  ['TEXT CHARACTER SET utf8mb4', unicode],
  ['VARBINARY(20)', bytes],
  ['BINARY(20)', bytes],
  ['BLOB', bytes],
  ["ENUM('a','b\\\\\\\\c','d''e')", fc.integer({ min: 1, max: 3 }).map(String)],
  ["SET('a','b','c','d')", fc.nat(15).map(String)],
  ['DATE', quoted(day)],
  ['DATETIME(6)', quoted(fc.tuple(day, clock(23)).map((both) => both.join(' ')))],
  ['DATETIME(3)', quoted(fc.tuple(day, clock(23)).map(([date, time]) => `${date} ${time.slice(0, -3)}`))],
  ['TIMESTAMP(6) NULL', fc.integer({ min: 1, max: 2_147_483_646 }).map((s) => `FROM_UNIXTIME(${s}.000007)`)],
  [
    'TIME(6)',
    quoted(fc.tuple(fc.boolean(), clock(837)).map(([minus, time]) => `${minus ? '-' : ''}${time}`)),
  ],
  ['YEAR', fc.integer({ min: 1901, max: 2155 }).map(String)],
  ['JSON', fc.json({ maxDepth: 2 }).map((text) => `CONVERT(x'${hex(text)}' USING utf8mb4)`)],
];

/** `(id, …)` of `count` rows, some of whose values are NULL. */
export function randomRows(from: number, count: number): string {
  const row = fc.tuple(...RANDOM_COLUMNS.map(([, sql]) => fc.option(sql, { nil: 'NULL', freq: 9 })));
  return fc
    .sample(row, count)
    .map((values, at) => `(${from + at}, ${values.join(', ')})`)
    .join(', ');
}
