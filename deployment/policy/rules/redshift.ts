import {
  atLeast,
  has,
  hasOwnKey,
  hasParameter,
  isNot,
  isNotFalse,
  isNotTrue,
  isTrue,
  lacks,
  type PolicyRule,
  withCompanion,
} from '../rule';

const CLUSTER = 'aws_redshift_cluster';
const PARAMETERS = 'aws_redshift_parameter_group';

export const REDSHIFT_RULES: readonly PolicyRule[] = [
  { id: 'CKV_AWS_64', on: CLUSTER, wants: 'encrypted', holds: isTrue('encrypted'), trivy: 'AVD-AWS-0084' },
  { id: 'CKV_AWS_71', on: CLUSTER, wants: 'a logging block', holds: isTrue('logging.enable') },
  { id: 'CKV_AWS_87', on: CLUSTER, wants: 'not public', holds: isNotTrue('publicly_accessible') },
  {
    id: 'CKV_AWS_105',
    on: PARAMETERS,
    wants: 'TLS for everybody',
    holds: hasParameter('require_ssl', 'true'),
  },
  { id: 'CKV_AWS_141', on: CLUSTER, wants: 'version upgrades', holds: isNotFalse('allow_version_upgrade') },
  { id: 'CKV_AWS_142', on: CLUSTER, wants: 'encrypted with our key', holds: hasOwnKey('kms_key_id') },
  {
    id: 'CKV_AWS_154',
    on: CLUSTER,
    wants: 'in a VPC',
    holds: has('cluster_subnet_group_name'),
    trivy: 'AVD-AWS-0127',
  },
  {
    id: 'CKV_AWS_320',
    on: CLUSTER,
    wants: 'a database that is not dev',
    holds: isNot('database_name', 'dev'),
  },
  { id: 'CKV_AWS_321', on: CLUSTER, wants: 'its traffic in the VPC', holds: isTrue('enhanced_vpc_routing') },
  {
    id: 'CKV_AWS_343',
    on: CLUSTER,
    wants: 'a week of snapshots',
    holds: atLeast('automated_snapshot_retention_period', 7),
  },
  {
    id: 'CKV_AWS_391',
    on: CLUSTER,
    wants: 'an admin that is not awsuser',
    holds: isNot('master_username', 'awsuser'),
  },
  {
    // What CKV_AWS_71 is about, as the provider has it since version 6.
    id: 'CDC_WAREHOUSE_AUDIT',
    on: CLUSTER,
    wants: 'the audit logs of connections, users and statements',
    holds: withCompanion('aws_redshift_logging', (logging) =>
      ['connectionlog', 'userlog', 'useractivitylog'].every((log) =>
        JSON.stringify(logging.at('log_exports')).includes(`"${log}"`),
      ),
    ),
  },
  {
    id: 'CDC_WAREHOUSE_STATEMENTS',
    on: PARAMETERS,
    wants: 'statements in the audit log',
    holds: hasParameter('enable_user_activity_logging', 'true'),
  },
  {
    id: 'CDC_WAREHOUSE_ADMIN',
    on: CLUSTER,
    wants: 'an admin password that Redshift makes and keeps under our key',
    holds: (cluster) =>
      isTrue('manage_master_password')(cluster) &&
      hasOwnKey('master_password_secret_kms_key_id')(cluster) &&
      lacks('master_password')(cluster),
  },
];
