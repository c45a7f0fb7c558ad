/** Whom the statement of a resource's policy is about (IAM user guide, "AWS JSON policy elements: Principal"). */
import type { IamStatement } from '../../../deployment/policy-document';
import { DeploymentError } from '../../../deployment/terraform-json';

export interface CallingRole {
  readonly account: string;
  /** Each ARN that stands for it: of a role's session, the role's and the session's own. */
  readonly arns: readonly string[];
}

/** `account` when only the whole account is named: then an Allow leaves the decision to the account's own policies. */
export type Naming = 'caller' | 'account' | undefined;

/** @throws DeploymentError for a kind of principal that is not understood */
export function namingOf(statement: IamStatement, caller: CallingRole): Naming {
  const { principals, notPrincipals } = statement;
  if (notPrincipals.length > 0) return isExcepted(notPrincipals, caller) ? undefined : 'caller';
  const namings = principals.map((principal) => naming(principal, caller));
  return namings.includes('caller') ? 'caller' : namings.find((one) => one === 'account');
}

/**
 * The account is checked first, then the role, then the session, so each must be among the exceptions ("AWS JSON
 * policy elements: NotPrincipal").
 */
function isExcepted(notPrincipals: readonly string[], caller: CallingRole): boolean {
  return (
    notPrincipals.some((principal) => naming(principal, caller) === 'account') &&
    caller.arns.every((arn) => notPrincipals.includes(`AWS:${arn}`))
  );
}

function naming(principal: string, { account, arns }: CallingRole): Naming {
  if (principal === '*') return 'caller';
  const [, kind, name = ''] = /^(\w+):(.*)$/s.exec(principal) ?? [];
  switch (kind) {
    case 'AWS': {
      const named = /^(?:arn:aws[\w-]*:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
      if (named !== undefined) return named === account ? 'account' : undefined;
      return arns.includes(name) ? 'caller' : undefined;
    }
    // The callers here are roles: neither a service by itself nor a user of an identity provider.
    case 'Service':
    case 'Federated':
      return undefined;
    default:
      throw new DeploymentError(`the laptop does not evaluate the principal ${principal}`);
  }
}
