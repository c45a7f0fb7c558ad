/** Exact decimal numbers as text. Nothing here goes through a JavaScript number, except where a double is asked for. */

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/;

/** Most numbers come as they are to be written. */
const CANONICAL = /^-?(?:0|[1-9]\d*)(?:\.\d*[1-9])?$/;

/**
 * The one way a number is written: plain digits without exponent, without needless zeros, `-0` as `0`; undefined
 * when `text` is no number. DynamoDB writes one number in several ways (`1E+2`, `100`, `100.0`).
 */
export function canonicalNumber(text: string): string | undefined {
  if (CANONICAL.test(text) && text !== '-0') return text;
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match;
  const digits = whole + fraction;
  if (digits === '') return undefined;
  const point = whole.length + Number(exponentText);
  const padded = point <= 0 ? '0'.repeat(1 - point) + digits : digits.padEnd(point, '0');
  const split = Math.max(point, 1);
  const integerPart = padded.slice(0, split).replace(/^0+(?=\d)/, '');
  const fractionPart = padded.slice(split).replace(/0+$/, '');
  const magnitude = fractionPart === '' ? integerPart : `${integerPart}.${fractionPart}`;
  return sign === '-' && magnitude !== '0' ? `-${magnitude}` : magnitude;
}

/** Whether a canonical number fits DECIMAL(precision, scale) without rounding. */
export function fitsDecimal(canonical: string, precision: number, scale: number): boolean {
  const [whole = '', fraction = ''] = canonical.replace('-', '').split('.');
  const wholeDigits = whole === '0' ? 0 : whole.length;
  return fraction.length <= scale && wholeDigits <= precision - scale;
}

const INTEGER_BITS = { smallint: 16n, integer: 32n, bigint: 64n } as const;

/** Whether a canonical number is a whole number in the range of the type. */
export function fitsInteger(canonical: string, type: keyof typeof INTEGER_BITS): boolean {
  if (!/^-?\d{1,19}$/.test(canonical)) return false;
  const value = BigInt(canonical);
  const limit = 1n << (INTEGER_BITS[type] - 1n);
  return value >= -limit && value < limit;
}

/**
 * The shortest text of the double that stands for a canonical number, or undefined when no double does: its
 * shortest text must be the same number again. `0.1` is held, 38 digits are not.
 */
export function doubleText(canonical: string): string | undefined {
  const shortest = String(Number(canonical));
  return canonicalNumber(shortest) === canonical ? shortest : undefined;
}
