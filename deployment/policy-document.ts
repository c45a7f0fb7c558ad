/** IAM policy documents as the stacks write them, parsed strictly: what is not understood is refused by name. */

export type Effect = 'Allow' | 'Deny';

export interface Statement {
  readonly sid: string;
  readonly effect: Effect;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Empty in an identity policy. `*` stands for everybody. */
  readonly principals: readonly string[];
  readonly conditions: readonly Condition[];
}

export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Where a document comes from, for messages: "aws_iam_role_policy.ingest_txns". */
export function parsePolicyDocument(json: string, origin: string): Statement[] {
  const document = asRecord(JSON.parse(json), origin);
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement];
  return statements.map((statement, index) => parseStatement(statement, `${origin} statement ${index + 1}`));
}

const KNOWN_MEMBERS = ['Sid', 'Effect', 'Action', 'Resource', 'Principal', 'Condition'];

function parseStatement(value: unknown, origin: string): Statement {
  const statement = asRecord(value, origin);
  const unknown = Object.keys(statement).filter((member) => !KNOWN_MEMBERS.includes(member));
  if (unknown.length > 0) throw new Error(`${origin}: the laptop does not evaluate ${unknown.join(', ')}`);
  if (statement.Effect !== 'Allow' && statement.Effect !== 'Deny') {
    throw new Error(`${origin}: Effect must be Allow or Deny, got: ${JSON.stringify(statement.Effect)}`);
  }
  return {
    sid: typeof statement.Sid === 'string' ? statement.Sid : '',
    effect: statement.Effect,
    actions: asTexts(statement.Action, `${origin} Action`),
    resources: asTexts(statement.Resource, `${origin} Resource`),
    principals: parsePrincipals(statement.Principal, origin),
    conditions: parseConditions(statement.Condition, origin),
  };
}

function parsePrincipals(value: unknown, origin: string): string[] {
  if (value === undefined || typeof value === 'string') return asTexts(value, origin);
  return Object.values(asRecord(value, `${origin} Principal`)).flatMap((names) =>
    asTexts(names, `${origin} Principal`),
  );
}

function parseConditions(value: unknown, origin: string): Condition[] {
  if (value === undefined) return [];
  return Object.entries(asRecord(value, `${origin} Condition`)).flatMap(([operator, keys]) =>
    Object.entries(asRecord(keys, `${origin} ${operator}`)).map(([key, values]) => ({
      operator,
      key,
      values: asTexts(values, `${origin} ${operator} ${key}`),
    })),
  );
}

function asRecord(value: unknown, origin: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  throw new Error(`${origin}: expected an object, got: ${JSON.stringify(value)}`);
}

function asTexts(value: unknown, origin: string): string[] {
  if (value === undefined) return [];
  return (Array.isArray(value) ? value : [value]).map((item) => {
    if (['string', 'boolean', 'number'].includes(typeof item)) return String(item);
    throw new Error(`${origin}: expected text, got: ${JSON.stringify(item)}`);
  });
}
