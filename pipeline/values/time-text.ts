/** Dates and times as text, to the microsecond. JavaScript's Date keeps milliseconds only, so the fraction stays text. */

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const FRACTION_DIGITS = 6;

/**
 * `YYYY-MM-DD HH:MI:SS.ffffff` in UTC of an ISO 8601 date and time with `Z`, an offset or no zone (then it is UTC);
 * undefined when it is none, or finer than a microsecond, or outside the years 1 to 9999.
 */
export function timestampText(text: string): string | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone = 'Z'] = match;
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const significant = fraction.replace(/0+$/, '');
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

/** `YYYY-MM-DD` of a calendar day, or undefined when there is no such day. */
export function dateText(text: string): string | undefined {
  const match = DATE.exec(text);
  if (match === null) return undefined;
  return isDay(Number(match[1]), Number(match[2]), Number(match[3])) ? text : undefined;
}

/**
 * ISO 8601 in UTC of a stream record's creation time. The stream gives epoch seconds; a fraction is kept to the
 * millisecond, and a value too great for seconds is taken as milliseconds.
 */
export function epochToIso(epoch: number): string {
  const isMilliseconds = Math.abs(epoch) >= 100_000_000_000;
  return new Date(Math.round(isMilliseconds ? epoch : epoch * 1000)).toISOString();
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  return day <= (lengths[month - 1] ?? 0);
}

function zoneMinutes(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 23 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
