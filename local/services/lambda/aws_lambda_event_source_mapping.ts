/** Delivers a table's stream to a function, in batches. */
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { demandDeadLetters, queueCalled } from '../../runtime/dead-letters';
import { functionCalled } from '../../runtime/function-called';
import { dynamodbLocalClientConfig } from '../../runtime/ports/dynamodb-local';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { buildDiscardedBatchRecord } from './destination-records';
import { streamAccess } from './role-access';
import type { DeliveryPolicy } from './stream-mapping/deliver-batch';
import { startStreamMapping } from './stream-mapping/stream-mapping';

/** Lambda's default for a DynamoDB stream (AWS Lambda API, CreateEventSourceMapping). */
const DEFAULT_BATCH_SIZE = 100;

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
  start: async (resource, laptop) => {
    const streamArn = resource.text('event_source_arn');
    const stream = laptop.streams.get(streamArn);
    if (stream === undefined) {
      throw resource.refusal(
        'event_source_arn',
        `${streamArn}, which is no stream of a table that a stack declares`,
      );
    }
    const called = functionCalled(laptop, resource, 'function_name');
    const deadLetters = queueCalled(laptop, resource, 'destination_config.on_failure.destination_arn');
    checkOneReader(resource);
    const { permissions, facts } = laptop;
    permissions.demand(called.role, streamAccess(streamArn, permissions.keyOfTable(stream.tableName), facts));
    demandDeadLetters(laptop, called.role, resource, 'destination_config.on_failure.destination_arn');
    const client = new DynamoDBStreamsClient(dynamodbLocalClientConfig(laptop.dynamodb));
    const mapping = await startStreamMapping({
      client,
      streamArn: stream.localArn,
      eventSourceArn: streamArn,
      region: laptop.facts.region,
      checkpointFile: laptop.state.path('stream-mappings', `${stream.tableName}.${called.name}.json`),
      batchSize: resource.number('batch_size', DEFAULT_BATCH_SIZE),
      batchWindowMs: resource.number('maximum_batching_window_in_seconds', 0) * 1_000,
      policy: policyOf(resource),
      invoke: (event) => called.invoke(event),
      sendToFailureDestination: async (batch) => {
        if (deadLetters === undefined) return;
        deadLetters.send(buildDiscardedBatchRecord(called.arn, streamArn, batch));
        laptop.tell({ type: 'dead-letter', from: called.name, file: deadLetters.file });
      },
      onEvent: (event) => laptop.tell({ type: 'mapping', functionName: called.name, event }),
    });
    laptop.mappings.push(mapping);
    return {
      attributes: { event_source_arn: streamArn, function_name: called.name, function_arn: called.arn },
      stop: async () => {
        await mapping.stop();
        client.destroy();
      },
    };
  },
};

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
