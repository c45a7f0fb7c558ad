import type { ResourceArguments } from '../../../deployment/resource-arguments';
import type { Laptop } from '../../runtime/laptop';
import { deadLetterAccess } from './service-access';

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
