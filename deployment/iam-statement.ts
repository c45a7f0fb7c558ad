/** The statements of an IAM policy that stands as a text in the JSON. */
import { type Json, type JsonObject, listOf, textsOf, valueAt } from './json-value';

export interface IamStatement {
  readonly sid: string;
  readonly allows: boolean;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `Service:…`, `AWS:…`; `*` is everybody. Empty in a role's own policy. */
  readonly principals: readonly string[];
  readonly conditions: JsonObject | undefined;
}

/** @returns no statement for what is not the text of a policy. */
export function parseStatements(policy: Json | undefined): IamStatement[] {
  if (typeof policy !== 'string' || !policy.startsWith('{')) return [];
  const parsed = JSON.parse(policy) as Json;
  return listOf(valueAt(parsed, 'Statement')).map((statement) => ({
    sid: String(valueAt(statement, 'Sid') ?? ''),
    allows: valueAt(statement, 'Effect') === 'Allow',
    actions: textsOf(valueAt(statement, 'Action')),
    resources: textsOf(valueAt(statement, 'Resource')),
    principals: principalsOf(valueAt(statement, 'Principal')),
    conditions: valueAt(statement, 'Condition') as JsonObject | undefined,
  }));
}

function principalsOf(principal: Json | undefined): string[] {
  if (typeof principal === 'string') return [principal];
  return Object.entries((principal ?? {}) as JsonObject).flatMap(([kind, names]) =>
    textsOf(names).map((name) => (name === '*' ? '*' : `${kind}:${name}`)),
  );
}

/** Matches as IAM does: `*` is any text, `?` any character, letters of actions in any case. */
export function matchesPattern(pattern: string, text: string): boolean {
  const expression = pattern
    .replaceAll(/[.+^$()|[\]\\{}]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${expression}$`, 'i').test(text);
}
