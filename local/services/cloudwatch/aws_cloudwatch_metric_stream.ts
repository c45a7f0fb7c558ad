/**
 * Streams the metrics that functions write into their logs (embedded metric format), as OpenTelemetry 1.0. AWS's own
 * metrics do not exist on a laptop.
 */
import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { ACCOUNT } from '../../runtime/ports/host';
import { LOG_LISTENERS } from '../../runtime/ports/log-group';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { parseEmbeddedMetrics } from './embedded-metrics';
import { buildMetricRecord } from './metric-record';
import { deliveryStreamOf } from './put-access';

const FORMAT = 'opentelemetry1.0';

export const awsCloudwatchMetricStream: ResourceTwin = {
  type: 'aws_cloudwatch_metric_stream',
  honoured: ['name', 'firehose_arn', 'role_arn', 'output_format', 'include_filter'],
  ignored: { include_linked_accounts_metrics: 'the laptop is one account' },
  start: async (resource, registry) => {
    const { region, accountId } = registry.the(ACCOUNT);
    const name = resource.text('name');
    const format = resource.text('output_format');
    if (format !== FORMAT)
      throw resource.refusal('output_format', `${format}, where the receivers here take ${FORMAT}`);
    const stream = deliveryStreamOf(resource, registry, 'firehose_arn');
    const arn = `arn:aws:cloudwatch:${region}:${accountId}:metric-stream/${name}`;
    const isIncluded = includedBy(resource);
    registry.of(LOG_LISTENERS).set(arn, (line) => {
      const metrics = parseEmbeddedMetrics(line).filter(isIncluded);
      if (metrics.length > 0) stream.put(buildMetricRecord(metrics, { arn, accountId, region }));
    });
    return { attributes: { name, id: name, arn } };
  },
};

function includedBy(
  resource: ResourceArguments,
): (metric: { readonly namespace: string; readonly name: string }) => boolean {
  const filters = resource.blocks('include_filter').map(({ namespace, metric_names: names }) => ({
    namespace: String(namespace),
    names: Array.isArray(names) ? names.map(String) : [],
  }));
  return ({ namespace, name }) =>
    filters.some(
      (filter) =>
        filter.namespace === namespace && (filter.names.length === 0 || filter.names.includes(name)),
    );
}
