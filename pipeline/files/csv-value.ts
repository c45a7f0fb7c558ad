/**
 * Text of a seed file to the exact text of a column, or the reason why the column cannot hold it.
 *
 * Nothing is cut, rounded or guessed: what is not exactly a value of the column is refused.
 */

import type { Column } from '../tables';
import { daysOfMonth } from '../values/calendar';
import type { ColumnType } from '../values/column-type';
import { checkDecimal, stripLeadingZeros, stripTrailingZeros } from '../values/decimal';
import { checkText } from '../values/text';
import { Refusal, refuseText } from './rejection';

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

function parseText(text: string, maxCharacters: number): string | Refusal {
  const misfit = checkText(text, maxCharacters);
  return misfit === undefined ? text : refuseText(misfit);
}

function parseBoolean(text: string): '0' | '1' | Refusal {
  const folded = text.toUpperCase();
  if (folded === 'TRUE') return '1';
  if (folded === 'FALSE') return '0';
  return new Refusal('BAD_BOOLEAN', 'expected TRUE or FALSE');
}

/** Digits with or without separators: `1000000.00`, `1,000,000.00`, and the Indian `10,00,000.00`. */
const AMOUNT = /^([+-]?)(\d{1,3}(?:,\d{2,3})*,\d{3}|\d*)(?:\.(\d+))?$/;

function parseDecimal(text: string, type: Extract<ColumnType, { kind: 'decimal' }>): string | Refusal {
  const found = AMOUNT.exec(text);
  const [, sign = '', grouped = '', decimals = ''] = found ?? [];
  if (found === null || (grouped === '' && decimals === '')) {
    return new Refusal('BAD_NUMBER', 'expected digits, thousands separated by commas, decimals by a dot');
  }
  const whole = stripLeadingZeros(grouped.replaceAll(',', ''));
  const fraction = stripTrailingZeros(decimals);
  const { precision, scale } = type;
  switch (checkDecimal({ whole, fraction }, type)) {
    case 'scale':
      return new Refusal(
        'TOO_MANY_DECIMALS',
        `the number has ${fraction.length} decimals, the column takes ${scale}`,
      );
    case 'range':
      return new Refusal(
        'NUMBER_OUT_OF_RANGE',
        `the number has ${whole.length} digits before the dot, the column takes ${precision - scale}`,
      );
    case undefined:
      break;
  }
  const isZero = whole === '' && fraction === '';
  const minus = sign === '-' && !isZero ? '-' : '';
  return scale === 0 ? `${minus}${whole || '0'}` : `${minus}${whole || '0'}.${fraction.padEnd(scale, '0')}`;
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const DAY_MONTH_YEAR = /^(\d{1,2})-([A-Za-z]{3})-(\d{4}|\d{2})$/;
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** `29-Jun-17`, `29-Jun-2017` or `2017-06-29`; two digits 70 to 99 are 19xx, 00 to 69 are 20xx, as in MySQL. */
function parseDate(text: string): string | Refusal {
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

const twoDigits = (number: number): string => String(number).padStart(2, '0');
