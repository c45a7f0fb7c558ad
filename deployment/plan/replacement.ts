/** What a changed argument does to its resource, from the kept table; what the table does not say is never called safe. */
import { type JsonMap, valueAt } from '../json';
import { REPLACEMENT_TABLE } from './replacement-table';
import type { TypeFacts } from './type-facts';

/** From the harmless to the grave. */
const EFFECTS = ['in place', 'may replace', 'replaces'] as const;
export type Effect = (typeof EFFECTS)[number];

export const gravestOf = (changes: readonly { readonly effect: Effect }[]): Effect =>
  EFFECTS.findLast((effect) => changes.some((one) => one.effect === effect)) ?? 'in place';

/** Of every resource of the provider: the page "Resource tagging", and since 6.0 "Enhanced region support". */
const OF_ALL: Readonly<Record<string, Effect>> = {
  tags: 'in place',
  timeouts: 'in place',
  region: 'replaces',
};

export const factsOf = (type: string): TypeFacts | undefined =>
  Object.hasOwn(REPLACEMENT_TABLE, type) ? REPLACEMENT_TABLE[type] : undefined;

/** Where the facts of a type are documented, for the version of the provider that the stacks pin. */
export const pageOf = (type: string): string =>
  type === 'terraform_data'
    ? 'https://developer.hashicorp.com/terraform/language/resources/terraform-data'
    : `https://registry.terraform.io/providers/hashicorp/aws/6.25.0/docs/resources/${type.replace(/^aws_/, '')}`;

export interface ChangedArgument {
  readonly type: string;
  /** Dotted; indexes and keys in brackets are left out of account. */
  readonly path: string;
  readonly before: JsonMap;
  readonly after: JsonMap;
}

export function effectOf({ type, path, before, after }: ChangedArgument): Effect {
  const facts = factsOf(type);
  const names = path.replaceAll(/\[[^\]]*\]/g, '').split('.');
  // The longest path that is listed speaks for all below it.
  for (let length = names.length; length > 0; length -= 1) {
    const argument = names.slice(0, length).join('.');
    const effect = facts === undefined ? undefined : listedEffect(facts, argument, { before, after });
    if (effect !== undefined) return effect;
  }
  return (type.startsWith('aws_') && OF_ALL[names[0] ?? '']) || 'may replace';
}

function listedEffect(
  facts: TypeFacts,
  argument: string,
  { before, after }: Pick<ChangedArgument, 'before' | 'after'>,
): Effect | undefined {
  if (facts.replaces.includes(argument)) return 'replaces';
  if (facts.inPlace.includes(argument)) return 'in place';
  if (facts.replacesWhenPresenceChanges?.includes(argument)) {
    const isSame = (valueAt(before, argument) === undefined) === (valueAt(after, argument) === undefined);
    return isSame ? 'in place' : 'replaces';
  }
  const condition = facts.inPlaceWhile?.[argument];
  if (condition === undefined) return undefined;
  return valueAt(after, condition.argument) === condition.is ? 'in place' : 'replaces';
}

/** The attributes of a resource that are another value after a change: all of a new one, some after a change in place. */
export function isRenewed(
  type: string,
  attribute: string,
  change: { readonly isReplaced: boolean; readonly paths: readonly string[]; readonly isSameStack: boolean },
): boolean {
  const facts = factsOf(type);
  const name = attribute.split('.')[0] ?? '';
  if (!change.isReplaced) {
    return Object.entries(facts?.renews ?? {}).some(
      ([argument, renewed]) =>
        renewed.includes(name) && change.paths.some((path) => path.split(/[.[]/)[0] === argument),
    );
  }
  // Terraform knows no attribute of a resource that it will make. Another stack is planned after this one is applied, when
  // an ARN that is built from a name is what it was.
  return change.isSameStack || facts?.hasAssignedIds === true || !FOLLOWS_FROM_NAME.has(name);
}

const FOLLOWS_FROM_NAME = new Set(['arn', 'id', 'name', 'url', 'function_name', 'bucket']);
