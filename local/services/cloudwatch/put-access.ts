/** What CloudWatch does by a role that puts into a delivery stream. */
import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { plainAccess } from '../../protocol/access';
import { ACCESS_CONTROL } from '../../runtime/ports/access-control';
import { DELIVERY_STREAMS, type DeliveryStream, PUT_ACTIONS } from '../../runtime/ports/delivery-stream';
import type { Registry } from '../../runtime/registry';
import { roleNameIn } from '../../runtime/role-name';

/** The stream that an argument names, into which the resource's role may put. @throws ServiceError naming a missing statement */
export function deliveryStreamOf(
  resource: ResourceArguments,
  registry: Registry,
  argument: string,
): DeliveryStream {
  const arn = resource.text(argument);
  const stream = registry.of(DELIVERY_STREAMS).get(arn);
  if (stream === undefined) throw resource.refusal(argument, `${arn}, which no stack declares`);
  const role = roleNameIn(resource, 'role_arn');
  registry.the(ACCESS_CONTROL).demand(
    role,
    PUT_ACTIONS.map((action) => plainAccess(action, arn)),
  );
  return stream;
}
