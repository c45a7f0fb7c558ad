/** A line for a person: when, what, about what, and details. */
import type { OutcomeFields } from '../runtime/events';

const CLOCK_WIDTH = 8;
const WHAT_WIDTH = 11;
const ABOUT_WIDTH = 22;
/** Where the details of a line begin. */
export const DETAILS_AT = CLOCK_WIDTH + 1 + WHAT_WIDTH + 1 + ABOUT_WIDTH + 1;

/** What {@link line} writes begins so. */
export const STARTS_WITH_CLOCK = /^\d\d:\d\d:\d\d /;

export function line(what: string, about: string, details: string): string {
  return `${clock(new Date())} ${what.padEnd(WHAT_WIDTH)} ${about.padEnd(ABOUT_WIDTH)} ${details}`.trimEnd();
}

export interface ReportLine {
  /** `22:05:09`, of this machine's zone. */
  readonly time: string;
  /** Empty for what continues the line before. */
  readonly what: string;
  readonly text: string;
}

/** A line taken apart again; its time is now where it has none. */
export function parseLine(text: string): ReportLine {
  const [, time, rest = ''] = /^(\d\d:\d\d:\d\d) (.*)$/s.exec(text) ?? [];
  if (time === undefined) return { time: clock(new Date()), what: '', text: text.trim() };
  const what = rest[WHAT_WIDTH] === ' ' ? rest.slice(0, WHAT_WIDTH).trim() : (rest.split(' ')[0] ?? '');
  const about = rest.slice(Math.max(what.length, WHAT_WIDTH)).trim();
  return { time, what, text: about.replace(/ {2,}/, ': ') };
}

/** Of this machine's zone, without the date. */
export const clock = (time: Date): string => time.toTimeString().slice(0, 8);

/** `1 row`, `2 rows`; what was not reported counts as none. */
export function plural(count: OutcomeFields[string] | undefined, noun: string): string {
  const number = count ?? 0;
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
