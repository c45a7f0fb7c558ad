import {
  atLeast,
  has,
  hasOwnKey,
  hasParameter,
  is,
  isNotTrue,
  isTrue,
  lacks,
  type PolicyRule,
  withCompanion,
} from '../rule';
import { isNamedAnew, isProtected } from './protection';

const DATABASE = 'aws_db_instance';

export const RDS_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_16',
    on: DATABASE,
    requires: 'encrypted',
    holds: isTrue('storage_encrypted'),
    trivy: 'AVD-AWS-0080',
  },
  {
    id: 'CKV_AWS_17',
    on: DATABASE,
    requires: 'not public',
    holds: isNotTrue('publicly_accessible'),
    trivy: 'AVD-AWS-0180',
  },
  {
    id: 'CKV_AWS_118',
    on: DATABASE,
    requires: 'enhanced monitoring',
    holds: atLeast('monitoring_interval', 1),
  },
  {
    id: 'CKV_AWS_129',
    on: DATABASE,
    requires: 'logs exported',
    holds: has('enabled_cloudwatch_logs_exports'),
  },
  {
    id: 'CKV_AWS_133',
    on: DATABASE,
    requires: 'backups for at least a week',
    holds: atLeast('backup_retention_period', 7),
    trivy: 'AVD-AWS-0077',
  },
  { id: 'CKV_AWS_157', on: DATABASE, requires: 'two availability zones', holds: isTrue('multi_az') },
  {
    id: 'CKV_AWS_161',
    on: DATABASE,
    requires: 'IAM authentication enabled',
    holds: isTrue('iam_database_authentication_enabled'),
    trivy: 'AVD-AWS-0176',
  },
  {
    id: 'CKV_AWS_211',
    on: DATABASE,
    requires: 'a current certificate authority',
    holds: is('ca_cert_identifier', 'rds-ca-rsa2048-g1', 'rds-ca-rsa4096-g1', 'rds-ca-ecc384-g1'),
  },
  {
    id: 'CKV_AWS_226',
    on: DATABASE,
    requires: 'automatic minor upgrades',
    holds: isTrue('auto_minor_version_upgrade'),
  },
  {
    id: 'CKV_AWS_293',
    on: DATABASE,
    requires: 'deletion protection',
    holds: isTrue('deletion_protection'),
    trivy: 'AVD-AWS-0177',
  },
  {
    id: 'CKV_AWS_353',
    on: DATABASE,
    requires: 'performance insights',
    holds: isTrue('performance_insights_enabled'),
    trivy: 'AVD-AWS-0133',
  },
  {
    id: 'CKV_AWS_354',
    on: DATABASE,
    requires: 'performance insights with our key',
    holds: hasOwnKey('performance_insights_kms_key_id'),
    trivy: 'AVD-AWS-0078',
  },
  { id: 'CKV2_AWS_60', on: DATABASE, requires: 'tags on snapshots', holds: isTrue('copy_tags_to_snapshot') },
  {
    id: 'CKV2_AWS_69',
    on: 'aws_db_parameter_group',
    requires: 'TLS for every connection',
    holds: hasParameter('require_secure_transport', '1'),
  },
  {
    id: 'CDC_DATABASE_KEY',
    on: DATABASE,
    requires: 'encrypted with our key',
    holds: hasOwnKey('kms_key_id'),
  },
  {
    id: 'CDC_DATABASE_LAST_SNAPSHOT',
    on: DATABASE,
    requires:
      'a last snapshot and its backups kept, where it is protected, by a name that is new in each life',
    holds: (database) =>
      !isProtected(database) ||
      (isNotTrue('skip_final_snapshot')(database) &&
        isNotTrue('delete_automated_backups')(database) &&
        isNamedAnew(database)),
  },
  {
    // RDS user guide, "Replicating automated backups to another AWS Region".
    id: 'CDC_DATABASE_COPY',
    on: DATABASE,
    requires: 'its backups copied to another region, where it is protected',
    holds: (database) =>
      !isProtected(database) ||
      withCompanion('aws_db_instance_automated_backups_replication', has('region'))(database),
  },
  {
    id: 'CDC_DATABASE_ADMIN',
    on: DATABASE,
    requires: 'an admin password that RDS generates and stores under our key',
    holds: (database) =>
      isTrue('manage_master_user_password')(database) &&
      hasOwnKey('master_user_secret_kms_key_id')(database) &&
      lacks('password')(database),
  },
];
