/**
 * Days and times of the calendar, and their text to the microsecond. The proleptic Gregorian calendar of the years 1
 * to 9999, as SQL has it. JavaScript's Date keeps milliseconds only, so the fraction stays text.
 */
import { stripTrailingZeros } from './decimal';

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const FRACTION_DIGITS = 6;

/** 0 for a month that does not exist. */
export function daysOfMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  if (month < 1 || month > 12) return 0;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Whether the calendar has the day. MySQL can hold 0000-00-00, 2023-00-00 and 2024-02-30, which it has not. */
export const isDay = (year: number, month: number, day: number): boolean =>
  year >= 1 && day >= 1 && day <= daysOfMonth(year, month);

/** Whether a day has the time: no hour 24, no leap second. */
export const isTimeOfDay = (hour: number, minute: number, second: number): boolean =>
  hour <= 23 && minute <= 59 && second <= 59;

/** `YYYY-MM-DD` of a day of the calendar, or undefined when it is none. */
export function exactDate(text: string): string | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  return isDay(Number(match[1]), Number(match[2]), Number(match[3])) ? text : undefined;
}

/**
 * `YYYY-MM-DD HH:MI:SS.ffffff` in UTC of an ISO 8601 date and time with `Z`, an offset or no zone (then it is UTC);
 * undefined when it is none, or finer than a microsecond, or outside the years 1 to 9999.
 */
export function exactTimestamp(text: string): string | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone = 'Z'] = match;
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  if (!isTimeOfDay(Number(hour), Number(minute), Number(second))) return undefined;
  const significant = stripTrailingZeros(fraction);
  const offsetMinutes = zoneMinutes(zone);
  if (significant.length > FRACTION_DIGITS || offsetMinutes === undefined) return undefined;
  const micros = significant.padEnd(FRACTION_DIGITS, '0');
  if (offsetMinutes === 0) {
    return `${year}-${month}-${day} ${hour}:${minute}:${second.padStart(2, '0')}.${micros}`;
  }
  const time = new Date(0);
  time.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  time.setUTCHours(Number(hour), Number(minute) - offsetMinutes, Number(second));
  if (time.getUTCFullYear() < 1 || time.getUTCFullYear() > 9999) return undefined;
  return `${time.toISOString().slice(0, 19).replace('T', ' ')}.${micros}`;
}

/**
 * ISO 8601 in UTC of a stream record's creation time. The stream gives epoch seconds; a fraction is kept to the
 * millisecond, and a value too great for seconds is taken as milliseconds.
 */
export function epochToIso(epoch: number): string {
  const isMilliseconds = Math.abs(epoch) >= 100_000_000_000;
  return new Date(Math.round(isMilliseconds ? epoch : epoch * 1000)).toISOString();
}

function zoneMinutes(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (!isTimeOfDay(hours, minutes, 0)) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
