/** AWS IAM: the policies of the stacks, evaluated at each call. */
import { ACCESS_CONTROL } from '../../runtime/ports/access-control';
import { ACCESS_RULES, ACCOUNT, OPERATOR, POLICIES, TELL } from '../../runtime/ports/host';
import { WORKGROUP_ARNS } from '../../runtime/ports/warehouse';
import type { ServiceDescription } from '../../runtime/service-description';
import { awsIamRole } from './aws_iam_role';
import { checkPolicies } from './check-policies';
import { Permissions } from './permissions';

const EVALUATED = 'it is not started: the gateway evaluates it at each call';

export const IAM_SERVICE: ServiceDescription = {
  twins: [awsIamRole],
  withoutATwin: {
    aws_iam_policy: EVALUATED,
    aws_iam_role_policy: EVALUATED,
    aws_iam_role_policy_attachment: EVALUATED,
  },
  check: checkPolicies,
  open: async (registry) => {
    const tell = registry.the(TELL);
    const permissions = new Permissions({
      policies: registry.the(POLICIES),
      facts: registry.the(ACCOUNT),
      rules: registry.the(ACCESS_RULES),
      workgroupArns: registry.of(WORKGROUP_ARNS),
      operator: OPERATOR,
      onDenied: (role, message) => tell({ type: 'denied', role, message }),
    });
    registry.provide(ACCESS_CONTROL, permissions);
    return { stop: async () => undefined };
  },
};
