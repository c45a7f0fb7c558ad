/** Dates and times as COPY reads them. */
import { isDay, isTimeOfDay } from '../../../../pipeline/values/calendar';
import { ValueError } from './value-error';

const DATE = /^(\d{4})-(\d{2})-(\d{2})/;
const TIME = /^[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?/;
const ZONE = /^\s*(?:Z|UTC|[+-]\d{2}(?::?\d{2})?)$/i;

function startsWithDay(text: string): boolean {
  const found = DATE.exec(text);
  return found !== null && isDay(Number(found[1]), Number(found[2]), Number(found[3]));
}

/** `YYYY-MM-DD`. @throws ValueError 1205 */
export function convertDate(text: string): string {
  if (startsWithDay(text) && (text.length === 10 || TIME.test(text.slice(10)))) return text.slice(0, 10);
  throw new ValueError(1205, 'Invalid date format - length must be 10 or more', text);
}

/** @throws ValueError 1206 */
export function convertTime(text: string, type: 'timestamp' | 'timestamptz', format: string): string {
  if (format === 'epochsecs' || format === 'epochmillisecs') return fromEpoch(text, format);
  if (!startsWithDay(text)) throw invalidTime(text);
  const date = text.slice(0, 10);
  const rest = text.slice(10);
  if (rest === '') return `${date} 00:00:00`;
  const time = TIME.exec(rest);
  if (time === null || !isTimeOfDay(Number(time[1]), Number(time[2]), Number(time[3] ?? 0))) {
    throw invalidTime(text);
  }
  if (format !== 'auto' && rest.startsWith('T')) throw invalidTime(text);
  const zone = rest.slice(time[0].length);
  if (zone !== '' && (format !== 'auto' || !ZONE.test(zone))) throw invalidTime(text);
  // Microseconds are all that fits; further digits are cut. A zone counts for TIMESTAMPTZ only.
  const fraction = time[4] === undefined ? '' : `.${time[4].slice(0, 6)}`;
  const clock = `${date} ${time[1]}:${time[2]}:${time[3] ?? '00'}${fraction}`;
  if (type === 'timestamp') return clock;
  return `${clock}${/[+-]/.test(zone) ? zone.trim() : '+00'}`;
}

const invalidTime = (text: string): ValueError =>
  new ValueError(1206, 'Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]', text);

function fromEpoch(text: string, format: 'epochsecs' | 'epochmillisecs'): string {
  if (!/^-?\d{1,15}(\.\d+)?$/.test(text)) throw new ValueError(1206, `Invalid ${format} value`, text);
  const milliseconds = format === 'epochsecs' ? Number(text) * 1000 : Number(text);
  return new Date(milliseconds).toISOString().replace('T', ' ').replace('Z', '');
}
