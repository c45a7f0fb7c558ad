/** The queue that an argument names for what is given up, and the right of its sender to send there. */
import type { AccountFacts } from '../../deployment/lookup';
import type { ResourceArguments } from '../../deployment/resource-arguments';
import { type Access, keyAccess, plainAccess } from '../protocol/access';
import type { Laptop } from './laptop';
import type { GivenUpQueue } from './ports/message-queue';

/** The queue whose ARN an argument holds, or undefined when it holds none. */
export function queueCalled(
  laptop: Laptop,
  resource: ResourceArguments,
  path: string,
): GivenUpQueue | undefined {
  const arn = resource.optionalText(path);
  if (arn === undefined) return undefined;
  const queue = laptop.queues.get(arn);
  if (queue === undefined) throw resource.refusal(path, `${arn}, which is no queue that a stack declares`);
  return queue;
}

/** AWS refuses a failure destination that the role may not send to, when it is configured; so does the laptop. */
export function demandDeadLetters(
  { permissions, facts }: Laptop,
  role: string,
  resource: ResourceArguments,
  path: string,
): void {
  const arn = resource.optionalText(path);
  if (arn === undefined) return;
  const queue = arn.split(':').at(-1) ?? '';
  permissions.demand(role, deadLetterAccess(arn, permissions.keyOfQueue(queue), facts));
}

/** Who gives up on an event sends it to its dead-letter queue by its own role. */
function deadLetterAccess(queueArn: string, keyArn: string | undefined, facts: AccountFacts): Access[] {
  return [
    plainAccess('sqs:SendMessage', queueArn),
    ...keyAccess(facts, 'sqs', keyArn, ['kms:GenerateDataKey', 'kms:Decrypt']),
  ];
}
