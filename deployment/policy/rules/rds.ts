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
} from '../rule';

const DATABASE = 'aws_db_instance';

export const RDS_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_16',
    on: DATABASE,
    wants: 'encrypted',
    holds: isTrue('storage_encrypted'),
    trivy: 'AVD-AWS-0080',
  },
  {
    id: 'CKV_AWS_17',
    on: DATABASE,
    wants: 'not public',
    holds: isNotTrue('publicly_accessible'),
    trivy: 'AVD-AWS-0180',
  },
  { id: 'CKV_AWS_118', on: DATABASE, wants: 'enhanced monitoring', holds: atLeast('monitoring_interval', 1) },
  { id: 'CKV_AWS_129', on: DATABASE, wants: 'logs exported', holds: has('enabled_cloudwatch_logs_exports') },
  {
    id: 'CKV_AWS_133',
    on: DATABASE,
    wants: 'a week of backups',
    holds: atLeast('backup_retention_period', 7),
    trivy: 'AVD-AWS-0077',
  },
  { id: 'CKV_AWS_157', on: DATABASE, wants: 'two zones', holds: isTrue('multi_az') },
  {
    id: 'CKV_AWS_161',
    on: DATABASE,
    wants: 'sign-in by IAM possible',
    holds: isTrue('iam_database_authentication_enabled'),
    trivy: 'AVD-AWS-0176',
  },
  {
    id: 'CKV_AWS_211',
    on: DATABASE,
    wants: 'a current certificate authority',
    holds: is('ca_cert_identifier', 'rds-ca-rsa2048-g1', 'rds-ca-rsa4096-g1', 'rds-ca-ecc384-g1'),
  },
  { id: 'CKV_AWS_226', on: DATABASE, wants: 'minor upgrades', holds: isTrue('auto_minor_version_upgrade') },
  {
    id: 'CKV_AWS_293',
    on: DATABASE,
    wants: 'deletion protection',
    holds: isTrue('deletion_protection'),
    trivy: 'AVD-AWS-0177',
  },
  {
    id: 'CKV_AWS_353',
    on: DATABASE,
    wants: 'performance insights',
    holds: isTrue('performance_insights_enabled'),
    trivy: 'AVD-AWS-0133',
  },
  {
    id: 'CKV_AWS_354',
    on: DATABASE,
    wants: 'performance insights with our key',
    holds: hasOwnKey('performance_insights_kms_key_id'),
    trivy: 'AVD-AWS-0078',
  },
  { id: 'CKV2_AWS_60', on: DATABASE, wants: 'tags on snapshots', holds: isTrue('copy_tags_to_snapshot') },
  {
    id: 'CKV2_AWS_69',
    on: 'aws_db_parameter_group',
    wants: 'TLS for everybody',
    holds: hasParameter('require_secure_transport', '1'),
  },
  { id: 'CDC_DATABASE_KEY', on: DATABASE, wants: 'encrypted with our key', holds: hasOwnKey('kms_key_id') },
  {
    id: 'CDC_DATABASE_ADMIN',
    on: DATABASE,
    wants: 'an admin password that RDS makes and keeps under our key',
    holds: (database) =>
      isTrue('manage_master_user_password')(database) &&
      hasOwnKey('master_user_secret_kms_key_id')(database) &&
      lacks('password')(database),
  },
];
