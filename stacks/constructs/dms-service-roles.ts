/** The three roles that DMS looks for by their exact names, once in each account. */
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { Construct } from 'constructs';
import { buildTrustPolicy } from './policy';
import { stackOf } from './stack-of';

interface ServiceRole {
  readonly name: string;
  readonly description: string;
  readonly managedPolicy: string;
  readonly services: readonly string[];
}

const SERVICE_ROLES: readonly ServiceRole[] = [
  {
    name: 'dms-vpc-role',
    description: 'DMS: network interfaces of replication instances',
    managedPolicy: 'AmazonDMSVPCManagementRole',
    services: ['dms.amazonaws.com'],
  },
  {
    name: 'dms-cloudwatch-logs-role',
    description: 'DMS: logs of replication tasks',
    managedPolicy: 'AmazonDMSCloudWatchLogsRole',
    services: ['dms.amazonaws.com'],
  },
  {
    name: 'dms-access-for-endpoint',
    description: 'DMS and Redshift: files for a Redshift target',
    managedPolicy: 'AmazonDMSRedshiftS3Role',
    // Redshift also assumes it, to COPY what DMS wrote.
    services: ['dms.amazonaws.com', 'redshift.amazonaws.com'],
  },
];

export function addDmsServiceRoles(scope: Construct): void {
  const { accountId } = stackOf(scope).settings;
  for (const { name, description, managedPolicy, services } of SERVICE_ROLES) {
    const role = new IamRole(scope, name, {
      name,
      description,
      assumeRolePolicy: buildTrustPolicy(services, accountId),
    });
    new IamRolePolicyAttachment(scope, `${name}_policy`, {
      role: role.name,
      policyArn: `arn:aws:iam::aws:policy/service-role/${managedPolicy}`,
    });
  }
}
