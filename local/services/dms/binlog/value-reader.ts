/** Reads one value of a row image as its exact text: the text that the snapshot reads for the same value. */

import { geometryText } from '../../../../pipeline/mysql/exact-text';
import { refusedType } from '../../../../pipeline/values/mysql-contract';
import type { SourceColumn } from '../task/source-table';
import { addressReader } from './address-text';
import type { ByteReader } from './byte-reader';
import { readCompressedValue } from './compressed-column';
import { decimalSize, decimalText } from './decimal-text';
import { jsonText } from './json-text';
import { FIELD, INTEGER_BYTES, type MappedColumn, prefixBytes } from './table-map';
import { dateText, dateTimeText, fractionSize, timestampText, timeText } from './temporal-text';
import { textDecoder } from './text-charset';

export type ReadValue = (reader: ByteReader) => string;

/** A column that cannot be read exactly; its table is suspended. */
export class UnreadableColumnError extends Error {
  override readonly name = 'UnreadableColumnError';
}

/** The shortest text that reads back as the same double; MySQL's own digits can differ in form, never in value. */
export const doubleText = (value: number): string => (Object.is(value, -0) ? '-0' : String(value));

/** @throws UnreadableColumnError for a type or character set that is not supported. */
export function buildValueReader(mapped: MappedColumn, column: SourceColumn): ReadValue {
  if (refusedType(column.type) !== undefined) return skipReader(mapped, column);
  const read =
    integerReader(mapped, column) ??
    numberReader(mapped) ??
    temporalReader(mapped) ??
    addressReader(column) ??
    documentReader(mapped) ??
    bytesReader(mapped, column) ??
    labelReader(mapped, column);
  if (read === undefined) {
    throw new UnreadableColumnError(
      `column ${column.name} has the type ${column.columnType}, which is not supported`,
    );
  }
  return read;
}

function integerReader(mapped: MappedColumn, { unsigned }: SourceColumn): ReadValue | undefined {
  if (mapped.type === FIELD.LONGLONG)
    return unsigned ? (reader) => reader.uint64().toString() : (reader) => reader.int64().toString();
  const size = INTEGER_BYTES[mapped.type];
  if (size === undefined) return undefined;
  return unsigned ? (reader) => String(reader.uint(size)) : (reader) => String(reader.int(size));
}

function numberReader({ type, size, scale }: MappedColumn): ReadValue | undefined {
  switch (type) {
    case FIELD.NEWDECIMAL: {
      const bytes = decimalSize(size, scale);
      return (reader) => decimalText(reader.bytes, reader.take(bytes), size, scale);
    }
    case FIELD.FLOAT:
      return (reader) => doubleText(reader.bytes.readFloatLE(reader.take(4)));
    case FIELD.DOUBLE:
      return (reader) => doubleText(reader.bytes.readDoubleLE(reader.take(8)));
    case FIELD.YEAR:
      return (reader) => {
        const stored = reader.uint(1);
        return stored === 0 ? '0' : String(1900 + stored);
      };
    case FIELD.BIT:
      return (reader) => BigInt(`0x${reader.slice(size).toString('hex')}`).toString();
    default:
      return undefined;
  }
}

function temporalReader({ type, size: digits }: MappedColumn): ReadValue | undefined {
  const bytes = fractionSize(digits);
  const fraction = (reader: ByteReader): number => (bytes === 0 ? 0 : reader.uintBigEndian(bytes));
  switch (type) {
    case FIELD.DATE:
      return (reader) => dateText(reader.uint(3));
    case FIELD.DATETIME2:
      return (reader) => dateTimeText(reader.uintBigEndian(5), fraction(reader), digits);
    case FIELD.TIMESTAMP2:
      return (reader) => timestampText(reader.uintBigEndian(4), fraction(reader), digits);
    case FIELD.TIME2:
      return (reader) => timeText(reader.uintBigEndian(3 + bytes), digits);
    default:
      return undefined;
  }
}

/** Text as text; bytes as hexadecimal digits, which is also how DMS writes them. */
function bytesReader(mapped: MappedColumn, column: SourceColumn): ReadValue | undefined {
  const prefix = prefixBytes(mapped);
  if (prefix === undefined) return undefined;
  if (column.charset === null || column.charset === 'binary') {
    if (!/binary|blob/.test(column.dataType)) return undefined;
    // The binlog strips the zero bytes that BINARY(n) is padded with.
    const digits = column.dataType === 'binary' ? (column.byteLength ?? 0) * 2 : 0;
    if (isCompressed(mapped))
      return (reader) => readCompressedValue(reader.slice(reader.uint(prefix))).toString('hex');
    return (reader) => reader.slice(reader.uint(prefix)).toString('hex').padEnd(digits, '0');
  }
  const decode = textDecoder(column.charset);
  if (decode === undefined) {
    throw new UnreadableColumnError(
      `column ${column.name} has the character set ${column.charset}, which is not supported; convert it to utf8mb4`,
    );
  }
  if (isCompressed(mapped))
    return (reader) => {
      const value = readCompressedValue(reader.slice(reader.uint(prefix)));
      return decode(value, 0, value.length);
    };
  return (reader) => {
    const length = reader.uint(prefix);
    const start = reader.take(length);
    return decode(reader.bytes, start, start + length);
  };
}

export const isCompressed = ({ type }: MappedColumn): boolean =>
  type === FIELD.BLOB_COMPRESSED || type === FIELD.VARCHAR_COMPRESSED;

function labelReader({ type, size }: MappedColumn, column: SourceColumn): ReadValue | undefined {
  if (type !== FIELD.ENUM && type !== FIELD.SET) return undefined;
  const { labels } = column.type;
  if (type === FIELD.ENUM) {
    return (reader) => {
      const index = reader.uint(size);
      // 0 stands for a value that was not in the list when it was written; MySQL reads it as ''.
      return index === 0 ? '' : labelAt(labels, index - 1, column.name);
    };
  }
  return (reader) => {
    const bits = BigInt(`0x${Buffer.from(reader.slice(size)).reverse().toString('hex')}`);
    return labels.filter((_label, index) => ((bits >> BigInt(index)) & 1n) === 1n).join(',');
  };
}

function labelAt(labels: readonly string[], index: number, column: string): string {
  const label = labels[index];
  if (label === undefined)
    throw new UnreadableColumnError(`column ${column} holds a label that its list does not have`);
  return label;
}

/** A column that stays behind is passed over: what is not carried comes as bytes behind their count. */
function skipReader({ type, size }: MappedColumn, column: SourceColumn): ReadValue {
  if (type !== FIELD.VECTOR && type !== FIELD.JSON && type !== FIELD.GEOMETRY && type !== FIELD.BLOB)
    throw new UnreadableColumnError(
      `column ${column.name} has the type ${column.columnType}, which is not supported`,
    );
  return (reader) => {
    reader.skip(reader.uint(size));
    return '';
  };
}

/** What is stored as bytes behind their count, and is neither text nor plain bytes. */
function documentReader({ type, size }: MappedColumn): ReadValue | undefined {
  switch (type) {
    case FIELD.GEOMETRY:
      return (reader) => geometryText(reader.slice(reader.uint(size)));
    case FIELD.JSON:
      return (reader) => jsonText(reader.slice(reader.uint(size)));
    default:
      return undefined;
  }
}
