/** Sends the lines of a log group to a delivery stream, as CloudWatch Logs packs them. */
import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { Batch } from '../../runtime/batch';
import { ACCOUNT } from '../../runtime/ports/host';
import { LOG_GROUPS } from '../../runtime/ports/log-group';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { deliveryStreamOf } from './put-access';

export const awsCloudwatchLogSubscriptionFilter: ResourceTwin = {
  type: 'aws_cloudwatch_log_subscription_filter',
  honoured: ['name', 'log_group_name', 'filter_pattern', 'destination_arn', 'role_arn'],
  ignored: { distribution: 'it is about shards of Kinesis' },
  start: async (resource, registry) => {
    const name = resource.text('name');
    const logGroup = resource.text('log_group_name');
    const pattern = resource.optionalText('filter_pattern') ?? '';
    if (pattern !== '')
      throw resource.refusal('filter_pattern', `${pattern}, where the laptop sends every line`);
    const stream = deliveryStreamOf(resource, registry, 'destination_arn');
    const group = registry.of(LOG_GROUPS).get(logGroup);
    if (group === undefined) throw resource.refusal('log_group_name', `${logGroup}, which no stack declares`);
    const owner = registry.the(ACCOUNT).accountId;
    const put = (messageType: string, messages: readonly string[]): void =>
      stream.put(
        gzipSync(
          JSON.stringify({
            messageType,
            owner,
            logGroup,
            logStream: 'laptop',
            subscriptionFilters: [name],
            logEvents: messages.map((message) => ({ id: randomUUID(), timestamp: Date.now(), message })),
          }),
        ),
      );
    // CloudWatch Logs tries the stream when a filter is made (API reference, PutSubscriptionFilter).
    put('CONTROL_MESSAGE', ['CWL CONTROL MESSAGE: Checking health of destination Firehose.']);
    const batch = new Batch<string>((lines) => put('DATA_MESSAGE', lines));
    group.subscribe((line) => batch.add(line));
    return { attributes: { name, id: name }, stop: async () => batch.flush() };
  },
};
