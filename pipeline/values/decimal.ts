/**
 * Exact decimal numbers as text; nothing here goes through a JavaScript number. Every function is linear in its text:
 * a string of 400 KB may stand where a number is expected.
 */

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** Most numbers come as they are to be written. */
const CANONICAL = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;

/** The digits of a number on both sides of its point, without needless zeros: zero has none at all. */
export interface DecimalDigits {
  readonly isNegative: boolean;
  readonly whole: string;
  readonly fraction: string;
}

/** By hand: the regular expression `0+$` takes quadratic time on zeros that are not at the end. */
export function stripTrailingZeros(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}

export function stripLeadingZeros(digits: string): string {
  let start = 0;
  while (digits[start] === '0') start += 1;
  return digits.slice(start);
}

/** Reads plain digits or an exponent of up to four digits; undefined when `text` is no number. */
export function parseDecimalDigits(text: string): DecimalDigits | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const digits = whole + fraction;
  if (digits === '') return undefined;
  const point = whole.length + Number(exponentText);
  const padded = point <= 0 ? '0'.repeat(-point) + digits : digits.padEnd(point, '0');
  const split = Math.max(point, 0);
  return {
    isNegative: sign === '-',
    whole: stripLeadingZeros(padded.slice(0, split)),
    fraction: stripTrailingZeros(padded.slice(split)),
  };
}

/** The canonical text of digits: `-0` is `0`. */
export function digitsText({ isNegative, whole, fraction }: DecimalDigits): string {
  if (whole === '' && fraction === '') return '0';
  return `${isNegative ? '-' : ''}${whole || '0'}${fraction === '' ? '' : `.${fraction}`}`;
}

/**
 * The one form in which a number is written: plain digits without exponent, without needless zeros, `-0` as `0`;
 * undefined when `text` is no number. DynamoDB writes one number in several forms (`1E+2`, `100`, `100.0`).
 */
export function canonicalNumber(text: string): string | undefined {
  if (CANONICAL.test(text) && text !== '-0') return text;
  const digits = parseDecimalDigits(text);
  return digits === undefined ? undefined : digitsText(digits);
}

/** Why DECIMAL(precision, scale) cannot hold a number exactly: digits after the point, or before it, are too many. */
export type DecimalMisfit = 'scale' | 'range';

/** Undefined when DECIMAL(precision, scale) holds the number without rounding. */
export function checkDecimal(
  { whole, fraction }: Pick<DecimalDigits, 'whole' | 'fraction'>,
  { precision, scale }: { readonly precision: number; readonly scale: number },
): DecimalMisfit | undefined {
  if (fraction.length > scale) return 'scale';
  return whole.length > precision - scale ? 'range' : undefined;
}

const INTEGER_BITS = { smallint: 16n, integer: 32n, bigint: 64n } as const;
/** -9223372036854775808 has 19. */
const MAX_INTEGER_DIGITS = 19;

export type IntegerKind = keyof typeof INTEGER_BITS;

/** Whether a number is whole and in the range of the type. */
export function fitsInteger({ isNegative, whole, fraction }: DecimalDigits, kind: IntegerKind): boolean {
  if (fraction !== '' || whole.length > MAX_INTEGER_DIGITS) return false;
  const magnitude = BigInt(whole);
  const limit = 1n << (INTEGER_BITS[kind] - 1n);
  return isNegative ? magnitude <= limit : magnitude < limit;
}
