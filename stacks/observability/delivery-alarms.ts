/** Alarms of the delivery to one destination; without them, a pane of glass that shows nothing looks like a quiet night. */
import type { Alarms } from '../watch/alarm';
import type { Metrics } from '../watch/metric';
import type { Destination } from './destinations';
import { SIGNALS } from './telemetry-delivery';

/** One page for all; the alarm's name says which stream. */
const RUNBOOK = 'undelivered-telemetry';

export function addDeliveryAlarms(alarms: Alarms, metrics: Metrics, { name, title }: Destination): void {
  for (const signal of SIGNALS) {
    alarms.add({
      runbook: RUNBOOK,
      subject: `${name}-${signal}`,
      meaning: `${title} does not take all ${signal}; what it did not take is in undelivered/`,
      // The share of attempts that succeeded (Amazon Data Firehose developer guide, "Delivery to HTTP endpoints").
      metrics: [metrics.delivery(`${name}-${signal}`)('DeliveryToHttpEndpoint.Success', 'Average')],
      when: 'below',
      threshold: 1,
      bad: 3,
      of: 3,
      silence: 'good',
    });
  }
  alarms.add({
    runbook: RUNBOOK,
    subject: `${name}-stream`,
    meaning: `CloudWatch cannot put metrics into the stream to ${title}`,
    metrics: [metrics.metricStream(name)('PublishErrorRate', 'Average')],
    when: 'above',
    threshold: 0,
    bad: 3,
    of: 3,
    silence: 'good',
  });
}
