/** What QuickSight may do in the account for this deployment: put interfaces into the subnets, and read one secret. */
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { Construct } from 'constructs';
import { buildPassedRoleTrustPolicy, buildRolePolicy, viaService } from '../constructs/policy';
import { Role } from '../constructs/role';
import { stackOf } from '../constructs/stack-of';

/**
 * The role by which QuickSight reads secrets, which it makes itself, once in an account, when an administrator allows it
 * access to Secrets Manager (Amazon QuickSight user guide, "Using AWS Secrets Manager secrets instead of database credentials").
 */
const SECRETS_ROLE = 'aws-quicksight-secretsmanager-role-v0';

/** The five actions that QuickSight asks of it (its user guide, "Configuring the VPC connection with the QuickSight CLI"). */
export function addConnectionRole(scope: Construct, securityGroupId: string): Role {
  const { names, settings } = stackOf(scope);
  return new Role(scope, 'connection', {
    name: names.of('quick-sight-connection'),
    description: 'QuickSight: network interfaces for its connection to the warehouse',
    trustPolicy: buildPassedRoleTrustPolicy('quicksight.amazonaws.com'),
    statements: [
      {
        sid: 'CreateNetworkInterfaces',
        actions: ['ec2:CreateNetworkInterface'],
        resources: ['network-interface/*', 'subnet/*', `security-group/${securityGroupId}`].map((resource) =>
          names.arn('ec2', resource),
        ),
      },
      {
        sid: 'ChangeNetworkInterfaces',
        actions: ['ec2:DeleteNetworkInterface', 'ec2:ModifyNetworkInterfaceAttribute'],
        resources: ['network-interface/*', `security-group/${securityGroupId}`].map((resource) =>
          names.arn('ec2', resource),
        ),
      },
      {
        sid: 'DescribeNetwork',
        actions: ['ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:RequestedRegion': settings.region } },
      },
    ],
  });
}

/** A policy of this deployment's own in QuickSight's role, so that others' secrets there stay as they are. */
export function allowSecret(
  scope: Construct,
  { secretArn, keyArn }: { readonly secretArn: string; readonly keyArn: string },
): IamRolePolicy {
  const { names, settings } = stackOf(scope);
  return new IamRolePolicy(scope, 'secret', {
    name: names.of('warehouse-bi'),
    role: SECRETS_ROLE,
    policy: buildRolePolicy([
      { sid: 'ReadSecret', actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] },
      {
        sid: 'DecryptSecret',
        actions: ['kms:Decrypt'],
        resources: [keyArn],
        conditions: viaService(settings.region, 'secretsmanager'),
      },
    ]),
  });
}
