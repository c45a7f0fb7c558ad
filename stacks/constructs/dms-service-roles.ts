/** The three roles that DMS looks for by their exact names, once in each account. */
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { Construct } from 'constructs';
import { buildRolePolicy, buildTrustPolicyOf, redshiftUsersOf, servicesOf, type Trust } from './policy';
import { stackOf } from './stack-of';
import { stagingStatements } from './staging-bucket-access';

interface ServiceRole {
  readonly name: string;
  readonly description: string;
  /** A managed policy, which the service asks for by name; absent for our own policy. */
  readonly managedPolicy?: string;
  /** Redshift also assumes it, to COPY what DMS wrote. */
  readonly takenByRedshift?: true;
}

const SERVICE_ROLES: readonly ServiceRole[] = [
  {
    name: 'dms-vpc-role',
    description: 'DMS: network interfaces of replication instances',
    managedPolicy: 'AmazonDMSVPCManagementRole',
  },
  {
    name: 'dms-cloudwatch-logs-role',
    description: 'DMS: logs of replication tasks',
    managedPolicy: 'AmazonDMSCloudWatchLogsRole',
  },
  {
    name: 'dms-access-for-endpoint',
    description: 'DMS and Redshift: files for a Redshift target',
    takenByRedshift: true,
  },
];

export function addDmsServiceRoles(scope: Construct): void {
  const { names, settings } = stackOf(scope);
  const byDms = servicesOf(settings.accountId, ['dms.amazonaws.com']);
  // The role belongs to the account, whatever its warehouses are called and whichever kind they are of.
  const byRedshift = redshiftUsersOf(`arn:aws:redshift:*:${settings.accountId}:dbuser:*`, true);
  for (const { name, description, managedPolicy, takenByRedshift } of SERVICE_ROLES) {
    const trusts: Trust[] = takenByRedshift ? [byDms, byRedshift] : [byDms];
    const role = new IamRole(scope, name, {
      name,
      description,
      assumeRolePolicy: buildTrustPolicyOf(trusts),
    });
    if (managedPolicy === undefined) {
      // AmazonDMSRedshiftS3Role would grant every bucket whose name begins with `dms-`.
      new IamRolePolicy(scope, `${name}_policy`, {
        name,
        role: role.name,
        policy: buildRolePolicy(stagingStatements(names.bucketArn(names.dmsBuckets))),
      });
      continue;
    }
    new IamRolePolicyAttachment(scope, `${name}_policy`, {
      role: role.name,
      policyArn: `arn:aws:iam::aws:policy/service-role/${managedPolicy}`,
    });
  }
}
