/** A private MySQL-protocol server with the parameters of its group, and the admin secret that RDS would manage. */

import { ACCOUNT, STATE, TELL } from '../../runtime/ports/host';
import { MYSQL_SERVERS } from '../../runtime/ports/mysql-server';
import { SECRETS } from '../../runtime/ports/secrets';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { PARAMETER_GROUPS } from './aws_db_parameter_group';
import { startMysqlServer } from './mysql-server';

export const awsDbInstance: ResourceTwin = {
  type: 'aws_db_instance',
  honoured: [
    'identifier',
    'engine',
    'username',
    'parameter_group_name',
    'manage_master_user_password',
    'db_name',
  ],
  ignored: {
    engine_version: 'the server is the one that the machine has',
    engine_lifecycle_support: 'a matter of bills',
    port: 'the laptop takes a free port; references to it resolve to that one',
    instance_class: 'the laptop is as large as it is',
    allocated_storage: 'the laptop is as large as it is',
    max_allocated_storage: 'the laptop is as large as it is',
    storage_type: 'the laptop is as fast as it is',
    storage_encrypted: 'the laptop encrypts nothing at rest',
    master_user_secret_kms_key_id: 'the laptop encrypts nothing at rest',
    iops: 'the laptop is as fast as it is',
    storage_throughput: 'the laptop is as fast as it is',
    apply_immediately: 'changes apply at the next start',
    allow_major_version_upgrade: 'the server is the one that the machine has',
    auto_minor_version_upgrade: 'the server is the one that the machine has',
    backup_retention_period: 'no backups; the binlog is always on',
    backup_window: 'no backups',
    delete_automated_backups: 'no backups',
    copy_tags_to_snapshot: 'no backups',
    skip_final_snapshot: 'no backups',
    final_snapshot_identifier: 'no backups',
    deletion_protection: 'nothing is destroyed here',
    ca_cert_identifier: 'the laptop has an authority of its own, and verifies it',
    maintenance_window: 'nobody maintains a laptop',
    multi_az: 'the laptop is one place',
    db_subnet_group_name: 'no networks on a laptop',
    vpc_security_group_ids: 'no networks on a laptop',
    publicly_accessible: 'it listens only on the loopback address',
    monitoring_interval: 'no CloudWatch',
    monitoring_role_arn: 'no CloudWatch',
    database_insights_mode: 'no CloudWatch',
    performance_insights_enabled: 'no CloudWatch',
    performance_insights_kms_key_id: 'no CloudWatch',
    performance_insights_retention_period: 'no CloudWatch',
    enabled_cloudwatch_logs_exports: 'the log is a file',
    iam_database_authentication_enabled: 'the pipeline signs in by password',
  },
  start: async (resource, registry) => {
    const { region, accountId } = registry.the(ACCOUNT);
    const tell = registry.the(TELL);
    const servers = registry.of(MYSQL_SERVERS);
    const identifier = resource.text('identifier');
    const username = resource.text('username');
    if (resource.text('engine') !== 'mysql') {
      throw resource.refusal('engine', `${resource.text('engine')}, where the laptop has mysql only`);
    }
    if (!resource.flag('manage_master_user_password', false)) {
      throw resource.refusal('manage_master_user_password', 'false: the laptop makes up the password itself');
    }
    if (servers.size > 0) {
      throw resource.refusal('identifier', `${identifier}, a second MySQL server, where the laptop runs one`);
    }
    const group = resource.optionalText('parameter_group_name');
    const parameters = group === undefined ? {} : (registry.of(PARAMETER_GROUPS).get(group) ?? {});
    const server = await startMysqlServer({
      folder: registry.the(STATE).path('mysql'),
      parameters,
      adminUser: username,
      onUnexpectedEnd: (message) => tell({ type: 'engine-ended', engine: 'MySQL server', message }),
    });
    servers.set(identifier, server);
    const secretArn = registry.the(SECRETS).keepValue(`rds!db-${identifier}`, {
      username,
      password: server.adminPassword,
    });
    return {
      attributes: {
        identifier,
        id: identifier,
        arn: `arn:aws:rds:${region}:${accountId}:db:${identifier}`,
        address: server.host,
        port: server.port,
        endpoint: `${server.host}:${server.port}`,
        username,
        master_user_secret: [{ secret_arn: secretArn, secret_status: 'active' }],
      },
      stop: server.stop,
    };
  },
};
