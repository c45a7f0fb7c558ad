/** Who may connect to whom in the VPC. One group per role; a rule names the other side, never an address range. */
import type { Construct } from 'constructs';
import { SecurityGroup } from './security-group';

export const MYSQL_PORT = 3306;
export const WAREHOUSE_PORT = 5439;
const HTTPS_PORT = 443;

export interface SecurityGroups {
  readonly mysql: SecurityGroup;
  readonly warehouse: SecurityGroup;
  readonly replication: SecurityGroup;
  readonly functions: SecurityGroup;
  readonly endpoints: SecurityGroup;
}

export function addSecurityGroups(scope: Construct, vpcId: string): SecurityGroups {
  const group = (id: string, description: string, attachedBy?: string) =>
    new SecurityGroup(scope, id, { vpcId, description, ...(attachedBy === undefined ? {} : { attachedBy }) });
  const groups = {
    mysql: group('mysql', 'RDS for MySQL: takes connections of the functions and of DMS', 'storage'),
    warehouse: group(
      'warehouse',
      'Redshift: takes connections of DMS, reads staged files from S3',
      'warehouse',
    ),
    replication: group('replication', 'DMS: from MySQL to Redshift by way of S3', 'warehouse'),
    functions: group('functions', 'Functions that talk to MySQL', 'pipeline'),
    endpoints: group('endpoints', 'Interface endpoints of AWS services'),
  };
  const { mysql, warehouse, replication, functions, endpoints } = groups;
  functions.allowTo(mysql, MYSQL_PORT, 'MySQL');
  functions.allowTo(endpoints, HTTPS_PORT, 'HTTPS to AWS services');
  replication.allowTo(mysql, MYSQL_PORT, 'MySQL');
  replication.allowTo(warehouse, WAREHOUSE_PORT, 'Redshift');
  replication.allowTo(endpoints, HTTPS_PORT, 'HTTPS to AWS services');
  return groups;
}

/** Gateway endpoints are reached by their prefix lists. */
export function allowToGateways(
  groups: SecurityGroups,
  prefixLists: { readonly s3: string; readonly dynamodb?: string },
): void {
  const { functions, replication, warehouse } = groups;
  functions.allowToPrefixList('s3', prefixLists.s3, 'HTTPS to S3: seed files and rejected rows');
  if (prefixLists.dynamodb !== undefined)
    functions.allowToPrefixList('dynamodb', prefixLists.dynamodb, 'HTTPS to DynamoDB: reconciliation');
  replication.allowToPrefixList('s3', prefixLists.s3, 'HTTPS to S3: files on their way to Redshift');
  warehouse.allowToPrefixList('s3', prefixLists.s3, 'HTTPS to S3: COPY of staged files');
}
