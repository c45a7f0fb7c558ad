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
import { isNamedAnew, isProtected } from './protection';

const CLUSTER = 'aws_redshift_cluster';
const PARAMETERS = 'aws_redshift_parameter_group';

export const REDSHIFT_RULES: readonly PolicyRule[] = [
  { id: 'CKV_AWS_64', on: CLUSTER, requires: 'encrypted', holds: isTrue('encrypted'), trivy: 'AVD-AWS-0084' },
  { id: 'CKV_AWS_71', on: CLUSTER, requires: 'a logging block', holds: isTrue('logging.enable') },
  { id: 'CKV_AWS_87', on: CLUSTER, requires: 'not public', holds: isNotTrue('publicly_accessible') },
  {
    id: 'CKV_AWS_105',
    on: PARAMETERS,
    requires: 'TLS for every connection',
    holds: hasParameter('require_ssl', 'true'),
  },
  {
    id: 'CKV_AWS_141',
    on: CLUSTER,
    requires: 'automatic version upgrades',
    holds: isNotFalse('allow_version_upgrade'),
  },
  { id: 'CKV_AWS_142', on: CLUSTER, requires: 'encrypted with our key', holds: hasOwnKey('kms_key_id') },
  {
    id: 'CKV_AWS_154',
    on: CLUSTER,
    requires: 'in a VPC',
    holds: has('cluster_subnet_group_name'),
    trivy: 'AVD-AWS-0127',
  },
  {
    id: 'CKV_AWS_320',
    on: CLUSTER,
    requires: 'a database that is not dev',
    holds: isNot('database_name', 'dev'),
  },
  {
    id: 'CKV_AWS_321',
    on: CLUSTER,
    requires: 'its traffic routed through the VPC',
    holds: isTrue('enhanced_vpc_routing'),
  },
  {
    id: 'CKV_AWS_343',
    on: CLUSTER,
    requires: 'snapshots for at least a week',
    holds: atLeast('automated_snapshot_retention_period', 7),
  },
  {
    id: 'CKV_AWS_391',
    on: CLUSTER,
    requires: 'an admin that is not awsuser',
    holds: isNot('master_username', 'awsuser'),
  },
  {
    // What CKV_AWS_71 is about, as the provider has it since version 6.
    id: 'CDC_WAREHOUSE_AUDIT',
    on: CLUSTER,
    requires: 'the audit logs of connections, users and statements',
    holds: withCompanion('aws_redshift_logging', (logging) =>
      ['connectionlog', 'userlog', 'useractivitylog'].every((log) =>
        JSON.stringify(logging.at('log_exports')).includes(`"${log}"`),
      ),
    ),
  },
  {
    id: 'CDC_WAREHOUSE_STATEMENTS',
    on: PARAMETERS,
    requires: 'statements in the audit log',
    holds: hasParameter('enable_user_activity_logging', 'true'),
  },
  {
    id: 'CDC_WAREHOUSE_LAST_SNAPSHOT',
    on: CLUSTER,
    requires: 'a final snapshot, where it is protected, under a name that is new each time',
    holds: (cluster) =>
      !isProtected(cluster) || (isNotTrue('skip_final_snapshot')(cluster) && isNamedAnew(cluster)),
  },
  {
    // Redshift management guide, "Cross-Region snapshot copy for encrypted clusters".
    id: 'CDC_WAREHOUSE_COPY',
    on: CLUSTER,
    requires: 'its snapshots copied to another region under a key there, where it is protected',
    holds: (cluster) =>
      !isProtected(cluster) ||
      withCompanion('aws_redshift_snapshot_copy', has('snapshot_copy_grant_name'))(cluster),
  },
  {
    id: 'CDC_WAREHOUSE_ADMIN',
    on: CLUSTER,
    requires: 'an admin password that Redshift generates and stores under our key',
    holds: (cluster) =>
      isTrue('manage_master_password')(cluster) &&
      hasOwnKey('master_password_secret_kms_key_id')(cluster) &&
      lacks('master_password')(cluster),
  },
];
