/** A deployment with one thing changed, as a reviewer might overlook it. */

import type { JsonObject } from '../../../deployment/json-value';
import { Deployment, type Resource } from '../../../deployment/policy/deployment';

/** JSON that may be changed in place; what is in it is up to each test. */
// biome-ignore lint/suspicious/noExplicitAny: JSON that each test changes in its own way
export type Changeable = Record<string, any>;

type Place = Pick<Resource, 'stack' | 'type' | 'name'>;

export function changed(
  deployment: Deployment,
  change: (stacks: Readonly<Record<string, Changeable>>) => void,
): Deployment {
  const stacks = structuredClone(deployment.stacks) as Record<string, Changeable>;
  change(stacks);
  return new Deployment(stacks as Record<string, JsonObject>);
}

export const without = (deployment: Deployment, { stack, type, name }: Place): Deployment =>
  changed(deployment, (stacks) => delete stacks[stack]!.resource[type][name]);

export const withoutType = (deployment: Deployment, type: string): Deployment =>
  changed(deployment, (stacks) => {
    for (const { resource } of Object.values(stacks)) delete resource[type];
  });

export const withConfig = (
  deployment: Deployment,
  { stack, type, name }: Place,
  change: (config: Changeable) => void,
): Deployment => changed(deployment, (stacks) => change(stacks[stack]!.resource[type][name]));

export const withResource = (
  deployment: Deployment,
  { stack, type, name }: Place,
  config: Changeable,
): Deployment =>
  changed(deployment, (stacks) => {
    stacks[stack]!.resource[type] = { ...stacks[stack]!.resource[type], [name]: config };
  });

/** Changes the statements of a policy in place. */
export function changeStatements(
  config: Changeable,
  change: (statements: Changeable[]) => void,
  argument = 'policy',
): void {
  const policy = JSON.parse(config[argument]);
  change(policy.Statement);
  config[argument] = JSON.stringify(policy);
}

/** Sets the value at a path such as `rule.filter.prefix`; a list is changed in its first element. */
export function setAt(config: Changeable, path: string, value: unknown): void {
  const names = path.split('.');
  const last = names.pop()!;
  let current = config;
  for (const name of names) {
    current[name] ??= {};
    current = Array.isArray(current[name]) ? current[name][0] : current[name];
  }
  if (value === undefined) delete current[last];
  else current[last] = value;
}
