/** Who may connect to whom in the VPC. One group per role; a rule names the other side, never an address range. */
import type { Construct } from 'constructs';
import type { ExistingMysql } from '../settings/mysql';
import { isExistingRedshift, type RedshiftSettings } from '../settings/redshift';
import type { Endpoints } from './endpoints';
import { existingPeer, type Peer, SecurityGroup } from './security-group';
import { stackOf } from './stack-of';

export const MYSQL_PORT = 3306;
export const WAREHOUSE_PORT = 5439;
const HTTPS_PORT = 443;

export const warehousePortOf = (settings: RedshiftSettings): number =>
  isExistingRedshift(settings) ? settings.port : WAREHOUSE_PORT;

export interface SecurityGroups {
  readonly mysql: Peer;
  readonly warehouse: Peer;
  readonly replication: SecurityGroup;
  readonly functions: SecurityGroup;
  /** Where it reads the views for analysts. */
  readonly quickSight?: SecurityGroup;
}

export function addSecurityGroups(scope: Construct, vpcId: string): SecurityGroups {
  const { mysql: server, redshift, bi } = stackOf(scope).settings;
  const group = (id: string, description: string, attachedBy: string) =>
    new SecurityGroup(scope, id, { vpcId, description, attachedBy });
  const mysql =
    server.kind === 'new'
      ? group('mysql', 'RDS for MySQL: takes connections of the functions and of DMS', 'storage')
      : mysqlPeer(scope, server);
  const groups = {
    mysql,
    warehouse: isExistingRedshift(redshift)
      ? existingPeer(scope, 'warehouse', {
          securityGroupId: redshift.securityGroupId,
          addsRules: redshift.mayChange.includes('security-group'),
        })
      : group('warehouse', 'Redshift: takes connections of DMS, reads staged files from S3', 'warehouse'),
    replication: group('replication', 'DMS: from MySQL to Redshift by way of S3', 'warehouse'),
    functions: group('functions', 'Functions that talk to MySQL', 'pipeline'),
    ...(bi?.quickSight === undefined
      ? {}
      : { quickSight: group('quick-sight', 'QuickSight: reads the views for analysts', 'pipeline') }),
  };
  const { warehouse, replication, functions, quickSight } = groups;
  const port = server.kind === 'new' ? MYSQL_PORT : server.port;
  functions.allowTo(mysql, port, 'MySQL');
  replication.allowTo(mysql, port, 'MySQL');
  replication.allowTo(warehouse, warehousePortOf(redshift), 'Redshift');
  quickSight?.allowTo(warehouse, warehousePortOf(redshift), 'Redshift');
  return groups;
}

function mysqlPeer(scope: Construct, { securityGroupId, cidr, mayChange }: ExistingMysql): Peer {
  if (securityGroupId !== undefined) {
    return existingPeer(scope, 'mysql', {
      securityGroupId,
      addsRules: mayChange.includes('security-group'),
    });
  }
  if (cidr === undefined)
    throw new Error('the settings of MySQL have neither a security group nor addresses');
  return { label: 'mysql', at: { cidr } };
}

/** Gateway endpoints are reached by their prefix lists, interface endpoints by their groups. */
export function allowToEndpoints(groups: SecurityGroups, endpoints: Endpoints): void {
  const { functions, replication, warehouse } = groups;
  const { s3PrefixListId: s3, dynamodbPrefixListId: dynamodb } = endpoints;
  for (const peer of endpoints.peersOf(['secretsmanager', 'redshift-data']))
    functions.allowTo(peer, HTTPS_PORT, 'HTTPS to AWS services');
  for (const peer of endpoints.peersOf(['secretsmanager', 'redshift', 'redshift-serverless']))
    replication.allowTo(peer, HTTPS_PORT, 'HTTPS to AWS services');
  functions.allowToPrefixList('s3', s3, 'HTTPS to S3: seed files and rejected rows');
  if (dynamodb !== undefined)
    functions.allowToPrefixList('dynamodb', dynamodb, 'HTTPS to DynamoDB: reconciliation');
  replication.allowToPrefixList('s3', s3, 'HTTPS to S3: files on their way to Redshift');
  // How a warehouse of others reaches S3 is its owner's.
  if (warehouse instanceof SecurityGroup)
    warehouse.allowToPrefixList('s3', s3, 'HTTPS to S3: COPY of staged files');
}
