/** A comparison as objects for a machine, one to a line; no value that looks like a secret is in them. */
import type { ComparedEnvironment } from './plan-report';
import { shownValue } from './shown-value';
import type { Difference } from './value-difference';

export function buildPlanLines({ name, changes, stacks, costs }: ComparedEnvironment): object[] {
  const shown = (one: Difference): object => ({
    ...one,
    before: one.before === undefined ? null : shownValue(one.path, one.before),
    after: one.after === undefined ? null : shownValue(one.path, one.after),
  });
  return [
    ...changes.map((change) => ({
      environment: name,
      kind: 'resource',
      ...change,
      changes: change.changes.map(shown),
    })),
    ...stacks.map((stack) => ({
      environment: name,
      kind: 'stack',
      ...stack,
      differences: stack.differences.map(shown),
    })),
    ...costs.lines.map((line) => ({ environment: name, kind: 'cost', ...line, usd: line.usd ?? null })),
    ...costs.open.map((reason) => ({ environment: name, kind: 'cost not counted', reason })),
  ];
}
