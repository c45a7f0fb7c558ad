/** What differs of the stacks themselves: provider, backend, what they publish. */
import type { Deployment } from '../deployment';
import { isMap, type Json, valueAt } from '../json';
import type { Stack } from '../terraform-json';
import { type Difference, differencesOf, isSameJson } from './value-difference';

export interface StackDifference {
  readonly stack: string;
  readonly differences: readonly Difference[];
  /** Sentences. */
  readonly notes: readonly string[];
}

export function compareStacks(before: Deployment, after: Deployment): StackDifference[] {
  const names = [...new Set([...before.stacks, ...after.stacks].map(({ name }) => name))];
  return names.flatMap((stack) => {
    const [was, is] = [before, after].map(({ stacks }) => stacks.find(({ name }) => name === stack));
    const found = { stack, differences: settingsOf(was, is), notes: notesOf(was, is) };
    return found.differences.length + found.notes.length > 0 ? [found] : [];
  });
}

function settingsOf(before: Stack | undefined, after: Stack | undefined): Difference[] {
  if (before === undefined || after === undefined) return [];
  return ['provider', 'terraform'].flatMap((name) =>
    differencesOf(name, withoutComments(before.json[name]), withoutComments(after.json[name])),
  );
}

function notesOf(before: Stack | undefined, after: Stack | undefined): string[] {
  if (after === undefined) return ['the whole stack is gone: Terraform destroys nothing of it on its own'];
  if (before === undefined) return ['the whole stack is new'];
  const isElsewhere = before.region !== after.region || before.accountId !== after.accountId;
  const isMoved = !isSameJson(backendOf(before), backendOf(after));
  const gone = [...before.outputs.keys()].filter((name) => !after.outputs.has(name));
  const created = [...after.outputs.keys()].filter((name) => !before.outputs.has(name));
  return [
    ...(isElsewhere
      ? ['another account or region: everything is created there, nothing is destroyed here']
      : []),
    ...(isMoved ? ['another place of the state: move it with terraform init -migrate-state first'] : []),
    ...(created.length > 0 ? [`publishes ${created.join(', ')}`] : []),
    ...(gone.length > 0 ? [`no longer publishes ${gone.join(', ')}`] : []),
  ];
}

const backendOf = ({ json }: Stack): Json | undefined => valueAt(json.terraform, 'backend');

function withoutComments(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((element: Json) => withoutComments(element) ?? null);
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => name !== '//'));
}
