/** One pane of glass: what the settings name gets the metrics and the logs, and an alarm says when it does not. */
import type { Construct } from 'constructs';
import { stackOf } from '../constructs/stack-of';
import { deployedHandlers, type PipelineFunctions } from '../pipeline/functions';
import type { Alarms } from '../watch/alarm';
import type { Metric, Metrics } from '../watch/metric';
import { addDeliveryAlarms } from './delivery-alarms';
import { destinations } from './destinations';
import { LogSubscriptions } from './log-subscriptions';
import { MetricStream } from './metric-stream';
import { deliveryStreamName, TelemetryDelivery } from './telemetry-delivery';

export interface ObservabilityOptions {
  readonly functions: PipelineFunctions;
  readonly keyArn: string;
  readonly alarms: Alarms;
  readonly metrics: Metrics;
  /** What the dashboard shows; what the alarms watch is streamed as well. */
  readonly shown: readonly Metric[];
}

export function addObservability(scope: Construct, options: ObservabilityOptions): void {
  const { functions, keyArn, alarms, metrics, shown } = options;
  const { names, settings } = stackOf(scope);
  const all = destinations(settings);
  // First, because what they watch is streamed too.
  for (const destination of all) addDeliveryAlarms(alarms, metrics, destination);
  const handlers = deployedHandlers(functions);
  for (const destination of all) {
    const { name } = destination;
    const { streams } = new TelemetryDelivery(scope, name, { destination, keyArn });
    new MetricStream(scope, `${name}-metric-stream`, {
      destination: name,
      deliveryStream: deliveryStreamName(names, name, 'metrics'),
      after: [streams.metrics],
      metrics: [...shown, ...alarms.watched],
    });
    new LogSubscriptions(scope, `${name}-log-of`, {
      destination: name,
      deliveryStream: deliveryStreamName(names, name, 'logs'),
      logGroups: {
        ...Object.fromEntries(handlers.map((handler) => [handler, functions[handler]!.logGroup.name])),
        'replication-task': names.replicationLogGroup,
      },
      after: [streams.logs],
    });
  }
}
