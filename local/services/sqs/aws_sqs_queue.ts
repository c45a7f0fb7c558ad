/** A queue is a file of messages, one per line. */

import { ACCOUNT, STATE } from '../../runtime/ports/host';
import { QUEUES } from '../../runtime/ports/message-queue';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { MessageQueue } from './message-queue';

export const awsSqsQueue: ResourceTwin = {
  type: 'aws_sqs_queue',
  honoured: ['name'],
  ignored: {
    message_retention_seconds: 'messages stay until they are deleted by hand',
    visibility_timeout_seconds: 'nobody receives from a queue here; people read the file',
    receive_wait_time_seconds: 'nobody receives from a queue here; people read the file',
    kms_master_key_id: 'the laptop encrypts nothing at rest',
    kms_data_key_reuse_period_seconds: 'the laptop encrypts nothing at rest',
    sqs_managed_sse_enabled: 'the laptop encrypts nothing at rest',
  },
  start: async (resource, registry) => {
    const facts = registry.the(ACCOUNT);
    const name = resource.text('name');
    const arn = `arn:aws:sqs:${facts.region}:${facts.accountId}:${name}`;
    registry.of(QUEUES).set(arn, MessageQueue.open(registry.the(STATE).path('queues'), name));
    const url = `https://sqs.${facts.region}.amazonaws.com/${facts.accountId}/${name}`;
    return { attributes: { name, arn, url, id: url } };
  },
};
