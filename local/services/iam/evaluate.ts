/**
 * The decision of IAM for one action on one resource (AWS IAM user guide, "Policy evaluation logic"), for one
 * account: an explicit Deny wins; then an Allow of the identity's policies or of the resource's policy is enough.
 */
import type { IamCondition, IamStatement } from '../../../deployment/policy-document';

export interface AccessRequest {
  /** `s3:GetObject` */
  readonly action: string;
  readonly resource: string;
  /** ARN of the role or name of the service that asks. */
  readonly principal: string;
  /** IamCondition keys of the request, in IAM's spelling. */
  readonly context: Readonly<Record<string, string>>;
}

export interface Policies {
  readonly identity: readonly IamStatement[];
  /** Statements of the resource's own policy; empty when it has none. */
  readonly resource: readonly IamStatement[];
}

export type Decision =
  | { readonly allowed: true; readonly by: IamStatement }
  | { readonly allowed: false; readonly by?: IamStatement };

export function evaluate(request: AccessRequest, policies: Policies): Decision {
  const identity = policies.identity.filter((statement) => matches(statement, request));
  const resource = policies.resource.filter(
    (statement) => matchesPrincipal(statement, request) && matches(statement, request),
  );
  const applying = [...identity, ...resource];
  const denial = applying.find((statement) => !statement.allows);
  if (denial !== undefined) return { allowed: false, by: denial };
  const grant = applying.find((statement) => statement.allows);
  return grant === undefined ? { allowed: false } : { allowed: true, by: grant };
}

function matches(statement: IamStatement, request: AccessRequest): boolean {
  return (
    statement.actions.some((pattern) => like(pattern.toLowerCase(), request.action.toLowerCase())) &&
    statement.resources.some((pattern) => like(withVariables(pattern, request), request.resource)) &&
    statement.conditions.every((condition) => holds(condition, request))
  );
}

function matchesPrincipal(statement: IamStatement, request: AccessRequest): boolean {
  // `arn:aws:iam::<account>:root` stands for every identity of the account that its own policies allow.
  return statement.principals.some((pattern) =>
    like(pattern.replace(/^(AWS|Service):/, ''), request.principal),
  );
}

type Test = (actual: string | undefined, expected: string) => boolean;

const TESTS: Readonly<Record<string, Test>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringLike: (actual, expected) => actual !== undefined && like(expected, actual),
  ArnEquals: (actual, expected) => actual !== undefined && like(expected, actual),
  ArnLike: (actual, expected) => actual !== undefined && like(expected, actual),
  Bool: (actual, expected) => actual === expected,
  NumericLessThan: (actual, expected) => actual !== undefined && Number(actual) < Number(expected),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

function holds(condition: IamCondition, request: AccessRequest): boolean {
  const ifExists = condition.operator.endsWith('IfExists');
  const operator = ifExists ? condition.operator.slice(0, -'IfExists'.length) : condition.operator;
  const actual = request.context[condition.key];
  if (ifExists && actual === undefined) return true;
  const negated = NEGATED[operator];
  const test = TESTS[negated ?? operator];
  if (test === undefined)
    throw new Error(`the laptop does not evaluate the condition operator ${condition.operator}`);
  const any = condition.values.some((expected) => test(actual, withVariables(expected, request)));
  return negated === undefined ? any : !any;
}

/** `${aws:userid}` and its like; `$${` is how Terraform writes a literal `${`. */
function withVariables(pattern: string, request: AccessRequest): string {
  return pattern.replace(/\$?\$\{([^}]+)\}/g, (whole, key: string) => request.context[key] ?? whole);
}

/** IAM's wildcards: `*` for any run of characters, `?` for one. */
export function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(text);
}
