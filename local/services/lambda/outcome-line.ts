/** The one line in which a function says what it did, out of its log; and its warnings, which say why it did not. */
import type { OutcomeFields } from '../../runtime/events';

export interface OutcomeLine {
  readonly outcome: string;
  readonly fields: OutcomeFields;
}

/** A warning without an outcome of its own is the outcome `warned`. Undefined for every other line. */
export function parseOutcomeLine(line: string): OutcomeLine | undefined {
  if (!line.startsWith('{') || !/"outcome"|"level":"WARN"/.test(line)) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return undefined;
  }
  const { outcome: own, ...others } = parsed as Record<string, unknown>;
  const outcome = own ?? (others.level === 'WARN' ? 'warned' : undefined);
  if (typeof outcome !== 'string') return undefined;
  const fields = Object.entries(others).filter(
    (entry): entry is [string, OutcomeFields[string]] => entry[1] === null || typeof entry[1] !== 'object',
  );
  return { outcome, fields: Object.fromEntries(fields) };
}
