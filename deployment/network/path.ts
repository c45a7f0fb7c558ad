/** Paths through the VPC: host to host, host to an interface endpoint, host to a gateway endpoint. */
import type { Resource } from '../deployment';
import { textsOf } from '../json';
import { type Call, tracePolicy } from './endpoint-policy';
import { type Host, hostsOf, isExisting } from './host';
import { traceBetweenGroups, traceToPrefixList } from './security-rules';
import type { Trace } from './trace';

export const HTTPS_PORT = 443;

/** Both in subnets of one VPC, whose route tables all lead to each other, and let by their groups. */
export function traceToHost(trace: Trace, from: Host, to: Host, port: number): void {
  const networks = new Set([...from.subnets, ...to.subnets].flatMap((subnet) => networkOf(subnet)));
  for (const host of [from, to]) {
    trace.use(...host.subnets);
    if (isExisting(host.resource)) trace.cannotSee(`whether a route leads to ${host.label}`);
    else if (host.subnets.length === 0) trace.lack(`${host.label} is in no subnet`);
  }
  if (networks.size > 1) trace.lack(`${from.label} and ${to.label} are not in one VPC`);
  traceBetweenGroups(trace, from, to, port);
}

export interface ServicePath {
  readonly from: Host;
  /** `secretsmanager`, `s3`, … */
  readonly service: string;
  readonly calls: readonly Call[];
  /** Absent for a caller that asks for the service's own name; otherwise whether it is given the endpoint's name instead. */
  readonly isGivenName?: boolean;
}

/** By the one endpoint of the service, gateway or interface. There is no other path out of the VPC. */
export function traceToService(trace: Trace, path: ServicePath): void {
  const { deployment } = path.from.resource;
  const { region } = deployment.home;
  const [endpoint, ...others] = deployment
    .of('aws_vpc_endpoint', 'existing_vpc_endpoint')
    .filter(({ config }) => config.service_name === `com.amazonaws.${region}.${path.service}`);
  if (endpoint === undefined || others.length > 0) {
    trace.lack(
      `there are ${others.length === 0 ? 'no' : 'several'} endpoints of ${path.service} in ${region}`,
    );
    return;
  }
  trace.use(endpoint);
  if (isExisting(path.from.resource)) {
    trace.cannotSee(`whether ${path.from.label} reaches ${endpoint.address}`);
    if (!isExisting(endpoint)) tracePolicy(trace, endpoint, path.calls);
    return;
  }
  const isGateway =
    endpoint.at('vpc_endpoint_type') === 'Gateway' ||
    (isExisting(endpoint) && endpoint.at('prefix_list_id') !== undefined);
  if (isGateway) traceToGateway(trace, path, endpoint);
  else traceToInterface(trace, path, endpoint);
  if (isExisting(endpoint)) trace.cannotSee(`what the policy of ${endpoint.address} lets through`);
  else tracePolicy(trace, endpoint, path.calls);
}

function traceToInterface(trace: Trace, { from, isGivenName }: ServicePath, endpoint: Resource): void {
  const to = hostsOf(endpoint.deployment, endpoint.type).find(({ resource }) => resource === endpoint);
  if (to === undefined) {
    trace.lack(`${endpoint.address} is in no subnet`);
    return;
  }
  traceToHost(trace, from, to, HTTPS_PORT);
  if (isGivenName === false) trace.lack(`${from.label} is not given the name of ${endpoint.address}`);
  if (isGivenName !== undefined) return;
  const network = endpoint.targets('vpc_id')[0]?.resource;
  if (isExisting(endpoint) || (network !== undefined && isExisting(network))) {
    trace.cannotSee(`whether ${endpoint.address} answers under the service's own name`);
    return;
  }
  const answers =
    endpoint.at('private_dns_enabled') === true &&
    network?.at('enable_dns_support') === true &&
    network.at('enable_dns_hostnames') === true;
  if (!answers) trace.lack(`${endpoint.address} does not answer under the service's own name`);
}

/** Each subnet that the host may be in has a route table of its own that the endpoint writes its routes into. */
function traceToGateway(trace: Trace, { from }: ServicePath, endpoint: Resource): void {
  if (from.subnets.length === 0) trace.lack(`${from.label} is in no subnet`);
  for (const subnet of from.subnets) {
    trace.use(subnet);
    if (isExisting(endpoint)) trace.cannotSee(`whether ${subnet.address} has a route to ${endpoint.address}`);
    else if (!hasRoute(trace, subnet, endpoint))
      trace.lack(`${subnet.address} has no route to ${endpoint.address}`);
  }
  traceToPrefixList(trace, from, endpoint, HTTPS_PORT);
}

/** A subnet that was there before names its route table by the id. */
function hasRoute(trace: Trace, subnet: Resource, endpoint: Resource): boolean {
  if (isExisting(subnet)) {
    return textsOf(endpoint.at('route_table_ids')).includes(subnet.text('route_table_id'));
  }
  const tables = endpoint.targets('route_table_ids').map(({ resource }) => resource);
  const associations = endpoint.deployment
    .usersOf(subnet, 'aws_route_table_association')
    .filter((association) =>
      association.targets('route_table_id').some(({ resource }) => tables.includes(resource)),
    );
  trace.use(...associations);
  trace.use(...associations.flatMap((one) => one.targets('route_table_id').map(({ resource }) => resource)));
  return associations.length > 0;
}

const networkOf = (subnet: Resource): Resource[] => subnet.targets('vpc_id').map(({ resource }) => resource);
