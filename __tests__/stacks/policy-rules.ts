/**
 * Rules of checkov that apply to these stacks, one a line: its id, the resources that it looks at, and what it wants
 * of them. So a change that a scan would refuse fails here first; the ids are those that a skip names.
 */
import type { Arguments, Deployment, Resource } from './synthesized';

export interface PolicyRule {
  readonly id: `CKV${string}`;
  readonly types: string;
  readonly wants: (config: Arguments, resource: Resource, deployment: Deployment) => boolean;
}

const statementsIn = (policy: unknown): Arguments[] =>
  typeof policy === 'string' ? (JSON.parse(policy).Statement as Arguments[]) : [];
const allowed = (policy: unknown): Arguments[] =>
  statementsIn(policy).filter(({ Effect }) => Effect === 'Allow');
const list = (value: unknown): string[] => [value ?? []].flat() as string[];
const openToAll = ({ Principal, Condition }: Arguments): boolean =>
  Condition === undefined && (Principal === '*' || list(Principal?.AWS).includes('*'));
const ownKey = (key: unknown): boolean => typeof key === 'string' && key.startsWith('${');
/** The companion of a bucket, of the given type. */
const beside = (type: string, { name }: Resource, { resources }: Deployment): Arguments | undefined =>
  resources.find((resource) => resource.type === type && resource.name === name)?.config;
const parameter = (name: string, value: string) => (config: Arguments) =>
  (config.parameter as Arguments[]).some((given) => given.name === name && given.value === value);
const referencedBySameStack = ({ stack, address }: Resource, { resources }: Deployment): boolean =>
  resources.some(
    (other) =>
      other.stack === stack &&
      !/security_group/.test(other.type) &&
      JSON.stringify(other.config).includes(`\${${address}.id}`),
  );
const noWildAction = (config: Arguments): boolean =>
  allowed(config.policy).every(({ Action }) => list(Action).every((action) => !action.includes('*')));
const noWildResource = (config: Arguments): boolean =>
  allowed(config.policy).every(
    ({ Resource, Condition }) => !list(Resource).includes('*') || Condition !== undefined,
  );

const DATABASE = 'aws_db_instance';
const CLUSTER = 'aws_redshift_cluster';
const FUNCTION = 'aws_lambda_function';
const BUCKET = 'aws_s3_bucket';
const QUEUE = 'aws_sqs_queue';
const LOGS = 'aws_cloudwatch_log_group';
const GROUP_RULES =
  'aws_security_group aws_vpc_security_group_ingress_rule aws_vpc_security_group_egress_rule';

export const POLICY_RULES: readonly PolicyRule[] = [
  // KMS
  { id: 'CKV_AWS_7', types: 'aws_kms_key', wants: (c) => c.enable_key_rotation === true },
  { id: 'CKV_AWS_33', types: 'aws_kms_key', wants: (c) => !allowed(c.policy).some(openToAll) },
  { id: 'CKV_AWS_227', types: 'aws_kms_key', wants: (c) => c.is_enabled !== false },
  { id: 'CKV2_AWS_64', types: 'aws_kms_key', wants: (c) => statementsIn(c.policy).length > 0 },
  // Network
  { id: 'CKV_AWS_23', types: GROUP_RULES, wants: (c) => Boolean(c.description) },
  {
    id: 'CKV_AWS_382',
    types: 'aws_vpc_security_group_egress_rule',
    wants: (c) => c.cidr_ipv4 === undefined && c.ip_protocol !== '-1',
  },
  { id: 'CKV_AWS_130', types: 'aws_subnet', wants: (c) => c.map_public_ip_on_launch !== true },
  {
    id: 'CKV2_AWS_5',
    types: 'aws_security_group',
    wants: (_, resource, all) => referencedBySameStack(resource, all),
  },
  {
    id: 'CKV2_AWS_11',
    types: 'aws_vpc',
    wants: (_, { address }, all) =>
      all.of('aws_flow_log').some(({ config }) => config.vpc_id === `\${${address}.id}`),
  },
  {
    id: 'CKV2_AWS_12',
    types: 'aws_vpc',
    wants: (_, { address }, all) =>
      all
        .of('aws_default_security_group')
        .some(({ config }) => config.vpc_id === `\${${address}.id}` && !config.ingress && !config.egress),
  },
  // RDS
  { id: 'CKV_AWS_16', types: DATABASE, wants: (c) => c.storage_encrypted === true },
  { id: 'CKV_AWS_17', types: DATABASE, wants: (c) => c.publicly_accessible !== true },
  { id: 'CKV_AWS_118', types: DATABASE, wants: (c) => c.monitoring_interval > 0 },
  { id: 'CKV_AWS_129', types: DATABASE, wants: (c) => c.enabled_cloudwatch_logs_exports?.length > 0 },
  { id: 'CKV_AWS_133', types: DATABASE, wants: (c) => c.backup_retention_period > 0 },
  { id: 'CKV_AWS_157', types: DATABASE, wants: (c) => c.multi_az === true },
  { id: 'CKV_AWS_161', types: DATABASE, wants: (c) => c.iam_database_authentication_enabled === true },
  {
    id: 'CKV_AWS_211',
    types: DATABASE,
    wants: (c) => /^rds-ca-(rsa2048|rsa4096|ecc384)-g1$/.test(c.ca_cert_identifier),
  },
  { id: 'CKV_AWS_226', types: DATABASE, wants: (c) => c.auto_minor_version_upgrade === true },
  { id: 'CKV_AWS_293', types: DATABASE, wants: (c) => c.deletion_protection === true },
  { id: 'CKV_AWS_353', types: DATABASE, wants: (c) => c.performance_insights_enabled === true },
  { id: 'CKV_AWS_354', types: DATABASE, wants: (c) => ownKey(c.performance_insights_kms_key_id) },
  { id: 'CKV2_AWS_60', types: DATABASE, wants: (c) => c.copy_tags_to_snapshot === true },
  { id: 'CKV2_AWS_69', types: 'aws_db_parameter_group', wants: parameter('require_secure_transport', '1') },
  // Redshift
  { id: 'CKV_AWS_64', types: CLUSTER, wants: (c) => c.encrypted === 'true' },
  { id: 'CKV_AWS_71', types: CLUSTER, wants: (c) => c.logging?.enable === true },
  { id: 'CKV_AWS_87', types: CLUSTER, wants: (c) => c.publicly_accessible === false },
  { id: 'CKV_AWS_105', types: 'aws_redshift_parameter_group', wants: parameter('require_ssl', 'true') },
  { id: 'CKV_AWS_141', types: CLUSTER, wants: (c) => c.allow_version_upgrade !== false },
  { id: 'CKV_AWS_142', types: CLUSTER, wants: (c) => ownKey(c.kms_key_id) },
  { id: 'CKV_AWS_154', types: CLUSTER, wants: (c) => Boolean(c.cluster_subnet_group_name) },
  { id: 'CKV_AWS_320', types: CLUSTER, wants: (c) => Boolean(c.database_name) && c.database_name !== 'dev' },
  { id: 'CKV_AWS_321', types: CLUSTER, wants: (c) => c.enhanced_vpc_routing === true },
  { id: 'CKV_AWS_343', types: CLUSTER, wants: (c) => c.automated_snapshot_retention_period > 0 },
  { id: 'CKV_AWS_391', types: CLUSTER, wants: (c) => c.master_username !== 'awsuser' },
  // DMS
  { id: 'CKV_AWS_89', types: 'aws_dms_replication_instance', wants: (c) => c.publicly_accessible === false },
  { id: 'CKV_AWS_212', types: 'aws_dms_replication_instance', wants: (c) => ownKey(c.kms_key_arn) },
  {
    id: 'CKV_AWS_222',
    types: 'aws_dms_replication_instance',
    wants: (c) => c.auto_minor_version_upgrade === true,
  },
  { id: 'CKV_AWS_296', types: 'aws_dms_endpoint', wants: (c) => ownKey(c.kms_key_arn) },
  {
    id: 'CKV2_AWS_49',
    types: 'aws_dms_endpoint',
    wants: (c) => c.endpoint_type === 'target' || /^verify/.test(c.ssl_mode),
  },
  // DynamoDB
  { id: 'CKV_AWS_28', types: 'aws_dynamodb_table', wants: (c) => c.point_in_time_recovery?.enabled === true },
  {
    id: 'CKV_AWS_119',
    types: 'aws_dynamodb_table',
    wants: (c) => ownKey(c.server_side_encryption?.kms_key_arn),
  },
  { id: 'CKV2_AWS_16', types: 'aws_dynamodb_table', wants: (c) => c.billing_mode === 'PAY_PER_REQUEST' },
  // Lambda
  {
    id: 'CKV_AWS_45',
    types: FUNCTION,
    wants: (c) => !/AKIA[0-9A-Z]{16}|password/i.test(JSON.stringify(c.environment)),
  },
  { id: 'CKV_AWS_50', types: FUNCTION, wants: (c) => c.tracing_config?.mode === 'Active' },
  { id: 'CKV_AWS_115', types: FUNCTION, wants: (c) => c.reserved_concurrent_executions > 0 },
  { id: 'CKV_AWS_116', types: FUNCTION, wants: (c) => c.dead_letter_config !== undefined },
  { id: 'CKV_AWS_117', types: FUNCTION, wants: (c) => c.vpc_config !== undefined },
  { id: 'CKV_AWS_173', types: FUNCTION, wants: (c) => ownKey(c.kms_key_arn) },
  { id: 'CKV_AWS_272', types: FUNCTION, wants: (c) => c.code_signing_config_arn !== undefined },
  { id: 'CKV_AWS_363', types: FUNCTION, wants: (c) => c.runtime === 'nodejs22.x' },
  // S3
  {
    id: 'CKV_AWS_18',
    types: BUCKET,
    wants: (_, r, all) => beside('aws_s3_bucket_logging', r, all) !== undefined,
  },
  {
    id: 'CKV_AWS_19',
    types: BUCKET,
    wants: (_, r, all) => beside('aws_s3_bucket_server_side_encryption_configuration', r, all) !== undefined,
  },
  {
    id: 'CKV_AWS_21',
    types: BUCKET,
    wants: (_, r, all) =>
      beside('aws_s3_bucket_versioning', r, all)?.versioning_configuration.status === 'Enabled',
  },
  {
    id: 'CKV_AWS_145',
    types: BUCKET,
    wants: (_, r, all) =>
      JSON.stringify(beside('aws_s3_bucket_server_side_encryption_configuration', r, all)).includes(
        'aws:kms',
      ),
  },
  { id: 'CKV_AWS_143', types: BUCKET, wants: (c) => c.object_lock_enabled === true },
  {
    id: 'CKV_AWS_144',
    types: BUCKET,
    wants: (_, r, all) => beside('aws_s3_bucket_replication_configuration', r, all) !== undefined,
  },
  {
    id: 'CKV2_AWS_6',
    types: BUCKET,
    wants: (_, r, all) => beside('aws_s3_bucket_public_access_block', r, all)?.block_public_policy === true,
  },
  {
    id: 'CKV2_AWS_61',
    types: BUCKET,
    wants: (_, r, all) => beside('aws_s3_bucket_lifecycle_configuration', r, all) !== undefined,
  },
  {
    id: 'CKV2_AWS_62',
    types: BUCKET,
    wants: (_, r, all) => beside('aws_s3_bucket_notification', r, all) !== undefined,
  },
  {
    id: 'CKV2_AWS_65',
    types: 'aws_s3_bucket_ownership_controls',
    wants: (c) => c.rule.object_ownership === 'BucketOwnerEnforced',
  },
  { id: 'CKV_AWS_70', types: 'aws_s3_bucket_policy', wants: (c) => !allowed(c.policy).some(openToAll) },
  {
    id: 'CKV_AWS_300',
    types: 'aws_s3_bucket_lifecycle_configuration',
    wants: (c) =>
      (c.rule as Arguments[]).some(
        (rule) => rule.abort_incomplete_multipart_upload && rule.filter[0].prefix === '',
      ),
  },
  { id: 'CKV_AWS_186', types: 'aws_s3_object', wants: (c) => c.kms_key_id !== undefined },
  {
    // A scan sees one stack at a time, and the key is in another one.
    id: 'CKV2_AWS_67',
    types: 'aws_s3_bucket_server_side_encryption_configuration',
    wants: (c) => /\{aws_kms_key\./.test(JSON.stringify(c)),
  },
  // Logs and alarms
  { id: 'CKV_AWS_66', types: LOGS, wants: (c) => c.retention_in_days > 0 },
  { id: 'CKV_AWS_158', types: LOGS, wants: (c) => ownKey(c.kms_key_id) },
  { id: 'CKV_AWS_338', types: LOGS, wants: (c) => c.retention_in_days >= 365 },
  { id: 'CKV_AWS_319', types: 'aws_cloudwatch_metric_alarm', wants: (c) => c.actions_enabled !== false },
  // Secrets, queues, topics, schedules
  { id: 'CKV_AWS_149', types: 'aws_secretsmanager_secret', wants: (c) => ownKey(c.kms_key_id) },
  {
    id: 'CKV2_AWS_57',
    types: 'aws_secretsmanager_secret',
    wants: (_, { address }, all) =>
      all
        .of('aws_secretsmanager_secret_rotation')
        .some(({ config }) => String(config.secret_id).includes(address)),
  },
  { id: 'CKV_AWS_27', types: QUEUE, wants: (c) => ownKey(c.kms_master_key_id) },
  { id: 'CKV2_AWS_73', types: QUEUE, wants: (c) => !String(c.kms_master_key_id).includes('alias/aws') },
  { id: 'CKV_AWS_168', types: 'aws_sqs_queue_policy', wants: (c) => !allowed(c.policy).some(openToAll) },
  { id: 'CKV_AWS_26', types: 'aws_sns_topic', wants: (c) => ownKey(c.kms_master_key_id) },
  { id: 'CKV_AWS_169', types: 'aws_sns_topic_policy', wants: (c) => !allowed(c.policy).some(openToAll) },
  { id: 'CKV_AWS_297', types: 'aws_scheduler_schedule', wants: (c) => ownKey(c.kms_key_arn) },
  // IAM
  {
    id: 'CKV_AWS_60',
    types: 'aws_iam_role',
    wants: (c) =>
      !allowed(c.assume_role_policy).some(({ Principal }) => JSON.stringify(Principal).includes('"*"')),
  },
  {
    id: 'CKV_AWS_61',
    types: 'aws_iam_role',
    wants: (c) => allowed(c.assume_role_policy).every(({ Principal }) => Principal.AWS === undefined),
  },
  { id: 'CKV_AWS_63', types: 'aws_iam_role_policy', wants: noWildAction },
  { id: 'CKV_AWS_355', types: 'aws_iam_role_policy', wants: noWildResource },
];
