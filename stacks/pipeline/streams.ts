/** Delivers the changes of each DynamoDB table to the function that stages them. */
import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import type { PipelineFunction } from '../constructs/pipeline-function';
import { stackOf } from '../constructs/stack-of';

export interface StreamMappingsProps {
  readonly stage: PipelineFunction;
  readonly streamArns: Readonly<Record<string, string>>;
  readonly keyArn: string;
  readonly after: ITerraformDependable[];
}

export function addStreamMappings(scope: Construct, props: StreamMappingsProps): void {
  const { stream } = stackOf(scope).settings;
  for (const [table, streamArn] of Object.entries(props.streamArns)) {
    new LambdaEventSourceMapping(scope, `${table}-stream`, {
      eventSourceArn: streamArn,
      functionName: props.stage.function.functionName,
      // From the oldest record that the stream still has: nothing written before the deploy is lost.
      startingPosition: 'TRIM_HORIZON',
      batchSize: stream.batchSize,
      maximumBatchingWindowInSeconds: stream.batchingWindowSeconds,
      parallelizationFactor: stream.parallelizationFactor,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ['ReportBatchItemFailures'],
      maximumRetryAttempts: stream.maxRetryAttempts,
      maximumRecordAgeInSeconds: stream.maxRecordAgeSeconds,
      destinationConfig: { onFailure: { destinationArn: props.stage.deadLetters!.queue.arn } },
      // DynamoDB mappings take only `EventCount`; `ErrorCount` is for Kafka (AWS Lambda API, EventSourceMappingMetricsConfig).
      metricsConfig: { metrics: ['EventCount'] },
      dependsOn: props.after,
    });
  }
}
