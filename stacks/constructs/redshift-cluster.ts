/** Redshift in private subnets, with its audit logs and the role with which COPY reads staged files. */
import { RedshiftCluster as AwsCluster } from '@cdktf/provider-aws/lib/redshift-cluster';
import { RedshiftClusterIamRoles } from '@cdktf/provider-aws/lib/redshift-cluster-iam-roles';
import { RedshiftLogging } from '@cdktf/provider-aws/lib/redshift-logging';
import { RedshiftParameterGroup } from '@cdktf/provider-aws/lib/redshift-parameter-group';
import { RedshiftSnapshotCopy } from '@cdktf/provider-aws/lib/redshift-snapshot-copy';
import { RedshiftSnapshotCopyGrant } from '@cdktf/provider-aws/lib/redshift-snapshot-copy-grant';
import { RedshiftSubnetGroup } from '@cdktf/provider-aws/lib/redshift-subnet-group';
import { Construct } from 'constructs';
import type { RedshiftOf } from '../settings/redshift';
import { finalSnapshotOf } from './final-snapshot';
import { addLogGroup } from './log-group';
import type { Role } from './role';
import { WAREHOUSE_PORT } from './security-groups';
import { skipChecks } from './skip-checks';
import { stackOf } from './stack-of';

export interface RedshiftClusterProps {
  readonly settings: RedshiftOf<'provisioned'>;
  readonly subnetIds: string[];
  readonly securityGroupId: string;
  readonly keyArn: string;
  /** Key in the region that snapshots are copied to. */
  readonly copyKeyArn?: string;
  /** Roles that the cluster may assume in a COPY. */
  readonly roles: readonly Role[];
}

const AUDIT_LOGS = ['connectionlog', 'userlog', 'useractivitylog'];

const PARAMETERS = [
  { name: 'enable_user_activity_logging', value: 'true' },
  { name: 'require_ssl', value: 'true' },
];

export class RedshiftCluster extends Construct {
  readonly cluster: AwsCluster;

  constructor(scope: Construct, id: string, props: RedshiftClusterProps) {
    super(scope, id);
    const { names, settings } = stackOf(this);
    const { protectData } = settings;
    const { settings: redshift } = props;
    const subnetGroup = new RedshiftSubnetGroup(this, 'redshift_subnet_group', {
      name: names.warehouse.name,
      description: 'Private subnets of the warehouse',
      subnetIds: props.subnetIds,
    });
    const parameterGroup = new RedshiftParameterGroup(this, 'redshift_parameter_group', {
      name: names.warehouse.name,
      family: 'redshift-2.0',
      description: 'TLS for everybody, statements in the audit log',
      parameter: PARAMETERS,
    });
    this.cluster = new AwsCluster(this, 'redshift_cluster', {
      clusterIdentifier: names.warehouse.name,
      clusterType: redshift.nodeCount === 1 ? 'single-node' : 'multi-node',
      nodeType: redshift.nodeType,
      numberOfNodes: redshift.nodeCount,
      databaseName: redshift.database,
      masterUsername: 'cdc_admin',
      manageMasterPassword: true,
      masterPasswordSecretKmsKeyId: props.keyArn,
      encrypted: 'true',
      kmsKeyId: props.keyArn,
      port: WAREHOUSE_PORT,
      clusterSubnetGroupName: subnetGroup.name,
      clusterParameterGroupName: parameterGroup.name,
      vpcSecurityGroupIds: [props.securityGroupId],
      publiclyAccessible: false,
      enhancedVpcRouting: true,
      availabilityZoneRelocationEnabled: true,
      allowVersionUpgrade: true,
      automatedSnapshotRetentionPeriod: redshift.snapshotRetentionDays,
      preferredMaintenanceWindow: 'sun:05:30-sun:06:30',
      ...finalSnapshotOf(this, names.warehouse.name, { key: props.keyArn, database: redshift.database }),
      applyImmediately: !protectData,
      lifecycle: { preventDestroy: protectData },
    });
    skipChecks(this.cluster, {
      CKV_AWS_71:
        'logging is the resource aws_redshift_logging; the rule looks for a block that the provider has removed',
    });
    new RedshiftClusterIamRoles(this, 'redshift_cluster_iam_roles', {
      clusterIdentifier: this.cluster.clusterIdentifier,
      iamRoleArns: props.roles.map(({ arn }) => arn),
      dependsOn: props.roles.map(({ policy }) => policy),
    });
    this.addAuditLog(names.warehouse.name, props.keyArn);
    this.addSnapshotCopy(names.warehouse.name, props);
  }

  /** Snapshots in another region. Encrypted ones need a grant there (Redshift management guide, "Snapshot copy grants"). */
  private addSnapshotCopy(name: string, { settings, copyKeyArn: keyArn }: RedshiftClusterProps): void {
    const { copyToRegion } = stackOf(this).settings;
    if (copyToRegion === undefined || keyArn === undefined) return;
    const grant = new RedshiftSnapshotCopyGrant(this, 'redshift_snapshot_copy_grant', {
      region: copyToRegion,
      snapshotCopyGrantName: name,
      kmsKeyId: keyArn,
    });
    new RedshiftSnapshotCopy(this, 'redshift_snapshot_copy', {
      clusterIdentifier: this.cluster.clusterIdentifier,
      destinationRegion: copyToRegion,
      retentionPeriod: settings.snapshotRetentionDays,
      snapshotCopyGrantName: grant.snapshotCopyGrantName,
    });
  }

  private addAuditLog(name: string, keyArn: string): void {
    const logGroups = AUDIT_LOGS.map((log) =>
      addLogGroup(this, log, { name: `/aws/redshift/cluster/${name}/${log}`, keyArn }),
    );
    new RedshiftLogging(this, 'redshift_logging', {
      clusterIdentifier: this.cluster.clusterIdentifier,
      logDestinationType: 'cloudwatch',
      logExports: AUDIT_LOGS,
      dependsOn: logGroups,
    });
  }
}
