import fc from 'fast-check';
import { ColumnBytes, LENGTH_BYTES } from '../../../../../local/runtime/column-bytes';
import { ByteReader } from '../../../../../local/services/dms/binlog/byte-reader';
import { decimalSize } from '../../../../../local/services/dms/binlog/decimal-text';
import { FIELD, type MappedColumn } from '../../../../../local/services/dms/binlog/table-map';
import { buildValueReader } from '../../../../../local/services/dms/binlog/value-reader';
import { buildValueWriter } from '../../../../../local/services/dms/binlog/value-writer';
import type { SourceColumn } from '../../../../../local/services/dms/task/source-table';
import { parseMysqlType } from '../../../../../pipeline/values/mysql-declaration';

const column = (columnType: string, charset: string | null = null): SourceColumn => {
  const type = parseMysqlType(columnType);
  return {
    name: 'c',
    dataType: type.name,
    columnType,
    type,
    charset,
    unsigned: type.unsigned,
  } as SourceColumn;
};
const mapped = (type: number, size = 0, scale = 0): MappedColumn => ({ type, size, scale });
const decimal = (precision: number, scale: number): [string, MappedColumn, number] => [
  `decimal(${precision},${scale})`,
  mapped(FIELD.NEWDECIMAL, precision, scale),
  decimalSize(precision, scale),
];

/** What is stored, as MySQL stores it, and how many bytes it takes. */
const STORED: readonly (readonly [type: string, mapped: MappedColumn, bytes: number])[] = [
  ['tinyint', mapped(FIELD.TINY), 1],
  ['tinyint unsigned', mapped(FIELD.TINY), 1],
  ['smallint', mapped(FIELD.SHORT), 2],
  ['mediumint', mapped(FIELD.INT24), 3],
  ['int', mapped(FIELD.LONG), 4],
  ['int unsigned', mapped(FIELD.LONG), 4],
  ['bigint', mapped(FIELD.LONGLONG), 8],
  ['bigint unsigned', mapped(FIELD.LONGLONG), 8],
  decimal(1, 0),
  decimal(9, 9),
  decimal(10, 2),
  decimal(18, 2),
  decimal(20, 0),
  decimal(38, 10),
  decimal(65, 30),
  ['date', mapped(FIELD.DATE), 3],
  ...[0, 1, 3, 6].flatMap((digits): [string, MappedColumn, number][] => [
    [`datetime(${digits})`, mapped(FIELD.DATETIME2, digits), 5 + ((digits + 1) >> 1)],
    [`timestamp(${digits})`, mapped(FIELD.TIMESTAMP2, digits), 4 + ((digits + 1) >> 1)],
  ]),
  ['float', mapped(FIELD.FLOAT, 4), 4],
  ['year', mapped(FIELD.YEAR), 1],
];

/** Few bits set or cleared, as well as any: most numbers are small. */
const bytesOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.oneof(
    fc.uint8Array({ minLength: length, maxLength: length }),
    fc.tuple(fc.constantFrom(0, 0x80, 0xff, 0x7f), fc.integer({ min: 0, max: 255 })).map(([head, tail]) => {
      const bytes = new Uint8Array(length).fill(head === 0xff ? 0xff : 0);
      bytes[0] = head;
      if (length > 1) bytes[length - 1] = tail;
      return bytes;
    }),
  );

it.each(STORED)('%s is written as the text that is read', (type, map, length) => {
  const read = buildValueReader(map, column(type));
  const write = buildValueWriter(map, column(type));
  const into = new ColumnBytes({ name: 'c' });
  fc.assert(
    fc.property(bytesOf(length), (given) => {
      const bytes = Buffer.from(given);
      const text = read(new ByteReader(bytes, 0, length));
      const reader = new ByteReader(bytes, 0, length);
      write(reader, into);
      expect(into.values.toString('utf8', into.last + LENGTH_BYTES, into.used)).toBe(text);
      expect(reader.remaining).toBe(0);
      const passing = new ByteReader(bytes, 0, length);
      write(passing, undefined);
      expect(passing.remaining).toBe(0);
    }),
    { numRuns: 300 },
  );
});

it('text is copied where it is UTF-8 in the binlog, and decoded where it is not', () => {
  for (const [charset, stored] of [
    ['utf8mb4', Buffer.from('Zoë 😀')],
    ['utf16', Buffer.from('Zoë 😀', 'utf16le').swap16()],
  ] as const) {
    const bytes = Buffer.concat([Buffer.from([stored.length]), stored]);
    const into = new ColumnBytes({ name: 'c' });
    buildValueWriter(mapped(FIELD.VARCHAR, 200), column('varchar(50)', charset))(
      new ByteReader(bytes, 0, bytes.length),
      into,
    );
    expect(into.values.toString('utf8', LENGTH_BYTES, into.used)).toBe('Zoë 😀');
  }
});
