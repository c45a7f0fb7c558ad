/** A provisioned warehouse, and its Data API behind the gateway. */
import { ACCOUNT, GATEWAY_SERVICES } from '../../runtime/ports/host';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { startWarehouse } from './start-warehouse';

export const awsRedshiftCluster: ResourceTwin = {
  type: 'aws_redshift_cluster',
  honoured: [
    'cluster_identifier',
    'database_name',
    'master_username',
    'manage_master_password',
    'port',
    'iam_roles',
    'default_iam_role_arn',
  ],
  ignored: {
    node_type: 'the laptop is as large as it is',
    number_of_nodes: 'the laptop is as large as it is',
    cluster_type: 'the laptop is as large as it is',
    cluster_version: 'the twin has no versions',
    allow_version_upgrade: 'the twin has no versions',
    apply_immediately: 'changes apply at the next start',
    encrypted: 'the laptop encrypts nothing at rest',
    master_password_secret_kms_key_id: 'the laptop encrypts nothing at rest',
    automated_snapshot_retention_period: 'no backups',
    manual_snapshot_retention_period: 'no backups',
    skip_final_snapshot: 'no backups',
    final_snapshot_identifier: 'no backups',
    availability_zone: 'the laptop is one place',
    availability_zone_relocation_enabled: 'the laptop is one place',
    multi_az: 'the laptop is one place',
    preferred_maintenance_window: 'nobody maintains a laptop',
    cluster_parameter_group_name: 'TLS and audit logs are the service’s own',
    cluster_subnet_group_name: 'no networks on a laptop',
    vpc_security_group_ids: 'no networks on a laptop',
    enhanced_vpc_routing: 'no networks on a laptop',
    publicly_accessible: 'it has no port; the gateway listens on the loopback address alone',
  },
  start: async (resource, registry) => {
    const { region, accountId } = registry.the(ACCOUNT);
    const clusterIdentifier = resource.text('cluster_identifier');
    const database = resource.text('database_name');
    const adminUser = resource.text('master_username');
    if (!resource.flag('manage_master_password', false)) {
      throw resource.refusal('manage_master_password', 'false: the laptop makes up the password itself');
    }
    const started = await startWarehouse(resource, registry, {
      name: clusterIdentifier,
      nameArgument: 'cluster_identifier',
      database,
      adminUser,
      roles: resource.list('iam_roles').map(String),
      defaultRole: resource.optionalText('default_iam_role_arn'),
    });
    registry.of(GATEWAY_SERVICES).set('redshift-data', started.dataApi({ clusterIdentifier }));
    const host = `${clusterIdentifier}.laptop.internal`;
    const port = resource.number('port', 5439);
    return {
      attributes: {
        cluster_identifier: clusterIdentifier,
        id: clusterIdentifier,
        arn: `arn:aws:redshift:${region}:${accountId}:cluster:${clusterIdentifier}`,
        database_name: database,
        dns_name: host,
        port,
        endpoint: `${host}:${port}`,
        master_username: adminUser,
        master_password_secret_arn: started.adminSecretArn,
      },
      stop: () => started.stop(),
    };
  },
};
