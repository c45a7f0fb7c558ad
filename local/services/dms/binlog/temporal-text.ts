/** MySQL's packed dates and times as the text that MySQL itself prints, with all fractional digits of the column. */
import { writePadded } from './ascii-digits';

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));
const four = (value: number): string => String(value).padStart(4, '0');

/** Bytes that `digits` fractional digits take. */
export const fractionSize = (digits: number): number => (digits + 1) >> 1;

/** Two digits a byte, so that an odd count is stored times ten. */
function fractionText(stored: number, digits: number): string {
  if (digits === 0) return '';
  const value = digits % 2 === 0 ? stored : Math.floor(stored / 10);
  return `.${String(value).padStart(digits, '0')}`;
}

/** DATE: 15 bits of year, 4 of month, 5 of day. Zero dates come out as MySQL prints them. */
export const dateText = (packed: number): string =>
  `${four(packed >> 9)}-${two((packed >> 5) & 15)}-${two(packed & 31)}`;

const DASH = 0x2d;

/** `YYYY-MM-DD` as bytes. @returns the place behind it, as all writers do */
export function writeDate(bytes: Uint8Array, at: number, year: number, month: number, day: number): number {
  writePadded(bytes, at, year, 4);
  bytes[at + 4] = DASH;
  writePadded(bytes, at + 5, month, 2);
  bytes[at + 7] = DASH;
  return writePadded(bytes, at + 8, day, 2);
}

let lastDay = -1;
let lastDate: readonly [year: number, month: number, day: number] = [0, 0, 0];

/** The same of a day since 1970. Most rows have the day of the row before. */
export function writeDay(bytes: Uint8Array, at: number, day: number): number {
  if (day !== lastDay) {
    const date = new Date(day * 86_400_000);
    lastDate = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
    lastDay = day;
  }
  return writeDate(bytes, at, ...lastDate);
}

/** DATETIME: sign, 17 bits of year × 13 + month, day, hour, minute, second in 5 bytes; then the fraction. */
export function dateTimeText(packed: number, fraction: number, digits: number): string {
  // 40 bits: too many for the bitwise operators, so the two halves are taken apart first.
  const high = Math.floor(packed / 2 ** 17);
  const low = packed % 2 ** 17;
  const day = high & 31;
  const yearMonth = Math.floor(high / 32) & 0x1ffff;
  const date = `${four(Math.floor(yearMonth / 13))}-${two(yearMonth % 13)}-${two(day)}`;
  const time = `${two((low >> 12) & 31)}:${two((low >> 6) & 63)}:${two(low & 63)}`;
  return `${date} ${time}${fractionText(fraction, digits)}`;
}

/** TIMESTAMP: seconds since 1970, printed in UTC as a session with time zone +00:00 sees it; 0 is the zero date. */
export function timestampText(seconds: number, fraction: number, digits: number): string {
  if (seconds === 0) return `0000-00-00 00:00:00${fractionText(0, digits)}`;
  const text = new Date(seconds * 1_000).toISOString();
  return `${text.slice(0, 10)} ${text.slice(11, 19)}${fractionText(fraction, digits)}`;
}

/** TIME: 10 bits of hours, 6 of minutes, 6 of seconds and the fraction, as one number around a zero in the middle. */
export function timeText(stored: number, digits: number): string {
  const fractionUnits = 256 ** fractionSize(digits);
  const signed = stored - 0x80_0000 * fractionUnits;
  const magnitude = Math.abs(signed);
  const whole = Math.floor(magnitude / fractionUnits);
  const clock = `${two((whole >> 12) & 1023)}:${two((whole >> 6) & 63)}:${two(whole & 63)}`;
  return `${signed < 0 ? '-' : ''}${clock}${fractionText(magnitude % fractionUnits, digits)}`;
}
