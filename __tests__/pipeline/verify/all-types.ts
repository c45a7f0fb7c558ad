/** A table with a column of every type, and random rows for it. */
import fc from 'fast-check';
import type { MysqlTable } from '../../../pipeline/tables';
import type { ColumnType } from '../../../pipeline/values/column-type';
import {
  type CanonicalValue,
  canonicalPart,
  hashText,
  joinParts,
} from '../../../pipeline/verify/canonical-text';
import { comparedColumns } from '../../../pipeline/verify/compared-table';
import { day, twoDigits } from '../../support/random-days';

const types: readonly (readonly [string, ColumnType, boolean])[] = [
  ['id', { kind: 'bigint' }, false],
  ['part', { kind: 'text', characters: 40 }, false],
  ['small', { kind: 'smallint' }, true],
  ['whole', { kind: 'integer' }, true],
  ['big', { kind: 'bigint' }, true],
  ['amount', { kind: 'decimal', precision: 18, scale: 2 }, true],
  ['exact', { kind: 'decimal', precision: 38, scale: 12 }, true],
  ['fraction', { kind: 'decimal', precision: 31, scale: 30 }, true],
  ['ratio', { kind: 'double' }, true],
  ['flag', { kind: 'boolean' }, true],
  ['day', { kind: 'date' }, true],
  ['at', { kind: 'timestamp' }, true],
  ['note', { kind: 'text', characters: 500 }, true],
  // With it a row may be too long for a VARCHAR of the warehouse, and is not too long yet for a row of MySQL.
  ['long', { kind: 'text', characters: 15_785 }, true],
];

export const ALL_TYPES: MysqlTable = {
  source: 'mysql',
  name: 'all_types',
  database: 'lab',
  target: { schema: 'lab', table: 'all_types' },
  key: ['id', 'part'],
  columns: types.map(([name, type, nullable]) => ({ name, type, nullable })),
};

/** The same without the double, whose long expression the warehouse twin is slow to plan, and without the long text. */
export const PLAIN: MysqlTable = {
  ...ALL_TYPES,
  name: 'plain',
  target: { schema: 'lab', table: 'plain' },
  columns: ALL_TYPES.columns.filter(({ name }) => name !== 'ratio' && name !== 'long'),
};

/** The plain columns without any key: its rows are a multiset. */
export const NO_KEY: MysqlTable = {
  ...PLAIN,
  name: 'no_key',
  target: { schema: 'lab', table: 'no_key' },
  key: [],
};

/** The hash that a row has in every system. */
export function hashOfRow(table: MysqlTable, row: Row): string {
  return hashText(canonicalRow(table, row));
}

export const canonicalRow = (table: MysqlTable, row: Row): string =>
  joinParts(comparedColumns(table).map((column, at) => canonicalPart(column, row[at] ?? null)));

export type Row = readonly CanonicalValue[];

const digits = (count: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: count, maxLength: count }).map((all) => all.join(''));

const signed = (magnitude: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(fc.boolean(), magnitude).map(([isNegative, text]) => (isNegative ? `-${text}` : text));

const integer = (bits: bigint): fc.Arbitrary<string> =>
  fc.oneof(
    fc.constantFrom(-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n, 0n, -1n).map(String),
    fc.bigInt({ min: -(1n << (bits - 1n)), max: (1n << (bits - 1n)) - 1n }).map(String),
  );

const decimal = (precision: number, scale: number): fc.Arbitrary<string> =>
  signed(
    fc
      .tuple(fc.oneof(fc.constant('0'), digits(precision - scale)), fc.oneof(fc.constant('0'), digits(scale)))
      .map(([whole, fraction]) => `${whole === '' ? '0' : whole.replace(/^0+(?=\d)/, '')}.${fraction}`),
  );

const awkward = fc.constantFrom(
  '',
  ' ',
  '  trailing  ',
  "it's",
  '"quoted"',
  'a|b',
  '~',
  '|',
  '~|~',
  'NULL',
  '\\',
  '\\N',
  'a\nb\r\n\t',
  '☃ é é 😀',
  "';--",
);

/** Text that both systems can hold: no NUL, no half of a surrogate pair. */
const text = (characters: number): fc.Arbitrary<string> =>
  fc.oneof(
    awkward,
    fc
      .string({ unit: 'binary', maxLength: Math.min(characters, 30) })
      .map((value) => [...value.replaceAll('\0', ' ')].slice(0, characters).join('')),
  );

const time = fc
  .tuple(day, fc.nat(23), fc.nat(59), fc.nat(59), fc.oneof(fc.constant(0), fc.nat(999_999)))
  .map(
    ([date, h, m, s, us]) =>
      `${date} ${twoDigits(h)}:${twoDigits(m)}:${twoDigits(s)}.${String(us).padStart(6, '0')}`,
  );

export function columnValue(type: ColumnType): fc.Arbitrary<CanonicalValue> {
  switch (type.kind) {
    case 'smallint':
      return integer(16n);
    case 'integer':
      return integer(32n);
    case 'bigint':
      return integer(64n);
    case 'decimal':
      return decimal(type.precision, type.scale);
    case 'real':
    case 'double':
      return fc.oneof(
        fc.constantFrom(
          '0',
          '1',
          '-1',
          '0.1',
          '5e-324',
          '2.2250738585072014e-308',
          '-1.7976931348623157e308',
          '4503599627370496',
          '9007199254740991',
          '9007199254740992',
          '0.5',
          '3',
          '1e15',
          '1e-7',
        ),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      );
    case 'boolean':
      return fc.boolean();
    case 'date':
      return day;
    case 'timestamp':
      return time;
    case 'text':
      return text(type.characters);
    case 'document':
      return fc.constant('{}');
  }
}

/** A row whose `id` is its place, so that rows have different keys. */
export const rowOf = (table: MysqlTable): fc.Arbitrary<Row> =>
  fc.tuple(
    ...table.columns.map(({ type, nullable }) =>
      nullable ? fc.option(columnValue(type), { nil: null, freq: 5 }) : columnValue(type),
    ),
  );

export const rowsOf = (table: MysqlTable, count: number): fc.Arbitrary<Row[]> =>
  fc
    .array(rowOf(table), { minLength: count, maxLength: count })
    .map((rows) => rows.map((row, at) => [String(at), ...row.slice(1)]));
