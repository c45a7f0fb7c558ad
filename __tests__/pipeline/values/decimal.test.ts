import fc from 'fast-check';
import {
  canonicalNumber,
  checkDecimal,
  type DecimalDigits,
  fitsInteger,
  parseDecimalDigits,
} from '../../../pipeline/values/decimal';
import { exactDouble } from '../../../pipeline/values/double';

const digitsOf = (text: string): DecimalDigits => parseDecimalDigits(text) as DecimalDigits;

/** A number as DynamoDB holds it: up to 38 significant digits and a power of ten. */
const dynamodbNumber = fc.record({
  negative: fc.boolean(),
  digits: fc.stringMatching(/^[1-9]\d{0,37}$/),
  exponent: fc.integer({ min: -130, max: 88 }),
});

it.each([
  ['0', '0', 'zero'],
  ['-0', '0', 'zero has no sign'],
  ['+7', '7', 'a plus sign says nothing'],
  ['007', '7', 'leading zeros'],
  ['110.0700', '110.07', 'trailing zeros'],
  ['.5', '0.5', 'no digit before the point'],
  ['5.', '5', 'no digit after the point'],
  ['1E+2', '100', 'exponent'],
  ['1.5e-3', '0.0015', 'negative exponent'],
  ['12.34E1', '123.4', 'the point moves inside the digits'],
  ['1E+125', `1${'0'.repeat(125)}`, 'the greatest exponent of DynamoDB'],
  ['1E-130', `0.${'0'.repeat(129)}1`, 'the least exponent of DynamoDB'],
  ['9'.repeat(38), '9'.repeat(38), '38 digits'],
])('%s is written %s (%s)', (text, expected) => {
  expect(canonicalNumber(text)).toBe(expected);
});

it.each(['', '.', '-', 'abc', '1e', '0x10', '1,000', 'NaN', 'Infinity', ' 1'])('%j is no number', (text) => {
  expect(canonicalNumber(text)).toBeUndefined();
});

it('however a number is written, it has one canonical form, and that keeps every digit', () => {
  fc.assert(
    fc.property(dynamodbNumber, fc.nat(6), fc.nat(6), ({ negative, digits, exponent }, zeros, shift) => {
      const sign = negative ? '-' : '';
      const canonical = canonicalNumber(`${sign}${digits}E${exponent}`) ?? '';
      const padded = `${sign}${'0'.repeat(zeros)}${digits}${'0'.repeat(shift)}E${exponent - shift}`;
      expect(canonicalNumber(padded)).toBe(canonical);
      expect(canonicalNumber(canonical)).toBe(canonical);
      const [whole = '', fraction = ''] = canonical.split('.');
      const scaled = BigInt(whole + fraction.padEnd(140, '0'));
      expect(scaled).toBe(BigInt(`${sign}${digits}`) * 10n ** BigInt(140 + exponent));
    }),
  );
});

it('a decimal fits exactly when its digits on both sides of the point do', () => {
  fc.assert(
    fc.property(dynamodbNumber, fc.integer({ min: 1, max: 38 }), fc.nat(37), (number, precision, raw) => {
      const scale = Math.min(raw, precision);
      const canonical = canonicalNumber(`${number.digits}E${number.exponent}`) ?? '';
      const scaled = canonicalNumber(`${canonical}E${scale}`) ?? '';
      const isWhole = !scaled.includes('.');
      const misfit = checkDecimal(digitsOf(canonical), { precision, scale });
      const expected = isWhole ? undefined : 'scale';
      expect(misfit).toBe(isWhole && scaled.length > precision ? 'range' : expected);
    }),
  );
});

it.each([
  ['32767', 'smallint', true],
  ['32768', 'smallint', false],
  ['-32768', 'smallint', true],
  ['2147483648', 'integer', false],
  ['9223372036854775807', 'bigint', true],
  ['9223372036854775808', 'bigint', false],
  ['-9223372036854775808', 'bigint', true],
  ['1.5', 'integer', false],
  ['1'.repeat(38), 'bigint', false],
] as const)('%s in a %s: %s', (text, type, fits) => {
  expect(fitsInteger(digitsOf(text), type)).toBe(fits);
});

it.each([
  ['0.1', '0.1'],
  ['110', '110'],
  [canonicalNumber('1E+125') ?? '', '1e+125'],
  ['0.1000000000000000055', undefined],
  ['12345678901234567890', undefined],
])('the double of %s is %s', (text, expected) => {
  expect(exactDouble(text)).toBe(expected);
});
