/** The one line in which a function says what it did, out of its log. */
import type { OutcomeFields } from '../../runtime/events';

export interface OutcomeLine {
  readonly outcome: string;
  readonly fields: OutcomeFields;
}

/** Undefined for every other line. */
export function parseOutcomeLine(line: string): OutcomeLine | undefined {
  if (!line.startsWith('{') || !line.includes('"outcome"')) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { outcome, ...others } = parsed as Record<string, unknown>;
  if (typeof outcome !== 'string') return undefined;
  const fields = Object.entries(others).filter(
    (entry): entry is [string, OutcomeFields[string]] => entry[1] === null || typeof entry[1] !== 'object',
  );
  return { outcome, fields: Object.fromEntries(fields) };
}
