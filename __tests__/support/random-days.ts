/** Days that every calendar has, for tests with random rows. */
import fc from 'fast-check';

export const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** `YYYY-MM-DD`, no later in a month than the 28th. */
export const day = fc
  .tuple(
    fc.integer({ min: 1000, max: 9999 }),
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 28 }),
  )
  .map(([year, month, date]) => `${year}-${twoDigits(month)}-${twoDigits(date)}`);
