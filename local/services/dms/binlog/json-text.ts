/**
 * MySQL's binary JSON as the text that MySQL prints for it (MySQL source documentation, `json_binary.h`; how numbers
 * and opaque values print was read off a server).
 */
import { ByteReader } from './byte-reader';
import { decimalText } from './decimal-text';
import { FIELD } from './table-map';

const TYPE = {
  SMALL_OBJECT: 0,
  LARGE_OBJECT: 1,
  SMALL_ARRAY: 2,
  LARGE_ARRAY: 3,
  LITERAL: 4,
  INT16: 5,
  UINT16: 6,
  INT32: 7,
  UINT32: 8,
  INT64: 9,
  UINT64: 10,
  DOUBLE: 11,
  STRING: 12,
  OPAQUE: 15,
} as const;

const LITERALS = ['null', 'true', 'false'] as const;

/** @throws BinlogDamagedError when the bytes end too early, RangeError for a type that no version of MySQL writes. */
export function jsonText(stored: Buffer): string {
  // An update that fails halfway under a lax sql_mode stores nothing at all; MySQL reads it as null.
  if (stored.length === 0) return 'null';
  return valueText(stored[0] as number, stored.subarray(1));
}

function valueText(type: number, bytes: Buffer): string {
  const reader = new ByteReader(bytes, 0, bytes.length);
  switch (type) {
    case TYPE.SMALL_OBJECT:
    case TYPE.LARGE_OBJECT:
      return containerText(bytes, { isLarge: type === TYPE.LARGE_OBJECT, isObject: true });
    case TYPE.SMALL_ARRAY:
    case TYPE.LARGE_ARRAY:
      return containerText(bytes, { isLarge: type === TYPE.LARGE_ARRAY, isObject: false });
    case TYPE.LITERAL:
      return LITERALS[reader.uint(1)] ?? 'null';
    case TYPE.INT16:
      return String(reader.int(2));
    case TYPE.UINT16:
      return String(reader.uint(2));
    case TYPE.INT32:
      return String(reader.int(4));
    case TYPE.UINT32:
      return String(reader.uint(4));
    case TYPE.INT64:
      return reader.int64().toString();
    case TYPE.UINT64:
      return reader.uint64().toString();
    case TYPE.DOUBLE:
      return jsonNumberText(bytes.readDoubleLE(reader.take(8)));
    case TYPE.STRING:
      return quote(reader.text(variableLength(reader)));
    case TYPE.OPAQUE:
      return opaqueText(reader);
    default:
      throw new RangeError(`a JSON value has the type ${type}, which is not one of MySQL 9.7`);
  }
}

/** Count and size, a place and length for each key, a type and place for each value; then keys and values. */
function containerText(
  bytes: Buffer,
  { isLarge, isObject }: { readonly isLarge: boolean; readonly isObject: boolean },
): string {
  const width = isLarge ? 4 : 2;
  const reader = new ByteReader(bytes, 0, bytes.length);
  const count = reader.uint(width);
  reader.skip(width);
  const keys = Array.from({ length: isObject ? count : 0 }, () => {
    const at = reader.uint(width);
    return bytes.toString('utf8', at, at + reader.uint(2));
  });
  const values = Array.from({ length: count }, () => {
    const type = reader.uint(1);
    const entry = reader.take(width);
    return valueText(type, bytes.subarray(isInline(type, isLarge) ? entry : bytes.readUIntLE(entry, width)));
  });
  if (!isObject) return `[${values.join(', ')}]`;
  return `{${values.map((value, at) => `${quote(keys[at] ?? '')}: ${value}`).join(', ')}}`;
}

/** Short values are in the place of their offset. */
const isInline = (type: number, isLarge: boolean): boolean =>
  type === TYPE.LITERAL ||
  type === TYPE.INT16 ||
  type === TYPE.UINT16 ||
  (isLarge && (type === TYPE.INT32 || type === TYPE.UINT32));

/** Seven bits a byte, the lowest first; the highest bit says that more follow. */
function variableLength(reader: ByteReader): number {
  let length = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = reader.uint(1);
    length += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return length;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const quote = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what JSON escapes.
  `"${text.replace(/["\\\u0000-\u001f]/g, (character) => SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;

/** Beyond these a double prints with an exponent. */
const MOST_WHOLE_DIGITS = 15;
const MOST_LEADING_ZEROS = 14;

/** The fewest digits that read back as the same double; one without a fraction gets `.0`. */
export function jsonNumberText(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const [mantissa = '', exponentText = '0'] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(exponentText);
  const sign = value < 0 ? '-' : '';
  const whole = exponent + 1;
  if (whole <= 0) {
    if (-whole > MOST_LEADING_ZEROS) return `${sign}${mantissa}e${exponent}`;
    return `${sign}0.${'0'.repeat(-whole)}${digits}`;
  }
  if (digits.length > whole) return `${sign}${digits.slice(0, whole)}.${digits.slice(whole)}`;
  if (whole > MOST_WHOLE_DIGITS) return `${sign}${mantissa}e${exponent}`;
  return `${sign}${digits.padEnd(whole, '0')}.0`;
}

function opaqueText(reader: ByteReader): string {
  const type = reader.uint(1);
  const bytes = reader.slice(variableLength(reader));
  switch (type) {
    case FIELD.NEWDECIMAL:
      return decimalText(bytes, 2, bytes[0] as number, bytes[1] as number);
    case FIELD.DATE:
    case FIELD.DATETIME:
    case FIELD.TIMESTAMP:
    case FIELD.TIME:
      return `"${packedTimeText(type, bytes.readBigInt64LE(0))}"`;
    default:
      return quote(`base64:type${type}:${base64Lines(bytes)}`);
  }
}

/** MySQL breaks its lines after 76 characters. */
const base64Lines = (bytes: Buffer): string => (bytes.toString('base64').match(/.{1,76}/g) ?? []).join('\n');

const two = (value: bigint): string => String(value).padStart(2, '0');

/** 24 bits of microseconds below 17 of the time and the rest of the day (MySQL source, `my_time.cc`). */
function packedTimeText(type: number, packed: bigint): string {
  const magnitude = packed < 0n ? -packed : packed;
  const micros = String(magnitude & 0xff_ffffn).padStart(6, '0');
  const whole = magnitude >> 24n;
  const clock = `${two((whole >> 6n) & 63n)}:${two(whole & 63n)}.${micros}`;
  if (type === FIELD.TIME) return `${packed < 0n ? '-' : ''}${two((whole >> 12n) & 1023n)}:${clock}`;
  const day = whole >> 17n;
  const month = day >> 5n;
  const date = `${String(month / 13n).padStart(4, '0')}-${two(month % 13n)}-${two(day & 31n)}`;
  return type === FIELD.DATE ? date : `${date} ${two((whole >> 12n) & 31n)}:${clock}`;
}
