/** Delivers a table's stream to a function, in batches. */
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { keepAttributeNames } from '../../../pipeline/dynamodb/exact-names';
import { demandDeadLetters, queueCalled } from '../../runtime/dead-letters';
import { functionCalled } from '../../runtime/function-called';
import { ACCESS_CONTROL } from '../../runtime/ports/access-control';
import { DYNAMODB_LOCAL, dynamodbLocalClientConfig } from '../../runtime/ports/dynamodb-local';
import { ACCOUNT, CHAOS, STATE, TELL } from '../../runtime/ports/host';
import { STREAM_MAPPINGS } from '../../runtime/ports/stream-mapping';
import { TABLE_STREAMS } from '../../runtime/ports/table-stream';
import type { Registry } from '../../runtime/registry';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { buildDiscardedBatchRecord } from './destination-records';
import { streamAccess } from './role-access';
import { invokeWithChaos } from './stream-mapping/chaos';
import type { DeliveryPolicy } from './stream-mapping/deliver-batch';
import { type StreamMappingOptions, startStreamMapping } from './stream-mapping/stream-mapping';
import { SwitchedMapping } from './stream-mapping/switched-mapping';
import { READ_NUMBERS, ReadNumbers } from './stream-mapping/trimmed-records';

/** Lambda's default for a DynamoDB stream (AWS Lambda API, CreateEventSourceMapping). */
const DEFAULT_BATCH_SIZE = 100;

/** The window is there so that fewer runs are paid for; on a laptop a person waits for the change. */
const MAX_BATCH_WINDOW_MS = 1_000;

export const awsLambdaEventSourceMapping: ResourceTwin = {
  type: 'aws_lambda_event_source_mapping',
  honoured: [
    'event_source_arn',
    'function_name',
    'starting_position',
    'enabled',
    'batch_size',
    'maximum_batching_window_in_seconds',
    'maximum_retry_attempts',
    'maximum_record_age_in_seconds',
    'bisect_batch_on_function_error',
    'parallelization_factor',
    'function_response_types',
    'destination_config.on_failure.destination_arn',
  ],
  ignored: { metrics_config: 'no CloudWatch' },
  start: async (resource, registry) => {
    const facts = registry.the(ACCOUNT);
    const access = registry.the(ACCESS_CONTROL);
    const tell = registry.the(TELL);
    const streamArn = resource.text('event_source_arn');
    const stream = registry.of(TABLE_STREAMS).get(streamArn);
    if (stream === undefined) {
      throw resource.refusal(
        'event_source_arn',
        `${streamArn}, which is no stream of a table that a stack declares`,
      );
    }
    const called = functionCalled(registry, resource, 'function_name');
    const deadLetters = queueCalled(registry, resource, 'destination_config.on_failure.destination_arn');
    checkOneReader(resource);
    access.demand(called.role, streamAccess(streamArn, access.keyOfTable(stream.tableName), facts));
    demandDeadLetters(registry, called.role, resource, 'destination_config.on_failure.destination_arn');
    const client = keepAttributeNames(
      new DynamoDBStreamsClient(dynamodbLocalClientConfig(registry.the(DYNAMODB_LOCAL))),
    );
    const options: StreamMappingOptions = {
      client,
      streamArn: stream.localArn,
      eventSourceArn: streamArn,
      region: facts.region,
      checkpointFile: registry.the(STATE).path('stream-mappings', `${stream.tableName}.${called.name}.json`),
      batchSize: resource.number('batch_size', DEFAULT_BATCH_SIZE),
      batchWindowMs: Math.min(
        resource.number('maximum_batching_window_in_seconds', 0) * 1_000,
        MAX_BATCH_WINDOW_MS,
      ),
      policy: policyOf(resource),
      invoke: registry.the(CHAOS)
        ? invokeWithChaos((event) => called.invoke(event))
        : (event) => called.invoke(event),
      sendToFailureDestination: async (batch) => {
        if (deadLetters === undefined) return;
        deadLetters.send(buildDiscardedBatchRecord(called.arn, streamArn, batch));
        tell({ type: 'dead-letter', from: called.name, file: deadLetters.file });
      },
      onEvent: (event) => tell({ type: 'mapping', functionName: called.name, event }),
      readNumbers: readNumbersOf(registry),
      isOthers: registry.the(DYNAMODB_LOCAL).isReadOnly === true,
    };
    const mapping = await SwitchedMapping.start(() => startStreamMapping(options));
    registry.of(STREAM_MAPPINGS).set(`${streamArn} ${called.name}`, mapping);
    return {
      attributes: { event_source_arn: streamArn, function_name: called.name, function_arn: called.arn },
      stop: async () => {
        await mapping.stop();
        client.destroy();
      },
    };
  },
};

function readNumbersOf(registry: Registry): ReadNumbers {
  const { endpoint } = registry.the(DYNAMODB_LOCAL);
  const known = registry.of(READ_NUMBERS);
  const numbers = known.get(endpoint) ?? new ReadNumbers();
  known.set(endpoint, numbers);
  return numbers;
}

function checkOneReader(resource: ResourceArguments): void {
  const position = resource.text('starting_position');
  if (position !== 'TRIM_HORIZON') {
    throw resource.refusal('starting_position', `${position}, where the laptop starts at TRIM_HORIZON alone`);
  }
  const factor = resource.number('parallelization_factor', 1);
  if (factor !== 1) {
    throw resource.refusal('parallelization_factor', `${factor}, where the laptop reads a shard once: 1`);
  }
  if (!resource.flag('enabled', true)) {
    throw resource.refusal('enabled', 'false: nothing would ever reach the warehouse');
  }
}

function policyOf(resource: ResourceArguments): DeliveryPolicy {
  const retries = resource.number('maximum_retry_attempts', -1);
  const ageSeconds = resource.number('maximum_record_age_in_seconds', -1);
  return {
    bisectOnError: resource.flag('bisect_batch_on_function_error', false),
    retryLimit: retries === -1 ? undefined : retries,
    ageLimitMs: ageSeconds === -1 ? undefined : ageSeconds * 1_000,
    partialResponses: resource.list('function_response_types').includes('ReportBatchItemFailures'),
  };
}
