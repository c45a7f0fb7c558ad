/** IAM policy documents as the stacks write them, parsed strictly: what is not understood is refused by name. */
import { isMap, type Json, type JsonMap } from './json';
import { DeploymentError } from './terraform-json';

export interface IamStatement {
  readonly sid: string;
  /** False for a Deny. */
  readonly allows: boolean;
  /** Either these or `notActions` are given; the other list is empty. */
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  /** Both empty in the trust policy of a role, whose resource is the role. */
  readonly resources: readonly string[];
  readonly notResources: readonly string[];
  /** `Service:…`, `AWS:…`; `*` is everybody. Both empty in an identity policy. */
  readonly principals: readonly string[];
  readonly notPrincipals: readonly string[];
  readonly conditions: readonly IamCondition[];
  /** A document of the version 2008-10-17, which is also the default, takes `${…}` as text. */
  readonly hasVariables: boolean;
}

/** One key of one operator. All conditions of a statement must hold, with one of the values each. */
export interface IamCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/**
 * @param origin where the document is, for messages: `stack storage: aws_kms_key.data.policy`.
 * @throws DeploymentError for anything that IAM would refuse, or that is not understood here.
 */
export function parsePolicyDocument(text: string, origin: string): IamStatement[] {
  const { Version: version = '2008-10-17', Statement: given, ...rest } = parseJson(text, origin);
  refuseUnknown(rest, ['Id'], origin);
  if (version !== '2012-10-17' && version !== '2008-10-17') {
    throw refusal(origin, `Version must be 2012-10-17 or 2008-10-17, got: ${JSON.stringify(version)}`);
  }
  const statements = Array.isArray(given) ? given : [given];
  return statements.map((statement: Json | undefined, index) =>
    parseStatement(
      mapOf(statement, `${origin} statement ${index + 1}`),
      `${origin} statement ${index + 1}`,
      version === '2012-10-17',
    ),
  );
}

/** What a statement demands of a condition key by an operator; nothing when it does not ask. */
export function demandedValues(
  { conditions }: IamStatement,
  operator: string,
  key: string,
): readonly string[] {
  return conditions
    .filter((condition) => condition.operator === operator && isSameKey(condition.key, key))
    .flatMap(({ values }) => values);
}

export const asksFor = ({ conditions }: IamStatement, key: string): boolean =>
  conditions.some((condition) => isSameKey(condition.key, key));

/** Upper and lower case do not differ in condition keys (IAM user guide, "IAM JSON policy elements: Condition"). */
const isSameKey = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const PAIRS = ['Action', 'Resource', 'Principal'] as const;
const MEMBERS = ['Sid', 'Effect', 'Condition', ...PAIRS, ...PAIRS.map((member) => `Not${member}`)];

function parseStatement(statement: JsonMap, origin: string, hasVariables: boolean): IamStatement {
  refuseUnknown(statement, MEMBERS, origin);
  const { Sid: sid, Effect: effect } = statement;
  if (effect !== 'Allow' && effect !== 'Deny') {
    throw refusal(origin, `Effect must be Allow or Deny, got: ${JSON.stringify(effect)}`);
  }
  for (const member of PAIRS) {
    if (statement[member] === undefined || statement[`Not${member}`] === undefined) continue;
    throw refusal(origin, `${member} and Not${member} exclude each other`);
  }
  if (statement.Action === undefined && statement.NotAction === undefined) {
    throw refusal(origin, 'Action or NotAction is missing');
  }
  if (effect === 'Allow' && statement.NotPrincipal !== undefined) {
    // IAM user guide, "IAM JSON policy elements: NotPrincipal".
    throw refusal(origin, 'NotPrincipal is supported with Deny only');
  }
  return {
    sid: typeof sid === 'string' ? sid : '',
    allows: effect === 'Allow',
    actions: parseActions(statement.Action, `${origin} Action`),
    notActions: parseActions(statement.NotAction, `${origin} NotAction`),
    resources: parseTexts(statement.Resource, `${origin} Resource`),
    notResources: parseTexts(statement.NotResource, `${origin} NotResource`),
    principals: parsePrincipals(statement.Principal, `${origin} Principal`),
    notPrincipals: parsePrincipals(statement.NotPrincipal, `${origin} NotPrincipal`),
    conditions: parseConditions(statement.Condition, origin),
    hasVariables,
  };
}

function parseActions(value: Json | undefined, origin: string): string[] {
  const actions = parseTexts(value, origin);
  const wrong = actions.find((action) => action !== '*' && !/^[A-Za-z0-9-*?]+:[A-Za-z0-9*?]+$/.test(action));
  if (wrong !== undefined) {
    throw refusal(origin, `an action is "*" or <service>:<name>, got: ${JSON.stringify(wrong)}`);
  }
  return actions;
}

const PRINCIPAL_KINDS = ['AWS', 'Service', 'Federated', 'CanonicalUser'];

/** `*` and `{"AWS": "*"}` are the same (IAM user guide, "AWS JSON policy elements: Principal"). */
function parsePrincipals(value: Json | undefined, origin: string): string[] {
  if (value === undefined) return [];
  if (value === '*') return ['*'];
  const byKind = mapOf(value, origin);
  refuseUnknown(byKind, PRINCIPAL_KINDS, origin);
  return Object.entries(byKind).flatMap(([kind, names]) =>
    parseTexts(names, `${origin} ${kind}`).map((name) => {
      if (name === '*' && kind === 'AWS') return '*';
      // A part of a principal's name cannot be a wildcard (the same page).
      if (/[*?]/.test(name)) throw refusal(`${origin} ${kind}`, `a wildcard is not a principal: ${name}`);
      return `${kind}:${name}`;
    }),
  );
}

function parseConditions(value: Json | undefined, origin: string): IamCondition[] {
  if (value === undefined) return [];
  return Object.entries(mapOf(value, `${origin} Condition`)).flatMap(([operator, keys]) =>
    Object.entries(mapOf(keys, `${origin} ${operator}`)).map(([key, values]) => ({
      operator,
      key,
      values: parseTexts(values, `${origin} ${operator} ${key}`),
    })),
  );
}

function parseTexts(value: Json | undefined, origin: string): string[] {
  if (value === undefined) return [];
  const items: readonly Json[] = Array.isArray(value) ? value : [value];
  if (items.length === 0) throw refusal(origin, 'the list is empty');
  return items.map((item) => {
    if (['string', 'boolean', 'number'].includes(typeof item)) return String(item);
    throw refusal(origin, `expected text, got: ${JSON.stringify(item)}`);
  });
}

function refuseUnknown(value: JsonMap, known: readonly string[], origin: string): void {
  const unknown = Object.keys(value).filter((member) => !known.includes(member));
  if (unknown.length > 0) throw refusal(origin, `not understood: ${unknown.join(', ')}`);
}

function parseJson(text: string, origin: string): JsonMap {
  let json: Json;
  try {
    json = JSON.parse(text) as Json;
  } catch (error) {
    throw refusal(
      origin,
      `the policy is not JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  return mapOf(json, origin);
}

function mapOf(value: Json | undefined, origin: string): JsonMap {
  if (isMap(value)) return value;
  throw refusal(origin, `expected an object, got: ${JSON.stringify(value)}`);
}

const refusal = (origin: string, what: string): DeploymentError => new DeploymentError(`${origin}: ${what}`);
