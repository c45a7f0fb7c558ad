/** Settings of a warehouse that somebody else made, in a network that somebody else made. */
import type { Arguments } from './synthesized';

export const SECRET = 'arn:aws:secretsmanager:us-east-1:123456789012:secret:redshift!analytics-admin-AbCdEf';
export const WORKGROUP_ID = '01234567-89ab-cdef-0123-456789abcdef';

export const VPC = {
  kind: 'existing',
  vpcId: 'vpc-0123456789abcdef0',
  subnets: ['a', 'b'].map((zone, index) => ({
    id: `subnet-0123456789abcde0${index}`,
    zone,
    routeTableId: 'rtb-0123456789abcdef0',
  })),
  endpoints: {},
  createEndpoints: true,
  mayChange: [],
};

const COMMON = {
  database: 'dev',
  host: 'analytics.abc123.us-east-1.redshift.amazonaws.com',
  port: 5440,
  adminSecretArn: SECRET,
  securityGroupId: 'sg-0123456789abcdef0',
  mayChange: ['security-group'],
};
export const CLUSTER = { kind: 'existing-cluster', clusterIdentifier: 'analytics', ...COMMON };
export const WORKGROUP = {
  kind: 'existing-workgroup',
  workgroupName: 'analysts',
  workgroupId: WORKGROUP_ID,
  namespaceName: 'analytics',
  ...COMMON,
};

export const withWarehouse = (redshift: Arguments) => (given: Arguments) => {
  delete given.environments.dev.redshift;
  Object.assign(given, { network: VPC, redshift });
};
