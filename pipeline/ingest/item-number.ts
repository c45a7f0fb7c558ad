/** A JSON number as DynamoDB holds it. */

import { Refusal } from '../files/rejection';
import { stripLeadingZeros, stripTrailingZeros } from '../values/decimal';

/** "Up to 38 digits of precision", 1E-130 to 9.99…E+125 and the same below zero (DynamoDB guide, "Data types"). */
const MAX_DIGITS = 38;
const MAX_EXPONENT = 125;
const MIN_EXPONENT = -130;

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * @param text a number of JSON.
 * @returns plain digits without exponent and without needless zeros, `-0` as `0`; or a Refusal when DynamoDB would
 * round it or not hold it at all.
 */
export function parseDynamodbNumber(text: string): string | Refusal {
  const found = NUMBER.exec(text);
  if (found === null) return new Refusal('BAD_NUMBER', 'it is not a number of JSON');
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = found;
  const all = `${whole}${fraction}`;
  const significant = stripLeadingZeros(all);
  const digits = stripTrailingZeros(significant);
  if (digits === '') return '0';
  if (digits.length > MAX_DIGITS) {
    return new Refusal(
      'NUMBER_TOO_PRECISE',
      `the number has ${digits.length} significant digits, DynamoDB holds ${MAX_DIGITS}`,
    );
  }
  // As in 1.234E+5: the power of ten of the first digit. Absurd exponents become Infinity and fall out here.
  const power = whole.length - (all.length - significant.length) - 1 + Number(exponent);
  if (power > MAX_EXPONENT || power < MIN_EXPONENT) {
    return new Refusal(
      'NUMBER_OUT_OF_RANGE',
      `the number is beyond 1E${MIN_EXPONENT} to 1E+${MAX_EXPONENT + 1}, what DynamoDB holds`,
    );
  }
  return sign + plainDigits(digits, power);
}

function plainDigits(digits: string, power: number): string {
  if (power < 0) return `0.${'0'.repeat(-power - 1)}${digits}`;
  if (digits.length <= power + 1) return digits.padEnd(power + 1, '0');
  return `${digits.slice(0, power + 1)}.${digits.slice(power + 1)}`;
}
