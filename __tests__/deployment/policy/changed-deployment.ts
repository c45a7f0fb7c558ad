/** A deployment with one thing changed, as a reviewer might overlook it. */

import { Deployment, type Resource } from '../../../deployment/deployment';
import { parseStack } from '../../../deployment/terraform-json';

/** JSON that may be changed in place; what is in it is up to each test. */
// biome-ignore lint/suspicious/noExplicitAny: JSON that each test changes in its own way
export type Changeable = Record<string, any>;

type Place = Pick<Resource, 'stack' | 'type' | 'name'>;

export function changed(
  deployment: Deployment,
  change: (stacks: Readonly<Record<string, Changeable>>) => void,
): Deployment {
  const jsons: Record<string, Changeable> = Object.fromEntries(
    deployment.stacks.map(({ name, json }) => [name, structuredClone(json)]),
  );
  change(jsons);
  return new Deployment(deployment.stacks.map((stack) => parseStack(stack.name, jsons[stack.name]!, stack)));
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
