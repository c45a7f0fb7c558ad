/** What leaves the account for a pane of glass elsewhere: which metrics, which logs, how, and what if it is not taken. */
import type { Resource } from '../../deployment';
import { isMap, listOf } from '../../json';
import { has, hasOwnKey, is, isTrue, lacks, type PolicyRule, type Predicate } from '../rule';

const DELIVERY = 'aws_kinesis_firehose_delivery_stream';
const METRICS = 'aws_cloudwatch_metric_stream';
const LOGS = 'aws_cloudwatch_log_subscription_filter';
const ENDPOINT = 'http_endpoint_configuration';

/** Its own address, encrypted on the way; a query could hold a key. */
const goesByTls: Predicate = (stream) => /^https:\/\/[^@?#]+$/.test(stream.text(`${ENDPOINT}.url`));

const keepsSecret: Predicate = (stream) =>
  isTrue(`${ENDPOINT}.secrets_manager_configuration.enabled`)(stream) &&
  has(`${ENDPOINT}.secrets_manager_configuration.secret_arn`)(stream) &&
  lacks(`${ENDPOINT}.access_key`)(stream);

const keepsWhatFailed: Predicate = (stream) =>
  stream.text(`${ENDPOINT}.s3_backup_mode`) === 'FailedDataOnly' &&
  stream.text(`${ENDPOINT}.s3_configuration.prefix`).startsWith('undelivered/') &&
  stream.deployment
    .of('aws_cloudwatch_metric_alarm')
    .some(
      (alarm) =>
        alarm.text('metric_name') === 'DeliveryToHttpEndpoint.Success' &&
        alarm.text('dimensions.DeliveryStreamName') === stream.text('name'),
    );

/** Each namespace by name, and of those of AWS each metric: everything else of the account stays. */
const namesMetrics: Predicate = (stream: Resource) => {
  const filters = listOf(stream.at('include_filter')).filter(isMap);
  return (
    filters.length > 0 &&
    filters.every(
      ({ namespace, metric_names: names }) =>
        !String(namespace).startsWith('AWS/') || listOf(names).length > 0,
    )
  );
};

/** Those of MySQL, of the warehouse and of the network hold statements or addresses. */
const isOfPipeline: Predicate = (filter) => {
  const [target] = filter.targets('log_group_name');
  const name = target === undefined ? filter.text('log_group_name') : target.resource.text('name');
  return /^(\/aws\/lambda\/|dms-tasks-)/.test(name);
};

export const TELEMETRY_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_240',
    on: DELIVERY,
    requires: 'encrypted',
    holds: isTrue('server_side_encryption.enabled'),
  },
  {
    id: 'CKV_AWS_241',
    on: DELIVERY,
    requires: 'encrypted with our key',
    holds: (stream) =>
      is('server_side_encryption.key_type', 'CUSTOMER_MANAGED_CMK')(stream) &&
      hasOwnKey('server_side_encryption.key_arn')(stream),
  },
  {
    id: 'CDC_DELIVERY_TLS',
    on: DELIVERY,
    requires: 'an https address without a user, a query or a fragment',
    holds: goesByTls,
  },
  {
    id: 'CDC_DELIVERY_SECRET',
    on: DELIVERY,
    requires: 'its access key read from Secrets Manager, and none in the JSON',
    holds: keepsSecret,
  },
  {
    id: 'CDC_DELIVERY_KEPT',
    on: DELIVERY,
    requires: 'what is not taken kept in the bucket, and an alarm',
    holds: keepsWhatFailed,
  },
  {
    id: 'CDC_METRICS_NAMED',
    on: METRICS,
    requires: 'each namespace named that leaves the account, and each metric of those of AWS',
    holds: namesMetrics,
  },
  {
    id: 'CDC_METRICS_FORMAT',
    on: METRICS,
    requires: 'OpenTelemetry 1.0, which every receiver here is checked with',
    holds: is('output_format', 'opentelemetry1.0'),
  },
  {
    id: 'CDC_LOGS_NAMED',
    on: LOGS,
    requires: 'only logs of functions and of the replication task, which hold no values',
    holds: isOfPipeline,
  },
];
