/** Pieces that need no engine: rows by column, the last image of each key, and the order in which a table is copied. */

import fc from 'fast-check';
import { ColumnBytes } from '../../../../../local/runtime/column-bytes';
import { utf8 } from '../../../../../local/services/dms/binlog/text-charset';
import {
  copyOrderSql,
  isCopiedInOrder,
  resumableKey,
} from '../../../../../local/services/dms/task/copy-order';
import { LastImages } from '../../../../../local/services/dms/task/last-images';
import type { MappedTable } from '../../../../../local/services/dms/task/mapped-table';
import { TextColumns } from '../../../../../local/services/dms/task/text-columns';
import { parseMysqlType } from '../../../../../pipeline/values/mysql-declaration';

function packet(texts: readonly (string | null)[]): Buffer {
  return Buffer.concat(
    texts.map((text) => {
      if (text === null) return Buffer.from([0xfb]);
      const bytes = Buffer.from(text);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(bytes.length);
      if (bytes.length < 0xfb) return Buffer.concat([length.subarray(0, 1), bytes]);
      if (bytes.length < 0x1_0000) return Buffer.concat([Buffer.from([0xfc]), length.subarray(0, 2), bytes]);
      return Buffer.concat([Buffer.from([0xfd]), length.subarray(0, 3), bytes]);
    }),
  );
}

const table = (key: readonly string[], columns: Readonly<Record<string, string>>): MappedTable => {
  const names = Object.keys(columns);
  return {
    source: { columns: names.map((name) => ({ name, type: parseMysqlType(columns[name] ?? '') })) },
    columns: names.map((name, sourceIndex) => ({ sourceIndex, name })),
    key: key.map((name) => names.indexOf(name)),
  } as unknown as MappedTable;
};

it('rows keep their texts by column: long ones, empty ones, NULL at any place, columns that stay behind', () => {
  const rows = Array.from({ length: 20_000 }, (_, row) => [
    String(row),
    'stays behind',
    row % 3 === 0
      ? null
      : (['', 'é', 'x'.repeat(300), 'y'.repeat(70_000 * Number(row === 19_999))][row % 4] ?? ''),
    row > 18_000 && row % 5 === 0 ? null : 'z',
  ]);
  const columns = new TextColumns([{ name: 'c' }, { name: 'a' }, { name: 'd' }], [2, 0, 3], 4);
  const last = rows.map((row) => {
    const bytes = packet(row);
    columns.addRow(Buffer.concat([Buffer.from('head'), bytes]), 4);
    return [columns.lastText(1), columns.lastText(0)];
  });
  expect(last).toEqual(rows.map(([a, , c]) => [a, c]));
  expect([...columns.rows()]).toEqual(rows.map(([a, , c, d]) => [a, null, c, d]));
  const [c, a] = columns.finish();
  expect(a).toMatchObject({ name: 'a' });
  expect(a?.present).toBeUndefined();
  expect(c?.present).toHaveLength(2_500);
});

it.each([0, 7, 65_535, 65_536, 65_543, 65_544, 131_072, 200_001, 1_000_000])(
  'a NULL is one wherever the first of a column is: row %i',
  (first) => {
    const column = new ColumnBytes({ name: 'c' });
    for (const row of [first, first + 1, first + 70_000]) column.addNull(row);
    const { present = Buffer.alloc(0) } = column.finish(first + 70_002);
    expect(present).toHaveLength(Math.ceil((first + 70_002) / 8));
    const isNull = (row: number): boolean => ((present[row >> 3] ?? 0) & (1 << (row & 7))) === 0;
    const rows = [first - 1, first, first + 1, first + 2, first + 69_999, first + 70_000, first + 70_001];
    expect(rows.filter((row) => row >= 0 && isNull(row))).toEqual([first, first + 1, first + 70_000]);
  },
);

it('values that are no UTF-8 are found wherever they are, and read as texts that are no Unicode', () => {
  const [half, cut, none] = [
    Buffer.from('61eda080', 'hex'),
    Buffer.from('c3', 'hex'),
    Buffer.from('ff', 'hex'),
  ];
  // Behind a value that ends within a character comes a length that could end it.
  for (const long of [100, 160]) {
    const column = new ColumnBytes({ name: 'c' });
    const values = ['', 'é', '\ufffd', half, null, 'z'.repeat(long), cut, 'x'.repeat(long), none];
    values.forEach((value, row) => {
      if (value === null) column.addNull(row);
      else if (typeof value === 'string') column.addText(value);
      else column.add(value, 0, value.length);
    });
    column.addText('a\ud800');
    const found = column.findNoUtf8(values.length + 1);
    expect(found.map(({ row }) => row)).toEqual([3, 6, 8, 9]);
    const texts = found.map(({ start, end }) => utf8(column.values, start, end));
    expect(texts.filter((text) => text.isWellFormed())).toEqual([]);
  }
  const whole = Buffer.from('\ufffd😀é');
  expect(utf8(whole, 0, whole.length)).toBe('\ufffd😀é');
});

it('a copy goes on behind the last key, by columns that the source orders as a literal compares', () => {
  const keyed = table(['a', 'n'], { n: 'bigint unsigned', a: 'varchar(20)', v: 'int' });
  expect(copyOrderSql(keyed, undefined)).toBe('\nORDER BY `a`, `n`');
  const key = resumableKey(keyed, ["it's", '18446744073709551615']);
  expect(copyOrderSql(keyed, key)).toBe(
    "\nWHERE (`a` > _utf8mb4 X'69742773') OR (`a` = _utf8mb4 X'69742773' AND `n` > 18446744073709551615)\nORDER BY `a`, `n`",
  );
  for (const type of ["enum('b','a')", 'float', 'double', 'year', 'bit(8)'])
    expect(isCopiedInOrder(table(['k'], { k: type }))).toBe(false);
  expect(isCopiedInOrder(table([], { v: 'int' }))).toBe(false);
  expect(copyOrderSql(table([], { v: 'int' }), undefined)).toBe('');
});

it('a key that no literal equals is none to go on behind', () => {
  const dated = table(['d'], { d: 'datetime(3)' });
  expect(resumableKey(dated, ['2024-02-29 01:02:03.004'])).toEqual(['2024-02-29 01:02:03.004']);
  expect(resumableKey(dated, ['0000-00-00 00:00:00.000'])).toBeUndefined();
  expect(resumableKey(dated, [null])).toBeUndefined();
});

it('the last image of a key is found among many, whatever its values are cut like', () => {
  const value = fc.oneof(fc.constantFrom(null, '', 'a', 'aa', 'é', 'k1'), fc.nat(3_000).map(String));
  const keys = fc.array(fc.tuple(value, value), { minLength: 1, maxLength: 6_000, size: 'max' });
  fc.assert(
    fc.property(keys, (given) => {
      const columns = [new ColumnBytes({ name: 'a' }), new ColumnBytes({ name: 'b' })];
      const last = new LastImages();
      const known = new Map<string, number>();
      const found = given.map((key, image) => {
        columns.forEach((column, index) => {
          const text = key[index] ?? null;
          if (text === null) column.addNull(image);
          else column.addText(text);
        });
        return last.replace(columns, image);
      });
      const expected = given.map((key, image) => {
        const text = JSON.stringify(key);
        const before = known.get(text);
        known.set(text, image);
        return before;
      });
      expect(found).toEqual(expected);
    }),
    { numRuns: 6, seed: 1 },
  );
});
