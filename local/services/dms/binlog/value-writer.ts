/**
 * Copies one value of a row image as the bytes of its exact text: the same text that `value-reader` makes of it. The
 * common types have writers that make no JavaScript value on the way.
 */
import type { ColumnBytes } from '../../../runtime/column-bytes';
import type { SourceColumn } from '../task/source-table';
import { writePadded, writeSigned, writeUnsigned } from './ascii-digits';
import { ByteReader } from './byte-reader';
import { decimalSize, writeDecimal } from './decimal-text';
import { FIELD, INTEGER_BYTES, type MappedColumn, prefixBytes } from './table-map';
import { fractionSize, writeDate, writeDay } from './temporal-text';
import { questionOtherBytes } from './text-charset';
import { buildValueReader, isCompressed, type ReadValue } from './value-reader';

/** `column` is undefined for a value that is passed over. */
export type WriteValue = (reader: ByteReader, column: ColumnBytes | undefined) => void;

/** @throws UnreadableColumnError for a type or character set that is not supported. */
export function buildValueWriter(mapped: MappedColumn, column: SourceColumn): WriteValue {
  const read = buildValueReader(mapped, column);
  return (
    integerWriter(mapped, column) ??
    decimalWriter(mapped, read) ??
    temporalWriter(mapped, read) ??
    textWriter(mapped, column) ??
    ((reader, into) => {
      const text = read(reader);
      into?.addText(text);
    })
  );
}

function integerWriter(mapped: MappedColumn, { unsigned }: SourceColumn): WriteValue | undefined {
  if (mapped.type === FIELD.LONGLONG) return unsigned ? writeUnsigned64 : writeSigned64;
  const size = INTEGER_BYTES[mapped.type];
  if (size === undefined) return undefined;
  return (reader, column) => {
    const value = unsigned ? reader.uint(size) : reader.int(size);
    if (column === undefined) return;
    const at = column.open(11);
    column.close(writeSigned(column.values, at, value));
  };
}

/** Below 2 ** 53 a number is exact. */
const HIGH_LIMIT = 0x20_0000;

function writeUnsigned64(reader: ByteReader, column: ColumnBytes | undefined): void {
  const at = reader.take(8);
  if (column === undefined) return;
  const high = reader.bytes.readUInt32LE(at + 4);
  if (high >= HIGH_LIMIT) column.addText(reader.bytes.readBigUInt64LE(at).toString());
  else {
    const place = column.open(20);
    column.close(writeUnsigned(column.values, place, high * 2 ** 32 + reader.bytes.readUInt32LE(at)));
  }
}

function writeSigned64(reader: ByteReader, column: ColumnBytes | undefined): void {
  const at = reader.take(8);
  if (column === undefined) return;
  const high = reader.bytes.readInt32LE(at + 4);
  if (high >= HIGH_LIMIT || high < -HIGH_LIMIT) column.addText(reader.bytes.readBigInt64LE(at).toString());
  else {
    const place = column.open(20);
    column.close(writeSigned(column.values, place, high * 2 ** 32 + reader.bytes.readUInt32LE(at)));
  }
}

/** No server stores such a value; whatever it is, it is the reader's to name. */
function writeAsRead(read: ReadValue, { bytes, end }: ByteReader, start: number, column: ColumnBytes): void {
  column.addText(read(new ByteReader(bytes, start, end)));
}

function decimalWriter(
  { type, size: precision, scale }: MappedColumn,
  read: ReadValue,
): WriteValue | undefined {
  if (type !== FIELD.NEWDECIMAL) return undefined;
  const bytes = decimalSize(precision, scale);
  return (reader, column) => {
    const start = reader.take(bytes);
    if (column === undefined) return;
    const at = column.open(precision + 3);
    const end = writeDecimal(reader.bytes, { start, precision, scale }, column.values, at);
    if (end === undefined) writeAsRead(read, reader, start, column);
    else column.close(end);
  };
}

const LAST_YEAR = 9_999;
const [COLON, BLANK, POINT] = [0x3a, 0x20, 0x2e] as const;

function temporalWriter({ type, size: digits }: MappedColumn, read: ReadValue): WriteValue | undefined {
  switch (type) {
    case FIELD.DATE:
      return (reader, column) => {
        const start = reader.offset;
        const packed = reader.uint(3);
        if (column === undefined) return;
        if (packed >> 9 > LAST_YEAR) return writeAsRead(read, reader, start, column);
        const at = column.open(10);
        column.close(writeDate(column.values, at, packed >> 9, (packed >> 5) & 15, packed & 31));
      };
    case FIELD.DATETIME2:
      return dateTimeWriter(digits, read);
    case FIELD.TIMESTAMP2:
      return timestampWriter(digits, read);
    default:
      return undefined;
  }
}

/** One bit of sign, 17 of year × 13 + month, 5 of day and of hour, 6 of minute and of second, then the fraction. */
function dateTimeWriter(digits: number, read: ReadValue): WriteValue {
  const fraction = fractionSize(digits);
  return (reader, column) => {
    const from = reader.take(5 + fraction);
    if (column === undefined) return;
    const { bytes } = reader;
    const [b0, b1, b2, b3, b4] = [
      bytes[from] as number,
      bytes[from + 1] as number,
      bytes[from + 2] as number,
      bytes[from + 3] as number,
      bytes[from + 4] as number,
    ];
    const yearMonth = ((b0 & 0x7f) << 10) | (b1 << 2) | (b2 >> 6);
    const year = (yearMonth / 13) | 0;
    const part = fractionAt(bytes, from + 5, digits);
    if (year > LAST_YEAR || part >= 10 ** digits) return writeAsRead(read, reader, from, column);
    const start = column.open(27);
    const at = writeDate(column.values, start, year, yearMonth - year * 13, (b2 >> 1) & 31);
    const hour = ((b2 & 1) << 4) | (b3 >> 4);
    const end = writeClock(column.values, at, hour, ((b3 & 15) << 2) | (b4 >> 6), b4 & 63);
    column.close(writeFraction(column.values, end, part, digits));
  };
}

/** Seconds since 1970, then the fraction; 0 is the zero date. */
function timestampWriter(digits: number, read: ReadValue): WriteValue {
  const fraction = fractionSize(digits);
  return (reader, column) => {
    const from = reader.take(4 + fraction);
    if (column === undefined) return;
    const { bytes } = reader;
    const seconds = bytes.readUInt32BE(from);
    const part = seconds === 0 ? 0 : fractionAt(bytes, from + 4, digits);
    if (part >= 10 ** digits) return writeAsRead(read, reader, from, column);
    const ofDay = seconds % 86_400;
    const start = column.open(27);
    const at =
      seconds === 0
        ? writeDate(column.values, start, 0, 0, 0)
        : writeDay(column.values, start, (seconds - ofDay) / 86_400);
    const hour = (ofDay / 3_600) | 0;
    const minute = ((ofDay - hour * 3_600) / 60) | 0;
    const end = writeClock(column.values, at, hour, minute, ofDay % 60);
    column.close(writeFraction(column.values, end, part, digits));
  };
}

function writeClock(values: Uint8Array, start: number, hour: number, minute: number, second: number): number {
  values[start] = BLANK;
  let at = writePadded(values, start + 1, hour, 2);
  values[at] = COLON;
  at = writePadded(values, at + 1, minute, 2);
  values[at] = COLON;
  return writePadded(values, at + 1, second, 2);
}

/** Two digits per byte, so that an odd count is stored times ten. */
function fractionAt(bytes: Uint8Array, from: number, digits: number): number {
  let stored = 0;
  for (let index = 0; index < fractionSize(digits); index += 1)
    stored = stored * 256 + (bytes[from + index] as number);
  return digits % 2 === 0 ? stored : Math.floor(stored / 10);
}

function writeFraction(values: Uint8Array, at: number, part: number, digits: number): number {
  if (digits === 0) return at;
  values[at] = POINT;
  return writePadded(values, at + 1, part, digits);
}

/** What the binlog has as UTF-8 is copied. */
const UTF8 = new Set(['utf8mb4', 'utf8mb3', 'utf8', 'ascii']);

function textWriter(mapped: MappedColumn, column: SourceColumn): WriteValue | undefined {
  const prefix = prefixBytes(mapped);
  if (prefix === undefined || isCompressed(mapped) || column.charset === null || !UTF8.has(column.charset))
    return undefined;
  // These have other forms in the binlog although they are text to the information schema.
  if (!/^(?:varchar|char|(?:tiny|medium|long)?text)$/.test(column.dataType)) return undefined;
  const isAscii = column.charset === 'ascii';
  return (reader, into) => {
    const length = reader.uint(prefix);
    const start = reader.take(length);
    into?.add(reader.bytes, start, length);
    if (isAscii && into !== undefined) questionOtherBytes(into.values, into.used - length, into.used);
  };
}
