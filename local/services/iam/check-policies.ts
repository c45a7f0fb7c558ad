/** What in the policies of the stacks could not be evaluated at a call, found before anything starts. */
import { isTypeWithPolicy } from '../../../deployment/deployed-policies';
import { type IamStatement, parsePolicyDocument } from '../../../deployment/policy-document';
import { type Block, DeploymentError, type Stack } from '../../../deployment/terraform-json';
import { checkCondition } from './conditions';

/** One line for each, naming the resource, the statement and the operator or key. */
export function checkPolicies(stacks: readonly Stack[]): string[] {
  return stacks.flatMap(({ resources }) =>
    resources.filter(({ type }) => isTypeWithPolicy(type)).flatMap(checkBlock),
  );
}

function checkBlock({ stack, address, config: { policy } }: Block): string[] {
  // A document that Terraform computes is known at the call only.
  if (typeof policy !== 'string' || policy.startsWith('${')) return [];
  const origin = `stack ${stack}: ${address}.policy`;
  try {
    return parsePolicyDocument(policy, origin)
      .filter(isForRoles)
      .flatMap((statement) => statement.conditions.map((condition) => checkCondition(condition, statement)))
      .flatMap((problem) => (problem === undefined ? [] : [`${origin}: ${problem}`]));
  } catch (error) {
    if (error instanceof DeploymentError) return [error.message];
    throw error;
  }
}

/** What only names services is asked of nobody here: the callers are roles. */
const isForRoles = ({ principals }: IamStatement): boolean =>
  principals.length === 0 || principals.some((principal) => !principal.startsWith('Service:'));
