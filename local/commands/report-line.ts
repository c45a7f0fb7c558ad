/** A line for a person: when, what, about what, and details. */
import type { OutcomeFields } from '../runtime/events';

const CLOCK_WIDTH = 8;
const WHAT_WIDTH = 11;
const ABOUT_WIDTH = 22;
/** Where the details of a line begin. */
export const DETAILS_AT = CLOCK_WIDTH + 1 + WHAT_WIDTH + 1 + ABOUT_WIDTH + 1;

/** What {@link formatLine} writes begins so. */
export const STARTS_WITH_CLOCK = /^\d\d:\d\d:\d\d /;

export interface ReportLine {
  /** `22:05:09`, of this machine's zone. */
  readonly time: string;
  /** Empty for what continues the line before. */
  readonly what: string;
  readonly about: string;
  readonly details: string;
}

export const line = (what: string, about: string, details: string): ReportLine => ({
  time: clock(new Date()),
  what,
  about,
  details,
});

/** Continues the line before. */
export const more = (details: string): ReportLine => line('', '', details);

/** As the terminal has it. */
export function formatLine({ time, what, about, details }: ReportLine): string {
  if (what === '') return `${' '.repeat(CLOCK_WIDTH + 1)}${details}`;
  return `${time} ${what.padEnd(WHAT_WIDTH)} ${about.padEnd(ABOUT_WIDTH)} ${details}`.trimEnd();
}

/** Of this machine's zone, without the date. */
export const clock = (time: Date): string => time.toTimeString().slice(0, 8);

/** `1 row`, `2 rows`; what was not reported counts as none. */
export function plural(count: OutcomeFields[string] | undefined, noun: string): string {
  const number = count ?? 0;
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
