/** The structure of a table as a TABLE_MAP event gives it, before the rows that have it. */
import { BinlogDamagedError, ByteReader } from './byte-reader';

/** Types of columns in a table map (MySQL source documentation, `enum_field_types`). */
export const FIELD = {
  TINY: 1,
  SHORT: 2,
  LONG: 3,
  FLOAT: 4,
  DOUBLE: 5,
  TIMESTAMP: 7,
  LONGLONG: 8,
  INT24: 9,
  DATE: 10,
  TIME: 11,
  DATETIME: 12,
  YEAR: 13,
  VARCHAR: 15,
  BIT: 16,
  TIMESTAMP2: 17,
  DATETIME2: 18,
  TIME2: 19,
  BLOB_COMPRESSED: 140,
  VARCHAR_COMPRESSED: 141,
  VECTOR: 242,
  JSON: 245,
  NEWDECIMAL: 246,
  ENUM: 247,
  SET: 248,
  TINY_BLOB: 249,
  MEDIUM_BLOB: 250,
  LONG_BLOB: 251,
  BLOB: 252,
  VAR_STRING: 253,
  STRING: 254,
  GEOMETRY: 255,
} as const;

/** Of the integers that a JavaScript number holds. */
export const INTEGER_BYTES: Readonly<Record<number, number>> = {
  [FIELD.TINY]: 1,
  [FIELD.SHORT]: 2,
  [FIELD.INT24]: 3,
  [FIELD.LONG]: 4,
};

export interface MappedColumn {
  /** One of {@link FIELD}; ENUM and SET under their own number, not STRING's. */
  readonly type: number;
  /** By type: byte length, bytes of the length prefix, fractional digits; precision for a decimal. */
  readonly size: number;
  /** Scale of a decimal. */
  readonly scale: number;
}

/** Bytes of the length before a string; undefined for what is not one. */
export function prefixBytes({ type, size }: MappedColumn): number | undefined {
  switch (type) {
    case FIELD.STRING:
    case FIELD.VARCHAR:
    case FIELD.VARCHAR_COMPRESSED:
    case FIELD.VAR_STRING:
      return size > 255 ? 2 : 1;
    case FIELD.TINY_BLOB:
    case FIELD.MEDIUM_BLOB:
    case FIELD.LONG_BLOB:
    case FIELD.BLOB:
    case FIELD.BLOB_COMPRESSED:
      return size;
    default:
      return undefined;
  }
}

export interface TableMap {
  readonly database: string;
  readonly table: string;
  readonly columns: readonly MappedColumn[];
  /** Only with `binlog_row_metadata=FULL`. */
  readonly columnNames?: readonly string[];
  /** Of each column, whether it is an unsigned number; not with MariaDB's `binlog_row_metadata=NO_LOG`. */
  readonly unsigned?: readonly boolean[];
}

const SIGNEDNESS_FIELD = 1;
const COLUMN_NAMES_FIELD = 4;
/** Those that have a bit of signedness (seen on MariaDB 10.11 and MySQL 9.7). */
const NUMBERS: readonly number[] = [
  FIELD.TINY,
  FIELD.SHORT,
  FIELD.INT24,
  FIELD.LONG,
  FIELD.LONGLONG,
  FIELD.NEWDECIMAL,
  FIELD.FLOAT,
  FIELD.DOUBLE,
  FIELD.YEAR,
];

/** Reads the body after the table id and flags. */
export function parseTableMap(reader: ByteReader): TableMap {
  const database = reader.text(reader.uint(1));
  reader.skip(1);
  const table = reader.text(reader.uint(1));
  reader.skip(1);
  const types = reader.slice(reader.lengthEncoded());
  const metadataEnd = reader.lengthEncoded() + reader.offset;
  const columns = [...types].map((type) => parseColumn(type, reader));
  for (const column of columns)
    if (!isPossible(column))
      throw new BinlogDamagedError(
        `the table map of ${database}.${table} has a column of type ${column.type} with the size ${column.size}, which no server writes`,
      );
  if (reader.offset !== metadataEnd)
    throw new BinlogDamagedError(
      `the table map of ${database}.${table} has types that do not fit their sizes`,
    );
  reader.skip((types.length + 7) >> 3);
  return { database, table, columns, ...parseMetadata(reader, columns) };
}

function parseColumn(type: number, reader: ByteReader): MappedColumn {
  switch (type) {
    case FIELD.FLOAT:
    case FIELD.DOUBLE:
    case FIELD.BLOB:
    case FIELD.TINY_BLOB:
    case FIELD.MEDIUM_BLOB:
    case FIELD.LONG_BLOB:
    case FIELD.BLOB_COMPRESSED:
    case FIELD.JSON:
    case FIELD.GEOMETRY:
    case FIELD.VECTOR:
    case FIELD.TIMESTAMP2:
    case FIELD.DATETIME2:
    case FIELD.TIME2:
      return { type, size: reader.uint(1), scale: 0 };
    case FIELD.VARCHAR:
    case FIELD.VARCHAR_COMPRESSED:
      return { type, size: reader.uint(2), scale: 0 };
    case FIELD.NEWDECIMAL:
      return { type, size: reader.uint(1), scale: reader.uint(1) };
    case FIELD.BIT: {
      const bits = reader.uint(1);
      return { type, size: reader.uint(1) + (bits > 0 ? 1 : 0), scale: 0 };
    }
    case FIELD.STRING:
    case FIELD.VAR_STRING:
    case FIELD.ENUM:
    case FIELD.SET:
      return parseStringColumn(reader);
    default:
      return { type, size: 0, scale: 0 };
  }
}

/** The bounds that readers of values rely on. */
function isPossible({ type, size, scale }: MappedColumn): boolean {
  switch (type) {
    case FIELD.BLOB:
    case FIELD.TINY_BLOB:
    case FIELD.MEDIUM_BLOB:
    case FIELD.LONG_BLOB:
    case FIELD.BLOB_COMPRESSED:
    case FIELD.JSON:
    case FIELD.GEOMETRY:
    case FIELD.VECTOR:
      return size >= 1 && size <= 4;
    case FIELD.TIMESTAMP2:
    case FIELD.DATETIME2:
    case FIELD.TIME2:
      return size <= 6;
    case FIELD.NEWDECIMAL:
      return size >= 1 && size <= 65 && scale <= size;
    case FIELD.ENUM:
      return size === 1 || size === 2;
    case FIELD.BIT:
    case FIELD.SET:
      return size >= 1 && size <= 8;
    default:
      return true;
  }
}

/**
 * CHAR, BINARY, ENUM and SET share a type. The first byte is the real type, except that two bits of it, inverted,
 * are bits 8 and 9 of the length of a long CHAR.
 */
function parseStringColumn(reader: ByteReader): MappedColumn {
  const first = reader.uint(1);
  const second = reader.uint(1);
  if ((first & 0x30) === 0x30) return { type: first, size: second, scale: 0 };
  return { type: first | 0x30, size: second | (((first & 0x30) ^ 0x30) << 4), scale: 0 };
}

/** The optional metadata that follows is a list of type, length, value. */
function parseMetadata(
  reader: ByteReader,
  columns: readonly MappedColumn[],
): Pick<TableMap, 'columnNames' | 'unsigned'> {
  const found: { columnNames?: readonly string[]; unsigned?: readonly boolean[] } = {};
  while (reader.remaining > 0) {
    const field = reader.uint(1);
    const length = reader.lengthEncoded();
    const start = reader.take(length);
    const value = new ByteReader(reader.bytes, start, start + length);
    if (field === SIGNEDNESS_FIELD) {
      const unsigned = parseSignedness(value, columns);
      if (unsigned !== undefined) found.unsigned = unsigned;
    }
    if (field !== COLUMN_NAMES_FIELD) continue;
    found.columnNames = columns.map(() => value.text(value.lengthEncoded()));
    value.requireEnd('a list of column names');
  }
  return found;
}

/** A bit for each number, the first one highest; undefined where there are others than expected. */
function parseSignedness(value: ByteReader, columns: readonly MappedColumn[]): boolean[] | undefined {
  const isNumber = ({ type }: MappedColumn): boolean => NUMBERS.includes(type);
  if (value.remaining !== (columns.filter(isNumber).length + 7) >> 3) return undefined;
  const bits = value.slice(value.remaining);
  let number = 0;
  return columns.map((column) => {
    if (!isNumber(column)) return false;
    const at = number;
    number += 1;
    // A YEAR is unsigned without a word in its declaration.
    return column.type !== FIELD.YEAR && (((bits[at >> 3] as number) >> (7 - (at & 7))) & 1) === 1;
  });
}
