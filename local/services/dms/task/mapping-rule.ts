/** What selection and transformation rules have in common. */

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Takes a problem: where in the JSON it is, and what is wrong. */
export type Report = (where: string, message: string) => void;

/** The names of an object locator; each must be there, and no other. */
export function parseLocator(
  rule: JsonRecord,
  names: readonly string[],
  id: string,
  report: Report,
): Readonly<Record<string, string>> | undefined {
  const locator = rule['object-locator'];
  if (!isRecord(locator)) {
    report(`rule-id ${id}, object-locator`, 'is missing');
    return undefined;
  }
  refuseUnknown(locator, names, `rule-id ${id}, object-locator`, report);
  for (const name of names) {
    if (typeof locator[name] !== 'string' || locator[name] === '') {
      report(`rule-id ${id}, object-locator.${name}`, 'must be a name or a pattern');
      return undefined;
    }
  }
  return locator as Readonly<Record<string, string>>;
}

export function refuseUnknown(
  record: JsonRecord,
  known: readonly string[],
  where: string,
  report: Report,
): void {
  for (const [name, value] of Object.entries(record)) {
    if (!known.includes(name) && value !== null)
      report(`${where}, ${name}`, 'the twin does not know this property');
  }
}

export const isRecord = (value: unknown): value is JsonRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * `%` stands for any text, `_` for any one character, `[ab]` and `[a-d]` for one of a set, so that `[_]` is an
 * underscore itself; letter case counts.
 */
export function matchesPattern(pattern: string, name: string): boolean {
  let expression = expressions.get(pattern);
  if (expression === undefined) {
    expression = expressionOf(pattern);
    expressions.set(pattern, expression);
  }
  return expression.test(name);
}

/** The only name that a pattern takes; undefined when it takes others too. */
export function onlyName(pattern: string): string | undefined {
  const parts = pattern.split(/(\[[^\]]+\]|[%_])/);
  if (parts.some((part) => part === '%' || part === '_' || /^\[[^\]]{2,}\]$/.test(part))) return undefined;
  return parts.map((part) => part.replace(/^\[(.)\]$/, '$1')).join('');
}

/** By pattern: those of a task are asked of each of its tables and columns. */
const expressions = new Map<string, RegExp>();

function expressionOf(pattern: string): RegExp {
  const source = pattern
    .split(/(\[[^\]]+\]|[%_])/)
    .map((part) => {
      if (part === '%') return '.*';
      if (part === '_') return '.';
      if (/^\[[^\]]+\]$/.test(part)) return `[${part.slice(1, -1).replace(/[\\^]/g, '\\$&')}]`;
      return part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`, 's');
}
