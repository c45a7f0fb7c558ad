import type { ResourceArguments } from '../../../deployment/resource-arguments';
import type { Laptop } from '../../runtime/laptop';
import type { MessageQueue } from './message-queue';

/** The queue whose ARN an argument holds, or undefined when it holds none. */
export function queueCalled(
  laptop: Laptop,
  resource: ResourceArguments,
  path: string,
): MessageQueue | undefined {
  const arn = resource.optionalText(path);
  if (arn === undefined) return undefined;
  const queue = laptop.queues.get(arn);
  if (queue === undefined) throw resource.refusal(path, `${arn}, which is no queue that a stack declares`);
  return queue;
}
