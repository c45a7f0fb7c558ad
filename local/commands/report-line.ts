/** A line for a person: when, what, about what, and details. */
import type { OutcomeFields } from '../runtime/events';

export function line(what: string, about: string, details: string): string {
  return `${clock(new Date())} ${what.padEnd(11)} ${about.padEnd(22)} ${details}`.trimEnd();
}

/** Of this machine's zone, without the date. */
export const clock = (time: Date): string => time.toTimeString().slice(0, 8);

/** `1 row`, `2 rows`; what was not reported counts as none. */
export function plural(count: OutcomeFields[string] | undefined, noun: string): string {
  const number = count ?? 0;
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
