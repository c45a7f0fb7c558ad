/**
 * The limits of AWS that a deployment comes near as its catalogue grows. Those that AWS raises on request are checked at
 * what an account has without asking.
 */
import type { Resource } from '../deployment';
import { isMap, type Json, listOf } from '../json';
import { countAt, countOf, each, jsonIn, type Limit, lengthAt, lengthOf, sizeOfMap, sumBy } from './limit';

const widgets = (dashboard: Resource): readonly Json[] => {
  const body = jsonIn(dashboard.text('dashboard_body'));
  return isMap(body) ? listOf(body.widgets) : [];
};
const metricsOf = (widget: Json): number =>
  isMap(widget) && isMap(widget.properties) ? listOf(widget.properties.metrics).length : 0;

const withoutBlanks = (text: string): number => lengthOf(text.replaceAll(/\s/g, ''));

const IAM = 'IAM user guide, "IAM and AWS STS quotas"';
const LAMBDA = 'AWS Lambda developer guide, "Lambda quotas"';
const CLOUDWATCH = 'Amazon CloudWatch user guide, "CloudWatch service quotas"';
const COMPOSITE = 'Amazon CloudWatch API, PutCompositeAlarm';

const limit = (
  id: string,
  allowed: number,
  unit: string,
  source: string,
  measure: Limit['measure'],
): Limit => ({ id, allowed, unit, source, measure });

const POLICY_SIZES: readonly Limit[] = [
  limit(
    'inline-policies-of-a-role',
    10_240,
    'characters without blanks',
    IAM,
    sumBy('aws_iam_role_policy', 'role', (policy) => withoutBlanks(policy.text('policy'))),
  ),
  limit(
    'managed-policy',
    6_144,
    'characters without blanks',
    IAM,
    each('aws_iam_policy', (policy) => withoutBlanks(policy.text('policy'))),
  ),
  limit('trust-policy', 2_048, 'characters', IAM, lengthAt('aws_iam_role', 'assume_role_policy')),
  limit(
    'endpoint-policy',
    20_480,
    'characters',
    'AWS PrivateLink guide, "AWS PrivateLink quotas"',
    lengthAt('aws_vpc_endpoint', 'policy'),
  ),
  limit(
    'bucket-policy',
    20_480,
    'bytes',
    'Amazon S3 user guide, "Bucket policies"',
    lengthAt('aws_s3_bucket_policy', 'policy'),
  ),
  limit(
    'queue-policy',
    8_192,
    'bytes',
    'Amazon SQS developer guide, "Quotas related to policies"',
    lengthAt('aws_sqs_queue_policy', 'policy'),
  ),
  limit(
    'topic-policy',
    30_720,
    'bytes',
    'Amazon SNS API, SetTopicAttributes',
    lengthAt('aws_sns_topic_policy', 'policy'),
  ),
  limit(
    'key-policy',
    32_768,
    'bytes',
    'AWS KMS developer guide, "Resource quotas"',
    lengthAt('aws_kms_key', 'policy'),
  ),
];

const FUNCTION_SIZES: readonly Limit[] = [
  limit(
    'environment-of-a-function',
    4_096,
    'bytes',
    LAMBDA,
    each('aws_lambda_function', (one) => sizeOfMap(one.at('environment.variables'))),
  ),
  limit(
    'event-of-a-schedule',
    262_144,
    'bytes',
    `${LAMBDA}, asynchronous invocation`,
    lengthAt('aws_scheduler_schedule', 'target.input'),
  ),
  limit(
    'event-of-a-deploy',
    6_291_456,
    'bytes',
    `${LAMBDA}, synchronous invocation`,
    lengthAt('aws_lambda_invocation', 'input'),
  ),
];

const WATCH_SIZES: readonly Limit[] = [
  limit('alarms', 5_000, 'alarms', `${CLOUDWATCH}, as it was`, countOf('aws_cloudwatch_metric_alarm')),
  limit(
    'metrics-of-an-alarm',
    10,
    'metrics',
    CLOUDWATCH,
    each(
      'aws_cloudwatch_metric_alarm',
      (alarm) =>
        listOf(alarm.at('metric_query')).filter((query) => isMap(query) && query.metric !== undefined).length,
    ),
  ),
  limit(
    'description-of-an-alarm',
    1_024,
    'characters',
    'Amazon CloudWatch API, PutMetricAlarm',
    lengthAt('aws_cloudwatch_metric_alarm', 'alarm_description'),
  ),
  limit(
    'alarms-of-a-composite-alarm',
    100,
    'alarms',
    COMPOSITE,
    each(
      'aws_cloudwatch_composite_alarm',
      (alarm) => alarm.text('alarm_rule').match(/\b(ALARM|OK|INSUFFICIENT_DATA)\(/g)?.length ?? 0,
    ),
  ),
  limit(
    'rule-of-a-composite-alarm',
    10_240,
    'characters',
    COMPOSITE,
    lengthAt('aws_cloudwatch_composite_alarm', 'alarm_rule'),
  ),
  limit(
    'widgets-of-a-dashboard',
    500,
    'widgets',
    CLOUDWATCH,
    each('aws_cloudwatch_dashboard', (one) => widgets(one).length),
  ),
  limit(
    'metrics-of-a-widget',
    500,
    'metrics',
    CLOUDWATCH,
    each('aws_cloudwatch_dashboard', (one) => Math.max(0, ...widgets(one).map(metricsOf))),
  ),
  limit(
    'metrics-of-a-dashboard',
    2_500,
    'metrics',
    CLOUDWATCH,
    each('aws_cloudwatch_dashboard', (one) =>
      widgets(one).reduce<number>((sum, widget) => sum + metricsOf(widget), 0),
    ),
  ),
];

const TELEMETRY_SIZES: readonly Limit[] = [
  limit(
    'subscription-filters-of-a-log-group',
    2,
    'filters',
    'Amazon CloudWatch Logs user guide, "CloudWatch Logs quotas"',
    sumBy('aws_cloudwatch_log_subscription_filter', 'log_group_name', () => 1),
  ),
  limit(
    'filters-of-a-metric-stream',
    1_000,
    'namespaces and metrics',
    'Amazon CloudWatch user guide, "Use metric streams"',
    each('aws_cloudwatch_metric_stream', (stream) =>
      listOf(stream.at('include_filter')).reduce<number>(
        (sum, filter) => sum + Math.max(1, isMap(filter) ? listOf(filter.metric_names).length : 0),
        0,
      ),
    ),
  ),
];

const NAME_LENGTHS: readonly Limit[] = (
  [
    ['aws_iam_role', 'name', 64, IAM],
    ['aws_lambda_function', 'function_name', 64, 'AWS Lambda API, CreateFunction'],
    ['aws_sqs_queue', 'name', 80, 'Amazon SQS API, CreateQueue'],
    ['aws_scheduler_schedule', 'name', 64, 'EventBridge Scheduler API, CreateSchedule'],
    [
      'aws_redshiftserverless_workgroup',
      'workgroup_name',
      64,
      'Amazon Redshift Serverless API, CreateWorkgroup',
    ],
    ['aws_kinesis_firehose_delivery_stream', 'name', 64, 'Amazon Data Firehose API, CreateDeliveryStream'],
    ['aws_s3_bucket', 'bucket', 63, 'Amazon S3 user guide, "Bucket naming rules"'],
    ['aws_dynamodb_table', 'name', 255, 'Amazon DynamoDB API, CreateTable'],
    ['aws_cloudwatch_metric_alarm', 'alarm_name', 255, 'Amazon CloudWatch API, PutMetricAlarm'],
  ] as const
).map(([type, path, allowed, source]) =>
  limit(`name-of-${type}`, allowed, 'characters', source, lengthAt(type, path)),
);

export const LIMITS: readonly Limit[] = [
  ...POLICY_SIZES,
  ...FUNCTION_SIZES,
  ...WATCH_SIZES,
  ...TELEMETRY_SIZES,
  limit(
    'table-mappings-of-a-task',
    2_097_152,
    'bytes',
    'AWS DMS user guide, "Specifying table selection and transformations rules using JSON"',
    lengthAt('aws_dms_replication_task', 'table_mappings'),
  ),
  limit(
    'dynamodb-tables',
    2_500,
    'tables',
    'Amazon DynamoDB developer guide, "Quotas"',
    countOf('aws_dynamodb_table'),
  ),
  limit('roles', 1_000, 'roles', IAM, countOf('aws_iam_role')),
  limit(
    'rules-of-a-security-group',
    60,
    'rules in one direction',
    'Amazon VPC user guide, "Amazon VPC quotas"',
    (deployment) =>
      ['aws_vpc_security_group_ingress_rule', 'aws_vpc_security_group_egress_rule'].flatMap((type) =>
        sumBy(type, 'security_group_id', () => 1)(deployment),
      ),
  ),
  limit(
    'lifecycle-rules-of-a-bucket',
    1_000,
    'rules',
    'Amazon S3 user guide, "Setting an S3 Lifecycle configuration"',
    countAt('aws_s3_bucket_lifecycle_configuration', 'rule'),
  ),
  ...NAME_LENGTHS,
];
