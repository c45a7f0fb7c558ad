/** What a double, IEEE 754 binary64, holds exactly. */
import { canonicalNumber, stripLeadingZeros } from './decimal';

/** Every decimal number of so many significant digits comes back from a double as it was (IEEE 754). */
const EXACT_DIGITS = 15;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The shortest text of the double that stands for a canonical number, or undefined when no double does: its
 * shortest text must be the same number again. `0.1` is held, 38 digits are not.
 */
export function exactDouble(canonical: string): string | undefined {
  const shortest = String(Number(canonical));
  return canonicalNumber(shortest) === canonical ? shortest : undefined;
}

/** The same of a REAL, IEEE 754 binary32. */
export function exactReal(canonical: string): string | undefined {
  const shortest = exactDouble(canonical);
  return shortest !== undefined && isReal(shortest) ? shortest : undefined;
}

/** Whether the text is a finite number as SQL writes one: digits, at most one point, at most one exponent. */
export const isNumberText = (text: string): boolean => NUMBER.test(text);

/** Whether a number has so few digits that any double holds it, whatever they are. */
export const hasDoubleDigits = (text: string): boolean =>
  stripLeadingZeros(text.replace(/\D/g, '')).length <= EXACT_DIGITS;

/** Whether a REAL, IEEE 754 binary32, is just the number. */
export const isReal = (text: string): boolean => Math.fround(Number(text)) === Number(text);
