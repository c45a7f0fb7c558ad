/** Amazon SQS: queues are files; there is no API, because nothing in the deployment receives. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsSqsQueue } from './aws_sqs_queue';

export const SQS_SERVICE: ServiceDescription = {
  twins: [awsSqsQueue],
  withoutATwin: { aws_sqs_queue_policy: 'it is not started: the gateway evaluates it at each call' },
};
