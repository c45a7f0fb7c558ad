/**
 * The decision of IAM for one action on one resource (IAM user guide, "Policy evaluation logic"):
 * 1. A Deny that applies wins, in any of the policies.
 * 2. Within an account, an Allow of the caller's own policies or one of the resource's policy for the caller is enough.
 *    A resource's Allow for the whole account leaves it to the caller's own policies.
 * 3. The policy of a key must allow too: without it, the caller's own policies have no effect (AWS KMS developer guide,
 *    "Key policies in AWS KMS").
 * 4. Across accounts both sides must allow ("Cross-account policy evaluation logic").
 * Boundaries, session policies, policies of an organization and grants of KMS are not part of a deployment.
 */
import { boundToSegments, matchesAction, matchesTokens, parsePattern } from '../../../deployment/iam-pattern';
import type { IamStatement } from '../../../deployment/policy-document';
import { DeploymentError } from '../../../deployment/terraform-json';
import { isMet } from './conditions';
import { hasVariableTooEarly, resolvePattern } from './policy-variables';
import { type CallingRole, namingOf } from './principals';
import { type ContextValues, RequestContext } from './request-context';

export interface AccessRequest {
  /** `s3:GetObject` */
  readonly action: string;
  /** An ARN, or `*` for an action that knows no resources. */
  readonly resource: string;
  /** The account that the resource belongs to. */
  readonly resourceAccount: string;
  readonly caller: CallingRole;
  readonly context: ContextValues;
}

export interface PoliciesInForce {
  /** Of the caller. */
  readonly identity: readonly IamStatement[];
  /** Of the resource; absent when it has none. */
  readonly resource?: { readonly statements: readonly IamStatement[]; readonly isOfKey: boolean };
}

export type Decision =
  | { readonly allowed: true; readonly by: IamStatement }
  | { readonly allowed: false; readonly by?: IamStatement };

/** @throws DeploymentError for anything in a statement about this call that is not understood */
export function evaluate(request: AccessRequest, policies: PoliciesInForce): Decision {
  const context = new RequestContext(request.context);
  const applies = (statement: IamStatement): boolean => isAbout(statement, request, context);
  const identity = policies.identity.filter(applies);
  const resource = (policies.resource?.statements ?? [])
    .map((statement) => ({ statement, naming: namingOf(statement, request.caller) }))
    .filter(({ statement, naming }) => naming !== undefined && applies(statement));

  const denial = [...identity, ...resource.map(({ statement }) => statement)].find(({ allows }) => !allows);
  if (denial !== undefined) return { allowed: false, by: denial };

  const own = identity[0];
  const forCaller = resource.find(({ naming }) => naming === 'caller')?.statement;
  const forAccount = resource.find(({ naming }) => naming === 'account')?.statement;
  const isForeign = request.caller.account !== request.resourceAccount;
  if (isForeign) return decide((forCaller ?? forAccount) === undefined ? undefined : own);
  if (policies.resource?.isOfKey !== true) return decide(own ?? forCaller);
  return decide(forCaller === undefined ? forAccount && own : (own ?? forCaller));
}

const decide = (by: IamStatement | undefined): Decision =>
  by === undefined ? { allowed: false } : { allowed: true, by };

/** Cheap tests first: a condition that is not understood matters only where everything else applies. */
function isAbout(statement: IamStatement, request: AccessRequest, context: RequestContext): boolean {
  return (
    coversAction(statement, request.action) &&
    coversResource(statement, request.resource, context) &&
    statement.conditions.every((condition) => isMet(condition, statement, context))
  );
}

function coversAction({ actions, notActions }: IamStatement, action: string): boolean {
  if (notActions.length > 0) return !notActions.some((pattern) => matchesAction(pattern, action));
  return actions.some((pattern) => matchesAction(pattern, action));
}

function coversResource(statement: IamStatement, resource: string, context: RequestContext): boolean {
  const { resources, notResources } = statement;
  const given = notResources.length > 0 ? notResources : resources;
  if (given.length === 0) {
    throw new DeploymentError(`statement ${statement.sid} has neither Resource nor NotResource`);
  }
  const matches = given.map((pattern) => matchesResource(pattern, resource, statement, context));
  if (notResources.length === 0) return matches.includes(true);
  // Where AWS takes the statement for invalid, an exception that matches nothing must not allow.
  if (statement.allows && matches.includes(undefined)) return false;
  return !matches.includes(true);
}

/** Undefined where a variable has no value. */
function matchesResource(
  pattern: string,
  resource: string,
  { hasVariables }: IamStatement,
  context: RequestContext,
): boolean | undefined {
  if (pattern === '*') return true;
  // "Resource": the service segment of an ARN takes no wildcard.
  if (/[*?]/.test(pattern.split(':')[2] ?? '')) {
    throw new DeploymentError(`the resource ${pattern} has a wildcard in place of its service`);
  }
  if (hasVariables && hasVariableTooEarly(pattern)) return undefined;
  const tokens = hasVariables ? resolvePattern(pattern, context) : parsePattern(pattern);
  return tokens === undefined ? undefined : matchesTokens(boundToSegments(tokens), resource);
}
