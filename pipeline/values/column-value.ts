/**
 * Text of a seed file to the exact text of a column, or the reason why the column cannot hold it.
 *
 * Nothing is cut, rounded or guessed: what is not exactly a value of the column is refused.
 */

import { Refusal } from '../files/rejection';
import type { Column, ColumnType } from '../tables';

/** The warehouse holds at most this many bytes in a VARCHAR (Amazon Redshift, "Character types"). */
const MAX_WAREHOUSE_TEXT_BYTES = 65_535;

/**
 * @returns the value as MySQL takes it from text: dates `YYYY-MM-DD`, decimals as plain digits with all decimals,
 * booleans `0` or `1`; null for an empty value that is not text. Text is kept as it is, blanks included.
 */
export function parseColumnValue(text: string, column: Column): string | null | Refusal {
  const value =
    column.type.kind === 'text' ? parseText(text, column.type.characters) : parseTrimmed(text.trim(), column);
  if (value instanceof Refusal) return new Refusal(value.code, value.reason, column.name);
  const isMissing = value === null || (column.type.kind === 'text' && value.trim() === '');
  if (isMissing && !column.nullable) {
    return new Refusal('VALUE_MISSING', `column ${column.name} is empty and may not be`, column.name);
  }
  return value;
}

function parseTrimmed(text: string, column: Column): string | null | Refusal {
  if (text === '') return null;
  const { type } = column;
  switch (type.kind) {
    case 'date':
      return parseDate(text);
    case 'boolean':
      return parseBoolean(text);
    case 'decimal':
      return parseDecimal(text, type);
    default:
      // A column of another type needs its text form decided first.
      throw new RangeError(`column ${column.name}: a seed file has no text form for type ${type.kind}`);
  }
}

export function parseText(text: string, maxCharacters: number): string | Refusal {
  if (text.includes('\0')) return new Refusal('NUL_CHARACTER', 'the text holds U+0000');
  const maxBytes = Math.min(4 * maxCharacters, MAX_WAREHOUSE_TEXT_BYTES);
  // A UTF-16 unit is at most 3 bytes of UTF-8, and a character at least one unit: short text needs no counting.
  if (text.length <= maxCharacters && text.length * 3 <= maxBytes) return text;
  const characterCount = countCharacters(text);
  if (characterCount > maxCharacters) {
    return new Refusal(
      'TEXT_TOO_LONG',
      `the text has ${characterCount} characters, the column takes ${maxCharacters}`,
    );
  }
  const byteCount = Buffer.byteLength(text);
  if (byteCount > maxBytes) {
    return new Refusal('TEXT_TOO_LONG', `the text has ${byteCount} bytes, the warehouse takes ${maxBytes}`);
  }
  return text;
}

function countCharacters(text: string): number {
  let count = 0;
  for (const _character of text) count += 1;
  return count;
}

export function parseBoolean(text: string): '0' | '1' | Refusal {
  const folded = text.toUpperCase();
  if (folded === 'TRUE') return '1';
  if (folded === 'FALSE') return '0';
  return new Refusal('BAD_BOOLEAN', 'expected TRUE or FALSE');
}

/** Digits with or without separators: `1000000.00`, `1,000,000.00`, and the Indian `10,00,000.00`. */
const AMOUNT = /^([+-]?)(\d{1,3}(?:,\d{2,3})*,\d{3}|\d*)(?:\.(\d+))?$/;

export function parseDecimal(text: string, type: Extract<ColumnType, { kind: 'decimal' }>): string | Refusal {
  const found = AMOUNT.exec(text);
  const [, sign = '', grouped = '', decimals = ''] = found ?? [];
  if (found === null || (grouped === '' && decimals === '')) {
    return new Refusal('BAD_NUMBER', 'expected digits, thousands separated by commas, decimals by a dot');
  }
  const whole = grouped.replaceAll(',', '').replace(/^0+(?=\d)/, '') || '0';
  const wholeDigits = whole === '0' ? 0 : whole.length;
  const exactDecimals = stripTrailingZeros(decimals);
  if (exactDecimals.length > type.scale) {
    return new Refusal(
      'TOO_MANY_DECIMALS',
      `the number has ${exactDecimals.length} decimals, the column takes ${type.scale}`,
    );
  }
  if (wholeDigits > type.precision - type.scale) {
    return new Refusal(
      'NUMBER_OUT_OF_RANGE',
      `the number has ${wholeDigits} digits before the dot, the column takes ${type.precision - type.scale}`,
    );
  }
  const isZero = whole === '0' && exactDecimals === '';
  const minus = sign === '-' && !isZero ? '-' : '';
  return type.scale === 0 ? `${minus}${whole}` : `${minus}${whole}.${exactDecimals.padEnd(type.scale, '0')}`;
}

/** By hand: the regular expression `0+$` takes quadratic time on zeros that are not at the end. */
export function stripTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAY_MONTH_YEAR = /^(\d{1,2})-([A-Za-z]{3})-(\d{4}|\d{2})$/;
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** `29-Jun-17`, `29-Jun-2017` or `2017-06-29`; two digits 70 to 99 are 19xx, 00 to 69 are 20xx, as in MySQL. */
export function parseDate(text: string): string | Refusal {
  const named = DAY_MONTH_YEAR.exec(text);
  if (named !== null) {
    const [, day = '', name = '', year = ''] = named;
    return buildDate(fullYear(year), MONTHS.indexOf(name.toUpperCase()) + 1, Number(day));
  }
  const iso = ISO_DATE.exec(text);
  if (iso !== null) return buildDate(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  return new Refusal('BAD_DATE', 'expected a date like 29-Jun-17, 29-Jun-2017 or 2017-06-29');
}

function fullYear(digits: string): number {
  const year = Number(digits);
  if (digits.length === 4) return year;
  return year < 70 ? 2000 + year : 1900 + year;
}

/** MySQL's DATE runs from year 1000 to 9999 (MySQL manual, "The DATE, DATETIME, and TIMESTAMP Types"). */
function buildDate(year: number, month: number, day: number): string | Refusal {
  if (month < 1 || month > 12) return new Refusal('BAD_DATE', 'there is no such month');
  if (day < 1 || day > daysOfMonth(year, month)) {
    return new Refusal('BAD_DATE', 'there is no such day in the month');
  }
  if (year < 1000) return new Refusal('BAD_DATE', 'the year is before 1000, the first that MySQL holds');
  return `${year}-${twoDigits(month)}-${twoDigits(day)}`;
}

function daysOfMonth(year: number, month: number): number {
  if (month !== 2) return [4, 6, 9, 11].includes(month) ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

const twoDigits = (number: number): string => String(number).padStart(2, '0');
