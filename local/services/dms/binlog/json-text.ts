/**
 * MySQL's binary JSON as the text that MySQL prints for it (how numbers and opaque values print was read off a
 * server).
 */
import { BinlogDamagedError, ByteReader } from './byte-reader';
import { decimalSize, decimalText } from './decimal-text';
import {
  isContainer,
  readContainer,
  type StoredJson,
  storedJson,
  JSON_TYPE as TYPE,
  unknownJsonType,
  variableLength,
} from './json-binary';
import { FIELD } from './table-map';

const LITERALS = ['null', 'true', 'false'] as const;

/** @throws BinlogDamagedError when the bytes end too early, or for a type that no version of MySQL writes */
export const jsonText = (stored: Buffer): string => valueText(storedJson(stored), 0);

function valueText(stored: StoredJson, depth: number): string {
  if (isContainer(stored.type)) return containerText(stored, depth);
  const { type, bytes } = stored;
  const reader = new ByteReader(bytes, 0, bytes.length);
  switch (type) {
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
      throw unknownJsonType(type);
  }
}

function containerText(stored: StoredJson, depth: number): string {
  const { isObject, keys, values } = readContainer(stored, depth);
  const texts = values.map((value) => valueText(value, depth + 1));
  if (!isObject) return `[${texts.join(', ')}]`;
  return `{${texts.map((text, at) => `${quote(keys[at] ?? '')}: ${text}`).join(', ')}}`;
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
function jsonNumberText(value: number): string {
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
      return opaqueDecimalText(new ByteReader(bytes, 0, bytes.length));
    case FIELD.DATE:
    case FIELD.DATETIME:
    case FIELD.TIMESTAMP:
    case FIELD.TIME:
      return `"${packedTimeText(type, new ByteReader(bytes, 0, bytes.length).int64())}"`;
    default:
      return quote(`base64:type${type}:${base64Lines(bytes)}`);
  }
}

const MOST_DIGITS = 65;

/** Precision and scale, then the digits as a column has them. */
function opaqueDecimalText(reader: ByteReader): string {
  const [precision, scale] = [reader.uint(1), reader.uint(1)];
  if (precision > MOST_DIGITS || scale > precision)
    throw new BinlogDamagedError(
      `a JSON value is a decimal of ${precision} digits, ${scale} after the point`,
    );
  return decimalText(reader.bytes, reader.take(decimalSize(precision, scale)), precision, scale);
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
