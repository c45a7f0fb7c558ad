/** Amazon SQS: queues are files; of the API there is what sends, because nothing in the deployment receives. */
import { GATEWAY_SERVICES } from '../../runtime/ports/host';
import { QUEUES } from '../../runtime/ports/message-queue';
import type { ServiceDescription } from '../../runtime/service-description';
import { awsSqsQueue } from './aws_sqs_queue';
import { createQueueApi } from './queue-api';
import { SQS_ACCESS } from './required-access';

export const SQS_SERVICE: ServiceDescription = {
  twins: [awsSqsQueue],
  withoutATwin: { aws_sqs_queue_policy: 'it is not started: the gateway evaluates it at each call' },
  access: { sqs: SQS_ACCESS },
  open: async (registry) => {
    registry.of(GATEWAY_SERVICES).set('sqs', createQueueApi(registry.of(QUEUES)));
    return { stop: async () => undefined };
  },
};
