/** Checks a deployment against the policy: what passes, what is skipped with a reason, what fails and why. */
import { type Deployment, Resource, type Skip, skipsOf } from '../deployment';
import type { PolicyRule } from './rule';

export interface Verdict {
  readonly rule: PolicyRule;
  readonly resource: Resource;
  readonly outcome: 'passed' | 'skipped' | 'failed';
  /** Why the rule is skipped, where it is. */
  readonly reason?: string;
}

export interface Evaluation {
  readonly verdicts: readonly Verdict[];
  /** Each rule that fails without a skip, and each skip that is wrong, in one line. */
  readonly problems: readonly string[];
}

/** A reason says something; `todo` or `n/a` does not. */
const MIN_REASON_LENGTH = 20;

export function evaluatePolicy(deployment: Deployment, rules: readonly PolicyRule[]): Evaluation {
  const subjects = [...deployment.resources, ...remaindersOf(deployment)];
  const verdicts = subjects.flatMap((resource) => verdictsOf(resource, rules));
  const failures = verdicts
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ rule, resource }) => `${nameOf(resource)}: ${rule.id} requires ${rule.requires}`);
  return { verdicts, problems: [...failures, ...subjects.flatMap((one) => wrongSkips(one, rules))] };
}

const appliesTo = ({ on }: PolicyRule, type: string): boolean => on === '*' || on.split(' ').includes(type);

const nameOf = ({ stack, address }: Resource): string => `${stack}: ${address}`;

function verdictsOf(resource: Resource, rules: readonly PolicyRule[]): Verdict[] {
  const skips = skipsOf(resource);
  return rules
    .filter((rule) => appliesTo(rule, resource.type))
    .map((rule) => {
      if (rule.holds(resource)) return { rule, resource, outcome: 'passed' };
      const skip = skips.find(({ id }) => id === rule.id);
      return skip === undefined
        ? { rule, resource, outcome: 'failed' }
        : { rule, resource, outcome: 'skipped', reason: skip.comment };
    });
}

function wrongSkips(resource: Resource, rules: readonly PolicyRule[]): string[] {
  const wrong = (skip: Skip, what: string): string => `${nameOf(resource)}: its skip of ${skip.id} ${what}`;
  return skipsOf(resource).flatMap((skip) => {
    const rule = rules.find(({ id, on }) => id === skip.id && appliesTo({ on } as PolicyRule, resource.type));
    if (rule === undefined) return [wrong(skip, 'names a rule that does not apply to it')];
    if (rule.holds(resource)) return [wrong(skip, 'no longer applies: the resource complies with the rule')];
    if (skip.comment.trim().length < MIN_REASON_LENGTH) return [wrong(skip, 'gives no reason')];
    return [];
  });
}

/** What a stack declares beside its resources: provider, backend, data sources, outputs. */
function remaindersOf(deployment: Deployment): Resource[] {
  return deployment.stacks.map(({ name, json: { resource: _, ...rest } }) => {
    return new Resource(deployment, {
      stack: name,
      type: 'stack',
      name,
      address: `stack.${name}`,
      body: rest,
    });
  });
}
