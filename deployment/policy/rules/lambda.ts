import { textsOf, textsWithin } from '../../json';
import { atLeast, has, hasOwnKey, is, isTrue, type PolicyRule, type Predicate, withCompanion } from '../rule';
import { looksSecret } from './secret-text';

const FUNCTION = 'aws_lambda_function';

const hasPlainEnvironment: Predicate = (fn) =>
  textsWithin(fn.at('environment') ?? null).every(({ path, text }) => !looksSecret(path, text));

/** A failure is kept: of an event, by an on-failure destination; of a stream, by its mapping. */
const keepsFailures: Predicate = (fn) => {
  const { deployment } = fn;
  const isStartedByEvent =
    deployment.usersOf(fn, 'aws_scheduler_schedule').length > 0 ||
    deployment.usersOf(fn, 'aws_lambda_event_source_mapping').length > 0;
  return (
    !isStartedByEvent ||
    withCompanion(
      'aws_lambda_function_event_invoke_config',
      has('destination_config.on_failure.destination'),
    )(fn) ||
    withCompanion('aws_lambda_event_source_mapping', has('destination_config.on_failure.destination_arn'))(fn)
  );
};

/** A set-up is invoked at creation, update and destroy; the start of the task only at creation. */
const isNoticed: Predicate = (invocation) => {
  if (invocation.text('lifecycle_scope') !== 'CRUD') return true;
  const { deployment } = invocation;
  const recorded = invocation
    .targets('function_name')
    .map(({ resource }) => resource.text('environment.variables.SET_UP_FINGERPRINT'));
  const compared = deployment
    .of(FUNCTION)
    .filter((fn) => deployment.usersOf(fn, 'aws_scheduler_schedule').length > 0)
    .flatMap((fn) => textsWithin(fn.at('environment.variables') ?? null))
    .map(({ text }) => text);
  return recorded.length > 0 && recorded.every((text) => text !== '' && compared.includes(text));
};

export const LAMBDA_RULES: readonly PolicyRule[] = [
  {
    // Provider documentation, aws_lambda_invocation: one that failed on update is stored as done.
    id: 'CDC_SET_UP_NOTICED',
    on: 'aws_lambda_invocation',
    requires: 'a record of its set-up that a scheduled function compares with the deployed one',
    holds: isNoticed,
  },
  { id: 'CKV_AWS_45', on: FUNCTION, requires: 'no secret in its environment', holds: hasPlainEnvironment },
  {
    id: 'CKV_AWS_50',
    on: FUNCTION,
    requires: 'tracing',
    holds: is('tracing_config.mode', 'Active'),
    trivy: 'AVD-AWS-0066',
  },
  {
    id: 'CKV_AWS_115',
    on: FUNCTION,
    requires: 'a concurrency limit of its own',
    holds: atLeast('reserved_concurrent_executions', 1),
  },
  {
    id: 'CKV_AWS_116',
    on: FUNCTION,
    requires: 'a dead-letter queue',
    holds: has('dead_letter_config.target_arn'),
  },
  { id: 'CKV_AWS_117', on: FUNCTION, requires: 'in a VPC', holds: has('vpc_config.subnet_ids') },
  {
    id: 'CKV_AWS_173',
    on: FUNCTION,
    requires: 'its environment encrypted with our key',
    holds: hasOwnKey('kms_key_arn'),
  },
  { id: 'CKV_AWS_272', on: FUNCTION, requires: 'signed code', holds: has('code_signing_config_arn') },
  { id: 'CKV_AWS_363', on: FUNCTION, requires: 'a current runtime', holds: is('runtime', 'nodejs22.x') },
  {
    id: 'CDC_FUNCTION_FAILURES',
    on: FUNCTION,
    requires: 'a destination for failed events',
    holds: keepsFailures,
  },
  {
    id: 'CDC_FUNCTION_LOGS',
    on: FUNCTION,
    requires: 'a log group that exists before it',
    holds: (fn) => fn.refersTo('logging_config.log_group', 'aws_cloudwatch_log_group'),
  },
  {
    id: 'CDC_STREAM_MAPPING',
    on: 'aws_lambda_event_source_mapping',
    requires: 'partial batches, bisection, bounded retries and age',
    holds: (mapping) =>
      isTrue('bisect_batch_on_function_error')(mapping) &&
      JSON.stringify(mapping.at('function_response_types') ?? '').includes('ReportBatchItemFailures') &&
      atLeast('maximum_retry_attempts', 1)(mapping) &&
      atLeast('maximum_record_age_in_seconds', 60)(mapping),
  },
  {
    // AWS Lambda API, EventSourceMappingMetricsConfig: `ErrorCount` is for Kafka mappings, and is refused here.
    id: 'CDC_STREAM_METRICS',
    on: 'aws_lambda_event_source_mapping',
    requires: 'the metrics that a DynamoDB mapping takes',
    holds: (mapping) => textsOf(mapping.at('metrics_config.metrics')).join() === 'EventCount',
  },
];
