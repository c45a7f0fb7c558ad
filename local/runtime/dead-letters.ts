/** The queue that an argument names for what is given up, and the right of its sender to send there. */
import type { AccountFacts } from '../../deployment/lookup';
import type { ResourceArguments } from '../../deployment/resource-arguments';
import { type Access, keyAccess, plainAccess } from '../protocol/access';
import { ACCESS_CONTROL } from './ports/access-control';
import { ACCOUNT } from './ports/host';
import { type GivenUpQueue, QUEUES } from './ports/message-queue';
import type { Registry } from './registry';

/** The queue whose ARN an argument holds, or undefined when it holds none. */
export function queueCalled(
  registry: Registry,
  resource: ResourceArguments,
  path: string,
): GivenUpQueue | undefined {
  const arn = resource.optionalText(path);
  if (arn === undefined) return undefined;
  const queue = registry.of(QUEUES).get(arn);
  if (queue === undefined) throw resource.refusal(path, `${arn}, which is no queue that a stack declares`);
  return queue;
}

/** AWS refuses a failure destination that the role may not send to, when it is configured; so does the laptop. */
export function demandDeadLetters(
  registry: Registry,
  role: string,
  resource: ResourceArguments,
  path: string,
): void {
  const arn = resource.optionalText(path);
  if (arn === undefined) return;
  const access = registry.the(ACCESS_CONTROL);
  const queue = arn.split(':').at(-1) ?? '';
  access.demand(role, deadLetterAccess(arn, access.keyOfQueue(queue), registry.the(ACCOUNT)));
}

/** Who gives up on an event sends it to its dead-letter queue by its own role. */
function deadLetterAccess(queueArn: string, keyArn: string | undefined, facts: AccountFacts): Access[] {
  return [
    plainAccess('sqs:SendMessage', queueArn),
    ...keyAccess(facts, 'sqs', keyArn, ['kms:GenerateDataKey', 'kms:Decrypt']),
  ];
}
