/** For each rule, the least change by which a resource that keeps it breaks it, or by which one that does not begins to. */
import type { Deployment, Resource } from '../../../deployment/deployment';
import {
  type Changeable,
  changeStatements,
  setAt,
  withConfig,
  withoutType,
  withResource,
} from './changed-deployment';

export type Flip = (deployment: Deployment, resource: Resource) => Deployment;

const set =
  (path: string, value?: unknown): Flip =>
  (deployment, resource) =>
    withConfig(deployment, resource, (config) => setAt(config, path, value));

const gone =
  (type: string): Flip =>
  (deployment) =>
    withoutType(deployment, type);

/** Changes all resources of another type. */
const inAll =
  (type: string, path: string, value?: unknown): Flip =>
  (deployment) =>
    deployment
      .of(type)
      .reduce((last, other) => withConfig(last, other, (config) => setAt(config, path, value)), deployment);

/** Another statement that allows something. */
const allow =
  (statement: Changeable, argument = 'policy'): Flip =>
  (deployment, resource) =>
    withConfig(deployment, resource, (config) =>
      changeStatements(
        config,
        (statements) => statements.push({ Effect: 'Allow', Action: 'x:Y', Resource: 'arn:z', ...statement }),
        argument,
      ),
    );

const trust = (statement: Changeable): Flip => allow(statement, 'assume_role_policy');

/** No denial is left. */
const withoutDenials: Flip = (deployment, resource) =>
  withConfig(deployment, resource, (config) =>
    changeStatements(config, (statements) => {
      statements.splice(0, statements.length, { Effect: 'Allow', Action: 'x:Y', Resource: 'arn:z' });
    }),
  );

const withUser =
  (type: string, argument: string): Flip =>
  (deployment, resource) =>
    withResource(
      deployment,
      { stack: resource.stack, type, name: 'by_hand' },
      { [argument]: `\${${resource.address}.id}` },
    );

const inTaskSettings =
  (change: (settings: Changeable) => void): Flip =>
  (deployment, resource) =>
    withConfig(deployment, resource, (config) => {
      const settings = JSON.parse(config.replication_task_settings);
      change(settings);
      config.replication_task_settings = JSON.stringify(settings);
    });

/** Dev, as soon as it is protected, lacks what prod has. */
const whenProtected = set('lifecycle.prevent_destroy', true);

const EVERYBODY = { Principal: '*', Resource: 'arn:aws:s3:::x' };
const OPEN_PORT =
  (port: number): Flip =>
  (deployment, resource) =>
    withConfig(deployment, resource, (config) => {
      config.ingress = [{ from_port: port, to_port: port, protocol: 'tcp', cidr_blocks: ['0.0.0.0/0'] }];
    });

export const RULE_FLIPS: Readonly<Record<string, Flip>> = {
  CKV_AWS_7: set('enable_key_rotation', false),
  CKV_AWS_33: allow({ Principal: { AWS: '*' } }),
  CKV_AWS_227: set('is_enabled', false),
  CKV2_AWS_64: set('policy'),
  CDC_KEY_WINDOW: set('deletion_window_in_days', 1),
  CKV_AWS_23: set('description'),
  CKV_AWS_24: OPEN_PORT(22),
  CKV_AWS_25: OPEN_PORT(3389),
  CKV_AWS_260: OPEN_PORT(80),
  CKV_AWS_277: OPEN_PORT(0),
  CKV_AWS_382: set('egress', [{ protocol: '-1', cidr_blocks: ['0.0.0.0/0'] }]),
  CKV_AWS_130: set('map_public_ip_on_launch', true),
  CKV2_AWS_5: gone('aws_vpc_endpoint'),
  CKV2_AWS_11: gone('aws_flow_log'),
  CKV2_AWS_12: inAll('aws_default_security_group', 'ingress', [{ protocol: '-1' }]),
  CDC_GROUP_ATTACHED: gone('aws_vpc_endpoint'),
  CDC_RULE_NAMES_OTHER_SIDE: set('cidr_ipv4', '10.0.0.0/8'),
  CDC_ENDPOINT_OWN_ACCOUNT: allow({ Principal: '*' }),
  CKV_AWS_16: set('storage_encrypted', false),
  CKV_AWS_17: set('publicly_accessible', true),
  CKV_AWS_118: set('monitoring_interval', 0),
  CKV_AWS_129: set('enabled_cloudwatch_logs_exports', []),
  CKV_AWS_133: set('backup_retention_period', 1),
  CKV_AWS_157: set('multi_az', true),
  CKV_AWS_161: set('iam_database_authentication_enabled', true),
  CKV_AWS_211: set('ca_cert_identifier', 'rds-ca-2019'),
  CKV_AWS_226: set('auto_minor_version_upgrade', false),
  CKV_AWS_293: set('deletion_protection', true),
  CKV_AWS_353: set('performance_insights_enabled'),
  CKV_AWS_354: set('performance_insights_kms_key_id', 'alias/aws/rds'),
  CKV2_AWS_60: set('copy_tags_to_snapshot', false),
  CKV2_AWS_69: set('parameter', [{ name: 'require_secure_transport', value: '0' }]),
  CDC_DATABASE_KEY: set('kms_key_id'),
  CDC_DATABASE_LAST_SNAPSHOT: whenProtected,
  CDC_DATABASE_COPY: whenProtected,
  CDC_WAREHOUSE_LAST_SNAPSHOT: whenProtected,
  CDC_WAREHOUSE_COPY: whenProtected,
  CDC_TOPIC_HEARD: (deployment) =>
    deployment.of('aws_db_instance').reduce((last, database) => whenProtected(last, database), deployment),
  CDC_ALARM_METRICS: set(
    'metric_query',
    Array.from({ length: 11 }, (_, index) => ({ id: `m${index}`, metric: {} })),
  ),
  CDC_DATABASE_ADMIN: set('password', 'in plain text'),
  CKV_AWS_64: set('encrypted', 'false'),
  CKV_AWS_71: set('logging', { enable: true }),
  CKV_AWS_87: set('publicly_accessible', true),
  CKV_AWS_105: set('parameter', [{ name: 'require_ssl', value: 'false' }]),
  CKV_AWS_141: set('allow_version_upgrade', false),
  CKV_AWS_142: set('kms_key_id'),
  CKV_AWS_154: set('cluster_subnet_group_name'),
  CKV_AWS_320: set('database_name', 'dev'),
  CKV_AWS_321: set('enhanced_vpc_routing', false),
  CKV_AWS_343: set('automated_snapshot_retention_period', 1),
  CKV_AWS_391: set('master_username', 'awsuser'),
  CDC_WAREHOUSE_AUDIT: inAll('aws_redshift_logging', 'log_exports', ['userlog']),
  CDC_WAREHOUSE_STATEMENTS: set('parameter', []),
  CDC_WAREHOUSE_ADMIN: set('manage_master_password', false),
  CKV_AWS_282: set('kms_key_id'),
  CDC_SERVERLESS_ADMIN: set('admin_user_password', 'in plain text'),
  CDC_SERVERLESS_AUDIT: set('log_exports', ['userlog']),
  CDC_SERVERLESS_DATABASE: set('db_name', 'dev'),
  CDC_SERVERLESS_SNAPSHOTS: set('namespace_name', 'another'),
  CDC_SERVERLESS_PRIVATE: set('enhanced_vpc_routing', false),
  CDC_SERVERLESS_TLS: set('config_parameter', [{ parameter_key: 'require_ssl', parameter_value: 'false' }]),
  CDC_SERVERLESS_STATEMENTS: set('config_parameter', []),
  CDC_SERVERLESS_LIMIT: gone('aws_redshiftserverless_usage_limit'),
  CKV_AWS_89: set('publicly_accessible', true),
  CKV_AWS_212: set('kms_key_arn'),
  CKV_AWS_222: set('auto_minor_version_upgrade', true),
  CDC_DMS_VERSION: set('auto_minor_version_upgrade', true),
  CKV_AWS_296: set('kms_key_arn'),
  CKV2_AWS_49: set('ssl_mode', 'none'),
  CDC_ENDPOINT_WAITS: set('depends_on', ['aws_iam_role_policy.replication_secrets']),
  CDC_ENDPOINT_PAUSES: set('pause_replication_tasks'),
  CDC_TASK_RELOADS: inTaskSettings((settings) => {
    settings.FullLoadSettings.TargetTablePrepMode = 'DO_NOTHING';
  }),
  CDC_TASK_DDL: inTaskSettings((settings) => {
    delete settings.ChangeProcessingDdlHandlingPolicy;
  }),
  CDC_STAGING_RIGHTS: (deployment, { deployment: { resources } }) =>
    withConfig(
      deployment,
      resources.find(({ address }) => address === 'aws_iam_role_policy.dms_files')!,
      (config) =>
        changeStatements(config, (statements) => {
          statements[0]!.Action = ['s3:DeleteObject', 's3:GetObject', 's3:PutObject'];
        }),
    ),
  CDC_DMS_SECRET: set('password', 'in plain text'),
  CKV_AWS_28: set('point_in_time_recovery.enabled', false),
  CKV_AWS_119: set('server_side_encryption.kms_key_arn'),
  CKV2_AWS_16: set('billing_mode', 'PROVISIONED'),
  CDC_TABLE_STREAM: set('stream_view_type', 'KEYS_ONLY'),
  CKV_AWS_45: set('environment.variables.MYSQL_PASSWORD', 'in plain text'),
  CKV_AWS_50: set('tracing_config.mode', 'PassThrough'),
  CKV_AWS_115: set('reserved_concurrent_executions', 1),
  CKV_AWS_116: set('dead_letter_config', { target_arn: 'arn:aws:sqs:x' }),
  CKV_AWS_117: set('vpc_config'),
  CKV_AWS_173: set('kms_key_arn'),
  CKV_AWS_272: set('code_signing_config_arn', 'arn:aws:lambda:x'),
  CKV_AWS_363: set('runtime', 'nodejs16.x'),
  CDC_FUNCTION_FAILURES: gone('aws_lambda_function_event_invoke_config'),
  CKV_AWS_59: set('body', '{"paths":{"/":{"get":{}}}}'),
  CKV_AWS_237: set('lifecycle.create_before_destroy', false),
  CKV_AWS_217: set('lifecycle.create_before_destroy', false),
  CKV_AWS_76: set('access_log_settings'),
  CKV_AWS_73: set('xray_tracing_enabled', false),
  CKV_AWS_120: set('cache_cluster_enabled', true),
  CKV2_AWS_51: set('client_certificate_id', 'a1b2c3'),
  CKV2_AWS_29: gone('aws_wafv2_web_acl_association'),
  CKV_AWS_225: set('settings.caching_enabled', true),
  CKV_AWS_276: set('settings.data_trace_enabled', true),
  CKV2_AWS_4: set('settings.logging_level', 'OFF'),
  CDC_API_METRICS: set('settings.metrics_enabled', false),
  CDC_API_LIMITS: set('settings.throttling_rate_limit'),
  CKV_AWS_364: set('source_arn'),
  CKV2_AWS_31: gone('aws_wafv2_web_acl_logging_configuration'),
  CKV_AWS_192: set('rule_json', '[]'),
  CDC_FUNCTION_LOGS: set('logging_config.log_group'),
  CDC_STREAM_METRICS: set('metrics_config.metrics', ['EventCount', 'ErrorCount']),
  CDC_SET_UP_NOTICED: inAll(
    'aws_lambda_function',
    'environment.variables.PREPARE_MYSQL_FINGERPRINT',
    'another',
  ),
  CDC_STREAM_MAPPING: set('bisect_batch_on_function_error', false),
  CKV_AWS_18: gone('aws_s3_bucket_logging'),
  CKV_AWS_19: gone('aws_s3_bucket_server_side_encryption_configuration'),
  CKV_AWS_20: set('acl', 'public-read'),
  CKV_AWS_21: inAll('aws_s3_bucket_versioning', 'versioning_configuration.status', 'Suspended'),
  CKV_AWS_53: set('block_public_acls', false),
  CKV_AWS_54: set('block_public_policy'),
  CKV_AWS_55: set('ignore_public_acls', false),
  CKV_AWS_56: set('restrict_public_buckets', false),
  CKV_AWS_57: set('acl', 'public-read-write'),
  CKV_AWS_70: allow(EVERYBODY),
  CKV_AWS_93: allow({ ...EVERYBODY, Effect: 'Deny' }),
  CKV_AWS_143: set('object_lock_configuration', { object_lock_enabled: 'Disabled' }),
  CKV_AWS_144: withUser('aws_s3_bucket_replication_configuration', 'bucket'),
  CKV_AWS_145: inAll(
    'aws_s3_bucket_server_side_encryption_configuration',
    'rule.apply_server_side_encryption_by_default.sse_algorithm',
    'AES256',
  ),
  CKV_AWS_300: set('rule', [{ status: 'Enabled', filter: [{ prefix: '' }] }]),
  CKV2_AWS_6: gone('aws_s3_bucket_public_access_block'),
  CKV2_AWS_61: gone('aws_s3_bucket_lifecycle_configuration'),
  CKV2_AWS_62: withUser('aws_s3_bucket_notification', 'bucket'),
  CKV2_AWS_65: set('rule.object_ownership', 'ObjectWriter'),
  CKV2_AWS_67: (deployment, resource) =>
    withConfig(
      withResource(
        deployment,
        { stack: resource.stack, type: 'aws_kms_key', name: 'by_hand' },
        { enable_key_rotation: false },
      ),
      resource,
      (config) => {
        config.rule[0].apply_server_side_encryption_by_default.kms_master_key_id =
          '$' + '{aws_kms_key.by_hand.arn}';
      },
    ),
  CDC_BUCKET_MARKERS: set('rule', [{ status: 'Enabled', filter: [{ prefix: '' }] }]),
  CDC_BUCKET_KEY: gone('aws_s3_bucket_logging'),
  CDC_BUCKET_TLS: withoutDenials,
  CDC_BUCKET_POLICY: gone('aws_s3_bucket_policy'),
  CKV_AWS_66: set('retention_in_days'),
  CKV_AWS_158: set('kms_key_id'),
  CKV_AWS_338: set('retention_in_days', 364),
  CKV_AWS_319: set('actions_enabled', false),
  CDC_ALARM_TOLD: set('alarm_actions', []),
  CDC_ALARM_OVER: set('ok_actions', ['arn:aws:sns:us-east-1:123456789012:of-somebody-else']),
  CDC_ALARM_MEANING: set('alarm_description', ''),
  CKV_AWS_240: set('server_side_encryption.enabled', false),
  CKV_AWS_241: set('server_side_encryption.key_type', 'AWS_OWNED_CMK'),
  CDC_DELIVERY_TLS: set('http_endpoint_configuration.url', 'https://user@collector.example.com/v1'),
  CDC_DELIVERY_SECRET: set('http_endpoint_configuration.access_key', 'in plain text'),
  CDC_DELIVERY_KEPT: gone('aws_cloudwatch_metric_alarm'),
  CDC_ANALYSTS_TLS: set('ssl_properties.disable_ssl', true),
  CDC_ANALYSTS_SECRET: set('credentials.credential_pair', { username: 'a', password: 'in plain text' }),
  CDC_ANALYSTS_PRIVATE: set('vpc_connection_properties'),
  CDC_ANALYSTS_VIEWS: set('physical_table_map', [{ relational_table: { schema: 'bank' } }]),
  CDC_ANALYSTS_NO_COPY: set('import_mode', 'SPICE'),
  CDC_ANALYSTS_OWN: set('permissions', [
    { principal: 'arn:aws:quicksight:us-east-1:999999999999:user/default/eve', actions: [] },
  ]),
  CDC_DASHBOARD_OWN: set(
    'desired_state',
    JSON.stringify({
      Permissions: [{ Principal: 'arn:aws:quicksight:us-east-1:999999999999:user/default/eve', Actions: [] }],
    }),
  ),
  CDC_METRICS_NAMED: set('include_filter', [{ namespace: 'AWS/EC2' }]),
  CDC_METRICS_FORMAT: set('output_format', 'json'),
  CDC_LOGS_NAMED: set('log_group_name', '/aws/rds/instance/cdc-dev-mysql/slowquery'),
  CKV_AWS_149: set('kms_key_id'),
  CKV2_AWS_57: withUser('aws_secretsmanager_secret_rotation', 'secret_id'),
  CDC_SECRET_EMPTY: withUser('aws_secretsmanager_secret_version', 'secret_id'),
  CKV_AWS_27: set('kms_master_key_id'),
  CKV2_AWS_73: set('kms_master_key_id', 'alias/aws/sqs'),
  CKV_AWS_72: allow({ Principal: { Service: 'x' }, Action: 'sqs:*' }),
  CKV_AWS_168: allow({ Principal: '*' }),
  CKV_AWS_387: allow({ Principal: { AWS: ['*'] } }),
  CDC_QUEUE_TLS: withoutDenials,
  CKV_AWS_26: set('kms_master_key_id'),
  CKV_AWS_169: allow({ Principal: '*' }),
  CKV_AWS_385: set('policy', '{"Statement":[]}'),
  CDC_TOPIC_TLS: withoutDenials,
  CKV_AWS_297: set('kms_key_arn'),
  CKV_AWS_60: trust({ Principal: '*' }),
  CKV_AWS_61: trust({ Principal: { AWS: 'arn:aws:iam::999999999999:root' } }),
  CKV_AWS_62: allow({ Action: '*', Resource: '*' }),
  CKV_AWS_63: allow({ Action: 's3:*' }),
  CKV_AWS_274: set('policy_arn', 'arn:aws:iam::aws:policy/AdministratorAccess'),
  CKV_AWS_286: allow({ Action: 'iam:PassRole', Resource: '*' }),
  CKV_AWS_287: allow({ Action: 'redshift:GetClusterCredentials', Resource: '*' }),
  CKV_AWS_288: allow({ Action: 's3:GetObject', Resource: '*' }),
  CKV_AWS_289: allow({ Action: 'kms:CreateGrant', Resource: '*' }),
  CKV_AWS_290: allow({ Action: 'dynamodb:PutItem', Resource: '*' }),
  CKV_AWS_355: allow({ Action: 'dynamodb:Scan', Resource: '*' }),
  CKV2_AWS_40: allow({ Action: 'iam:*' }),
  CKV2_AWS_56: set('policy_arn', 'arn:aws:iam::aws:policy/IAMFullAccess'),
  CDC_MANAGED_POLICY: set('policy_arn', 'arn:aws:iam::aws:policy/ReadOnlyAccess'),
  CDC_ROLE_OWN_ACCOUNT: trust({ Principal: { Service: 'dms.amazonaws.com' } }),
  CDC_REDSHIFT_TRUST: trust({
    Principal: { Service: 'redshift.amazonaws.com' },
    Condition: { StringEquals: { 'aws:SourceAccount': '123456789012' } },
  }),
  CDC_KEY_BY_SERVICE: allow({ Action: ['kms:Decrypt', 'kms:DescribeKey'], Resource: 'arn:aws:kms:x' }),
  CDC_ROLE_READY: set('depends_on'),
  CDC_WILDCARD: trust({ Principal: '*' }),
  CDC_NO_OPEN_ADDRESS: set('by_hand', { cidr: '0.0.0.0/0' }),
  CDC_NO_SECRET: set('by_hand', { password: 'in plain text' }),
};
