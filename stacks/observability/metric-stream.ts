/** A stream of CloudWatch's metrics to a destination: only those that an alarm or the dashboard here uses, and our own. */
import { CloudwatchMetricStream } from '@cdktf/provider-aws/lib/cloudwatch-metric-stream';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { buildPassedRoleTrustPolicy } from '../constructs/policy';
import { Role } from '../constructs/role';
import { stackOf } from '../constructs/stack-of';
import type { Metric } from '../watch/metric';

export interface MetricStreamProps {
  /** Part of its name. */
  readonly destination: string;
  readonly deliveryStream: string;
  readonly after: readonly ITerraformDependable[];
  readonly metrics: Iterable<Metric>;
}

export interface StreamedNamespace {
  readonly namespace: string;
  /** Absent for all of them. */
  readonly metricNames?: string[];
}

export class MetricStream extends Construct {
  constructor(scope: Construct, id: string, props: MetricStreamProps) {
    super(scope, id);
    const { names } = stackOf(this);
    const { destination, deliveryStream, metrics, after } = props;
    const firehoseArn = names.deliveryStreamArn(deliveryStream);
    const writer = new Role(this, 'writer', {
      name: names.of(`${destination}-metric-stream`),
      description: `CloudWatch: puts metrics into the stream ${deliveryStream}`,
      trustPolicy: buildPassedRoleTrustPolicy('streams.metrics.cloudwatch.amazonaws.com'),
      statements: [
        {
          sid: 'PutMetrics',
          actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
          resources: [firehoseArn],
        },
      ],
    });
    new CloudwatchMetricStream(this, 'metric_stream', {
      name: names.of(destination),
      outputFormat: 'opentelemetry1.0',
      firehoseArn,
      roleArn: writer.arn,
      includeLinkedAccountsMetrics: false,
      includeFilter: streamedNamespaces(metrics, names.metricsNamespace),
      dependsOn: [writer.policy, ...after],
    });
  }
}

/**
 * Of a namespace of AWS only the metrics that are used, because each update is paid; a filter cannot name dimensions, so
 * that these metrics of everything else in the account and region are in the stream too.
 */
export function streamedNamespaces(metrics: Iterable<Metric>, own: string): StreamedNamespace[] {
  const byNamespace = new Map<string, Set<string>>();
  for (const { namespace, name } of metrics) {
    byNamespace.set(namespace, (byNamespace.get(namespace) ?? new Set()).add(name));
  }
  return [...byNamespace]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([namespace, names]) =>
      namespace === own ? { namespace } : { namespace, metricNames: [...names].sort() },
    );
}
