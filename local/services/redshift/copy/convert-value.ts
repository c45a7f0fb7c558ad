/** A JSON value as the text that its column takes, by COPY's rules. Numbers stay text; nothing passes a double. */

import { isTimeOfDay } from '../../../../pipeline/values/calendar';
import {
  checkDecimal,
  fitsInteger,
  parseDecimalDigits,
  stripLeadingZeros,
} from '../../../../pipeline/values/decimal';
import { isNumberText } from '../../../../pipeline/values/double';
import { fitsBytes, MAX_STRING_BYTES } from '../../../../pipeline/values/text';
import type { CopyOptions } from '../commands/copy-options';
import { type RedshiftType, typeText } from '../sql/syntax/column-type';
import type { TableColumn } from '../storage/catalog';
import { cut } from '../storage/scalar-functions';
import { convertDate, convertTime } from './convert-time';
import { ValueError } from './value-error';

export type ConvertOptions = Pick<
  CopyOptions,
  'timeFormat' | 'dateFormat' | 'truncateColumns' | 'emptyAsNull' | 'blanksAsNull' | 'roundDecimals'
>;

/** @throws ValueError */
export function convertValue(value: unknown, column: TableColumn, options: ConvertOptions): string | null {
  const text = value === null || value === undefined ? null : convertPresent(value, column.type, options);
  if (text === null && !column.nullable) throw new ValueError(1213, 'Missing data for not-null field', '');
  return text;
}

function convertPresent(value: unknown, type: RedshiftType, options: ConvertOptions): string | null {
  if (type.name === 'super') return checkSuper(value);
  const text =
    typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value);
  if (type.name === 'varchar' || type.name === 'char') return convertText(text, type, options);
  const trimmed = text.trim();
  if (trimmed === '') return null;
  switch (type.name) {
    case 'int2':
    case 'int4':
    case 'int8':
      return convertInteger(trimmed, type.name);
    case 'numeric':
      return convertDecimal(trimmed, type, options.roundDecimals);
    case 'float4':
    case 'float8':
      return convertFloat(trimmed);
    case 'bool':
      return convertBoolean(trimmed);
    case 'date':
      return convertDate(trimmed);
    case 'timestamp':
    case 'timestamptz':
      return convertTime(trimmed, type.name, options.timeFormat);
    case 'time':
      return convertTimeOfDay(trimmed);
    default:
      throw new ValueError(1216, `COPY into a column of type ${typeText(type)} is not supported`, text);
  }
}

function convertText(text: string, type: RedshiftType, options: ConvertOptions): string | null {
  if (options.emptyAsNull && text === '') return null;
  if (options.blanksAsNull && text !== '' && text.trim() === '') return null;
  if (!text.isWellFormed()) throw invalidCharacters();
  const length = type.length!;
  if (fitsBytes(text, length)) return text;
  if (options.truncateColumns) return cut(text, length);
  throw new ValueError(1204, 'String length exceeds DDL length', text);
}

/** Half of a surrogate pair, which JSON can write and UTF-8 cannot. */
export const invalidCharacters = (): ValueError =>
  new ValueError(1220, 'String contains invalid or unsupported UTF8 codepoints.', '');

const CLOCK = /^(\d{2}):(\d{2}):(\d{2})(?:\.\d{1,6})?$/;

function convertTimeOfDay(text: string): string {
  const clock = CLOCK.exec(text);
  if (clock !== null && isTimeOfDay(Number(clock[1]), Number(clock[2]), Number(clock[3]))) return text;
  throw new ValueError(1206, 'Invalid time format or value', text);
}

const INTEGERS = {
  int2: { kind: 'smallint', title: 'Short' },
  int4: { kind: 'integer', title: 'Integer' },
  int8: { kind: 'bigint', title: 'Long' },
} as const;

function convertInteger(text: string, name: keyof typeof INTEGERS): string {
  const { kind, title } = INTEGERS[name];
  const digits = /^[+-]?\d*/.exec(text)![0];
  const number = digits.length < text.length ? undefined : parseDecimalDigits(digits);
  if (number === undefined) {
    const at = digits.length;
    throw new ValueError(1207, `Invalid digit, Value '${text[at] ?? ''}', Pos ${at}, Type: ${title}`, text);
  }
  if (!fitsInteger(number, kind)) throw new ValueError(1204, `Overflow for type ${title}`, text);
  return digits;
}

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** Digits beyond the scale are cut, unless ROUNDEC is set. */
function convertDecimal(text: string, type: RedshiftType, round: boolean): string {
  const found = DECIMAL.exec(text);
  if (found === null || `${found[2]}${found[3] ?? ''}` === '') {
    const at = /^[+-]?\d*(?:\.\d*)?/.exec(text)![0].length;
    throw new ValueError(1207, `Invalid digit, Value '${text[at] ?? ''}', Pos ${at}, Type: Decimal`, text);
  }
  const { precision, scale } = type as { precision: number; scale: number };
  if (found[4] === undefined && found[2]!.length <= precision - scale && (found[3] ?? '').length <= scale) {
    // The usual case: nothing is cut, nothing overflows.
    return `${found[1] === '-' ? '-' : ''}${found[2] || '0'}${scale === 0 ? '' : `.${(found[3] ?? '').padEnd(scale, '0')}`}`;
  }
  const [whole, fraction] = shifted(found[2]!, found[3] ?? '', Number(found[4] ?? 0));
  const overflow = (): ValueError =>
    new ValueError(1209, `Numeric overflow, Type: Decimal(${precision},${scale})`, text);
  // Before it is rounded, which would turn any number of digits into a BigInt.
  if (overflows(whole, precision, scale)) throw overflow();
  const kept = round
    ? roundedAt(whole, fraction, scale)
    : `${whole || '0'}${fraction.slice(0, scale).padEnd(scale, '0')}`;
  const digits = stripLeadingZeros(kept).padStart(scale + 1, '0');
  const point = digits.length - scale;
  if (overflows(digits.slice(0, point), precision, scale)) throw overflow();
  return `${found[1] === '-' ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
}

const overflows = (whole: string, precision: number, scale: number): boolean =>
  checkDecimal({ whole: stripLeadingZeros(whole), fraction: '' }, { precision, scale }) === 'range';

function shifted(whole: string, fraction: string, exponent: number): [whole: string, fraction: string] {
  if (exponent >= 0) {
    return [whole + fraction.slice(0, exponent).padEnd(exponent, '0'), fraction.slice(exponent)];
  }
  const padded = whole.padStart(-exponent, '0');
  const point = padded.length + exponent;
  return [padded.slice(0, point), padded.slice(point) + fraction];
}

function roundedAt(whole: string, fraction: string, scale: number): string {
  const kept = BigInt(`${stripLeadingZeros(whole) || '0'}${fraction.slice(0, scale).padEnd(scale, '0')}`);
  return String(kept + ((fraction[scale] ?? '0') >= '5' ? 1n : 0n));
}

function convertFloat(text: string): string {
  if (/^[+-]?(?:inf|infinity|nan)$/i.test(text)) return text;
  if (!isNumberText(text)) throw new ValueError(1208, 'Invalid character found in a FLOAT value', text);
  if (Number.isFinite(Number(text))) return text;
  throw new ValueError(1204, 'Overflow for type Double', text);
}

const TRUE_WORDS = new Set(['t', 'true', 'y', 'yes', '1', 'on']);
const FALSE_WORDS = new Set(['f', 'false', 'n', 'no', '0', 'off']);

function convertBoolean(text: string): string {
  const word = text.toLowerCase();
  if (TRUE_WORDS.has(word)) return 'true';
  if (FALSE_WORDS.has(word)) return 'false';
  throw new ValueError(1210, 'Invalid value for BOOLEAN', text);
}

const MAX_SUPER_BYTES = 16 * 1024 * 1024;

/**
 * The value as compact JSON. A string inside may have 65,535 bytes (developer guide, "SUPER type limits").
 * @throws ValueError 1224
 */
export function checkSuper(value: unknown): string {
  const text = JSON.stringify(value);
  // A number that no double holds was read as infinity, which is written as null.
  if (text.includes('null') && holdsInfinity(value))
    throw new ValueError(1224, 'Numeric overflow in a SUPER value', '');
  if (text.length > MAX_STRING_BYTES / 4) {
    if (Buffer.byteLength(text) > MAX_SUPER_BYTES)
      throw new ValueError(1224, 'SUPER value exceeds export size', '');
    checkStrings(value);
  }
  return text;
}

function holdsInfinity(value: unknown): boolean {
  if (typeof value === 'number') return !Number.isFinite(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(holdsInfinity);
}

function checkStrings(value: unknown): void {
  if (typeof value === 'string') {
    if (Buffer.byteLength(value) > MAX_STRING_BYTES) {
      throw new ValueError(1224, 'String value exceeds the max size of 65535 bytes', '');
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inside] of Object.entries(value)) {
      checkStrings(key);
      checkStrings(inside);
    }
  }
}
