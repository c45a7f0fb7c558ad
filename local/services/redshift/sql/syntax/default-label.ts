/** The name of an output column that was given none. */
import type { Expression } from './tree';

const UNNAMED = '?column?';

/** PostgreSQL's rule: a column keeps its name, a call has the function's, a CASE is `case`; a cast is named as its operand. */
export function defaultLabel(value: Expression): string {
  switch (value.kind) {
    case 'column': {
      const last = value.steps.at(-1);
      if (last === undefined) return value.first;
      return last.kind === 'name' ? last.name : lastName(value.first, value.steps);
    }
    case 'call':
    case 'date-call':
      return value.name;
    case 'case':
    case 'exists':
    case 'trim':
      return value.kind;
    case 'session-user':
      return value.word;
    case 'constant':
      if (value.name === 'sysdate') return value.name;
      return value.name === 'current_date' ? 'date' : UNNAMED;
    case 'cast':
      return defaultLabel(value.operand);
    default:
      return UNNAMED;
  }
}

/** An index has no name; the name before it counts. */
function lastName(first: string, steps: Extract<Expression, { kind: 'column' }>['steps']): string {
  const named = steps.filter((step) => step.kind === 'name').at(-1);
  return named === undefined ? first : named.name;
}
