/** Whether the rules of security groups let a connection out of one host and into another. */
import type { Deployment, Resource } from '../deployment';
import { type Host, isExisting } from './host';
import type { Trace } from './trace';

const INGRESS = 'aws_vpc_security_group_ingress_rule';
const EGRESS = 'aws_vpc_security_group_egress_rule';

const admits = (rule: Resource, port: number): boolean =>
  rule.at('ip_protocol') === 'tcp' &&
  Number(rule.at('from_port')) <= port &&
  port <= Number(rule.at('to_port'));

const refersToAny = (rule: Resource, argument: string, groups: readonly Resource[]): boolean =>
  rule.targets(argument).some(({ resource }) => groups.includes(resource));

/** Out of a group of `from` to a group of `to`, and into the latter from the former. */
export function traceBetweenGroups(trace: Trace, from: Host, to: Host, port: number): void {
  const { deployment } = from.resource;
  const side = (type: string, own: Host, other: Host) =>
    deployment
      .of(type)
      .filter(
        (rule) =>
          admits(rule, port) &&
          refersToAny(rule, 'security_group_id', own.groups) &&
          refersToAny(rule, 'referenced_security_group_id', other.groups),
      );
  const out = [...side(EGRESS, from, to), ...rulesToAddresses(from, to, port)];
  const into = side(INGRESS, to, from);
  trace.use(...out, ...into, ...from.groups, ...to.groups);
  if (out.length === 0) trace.lack(`no egress rule of ${names(from)} to ${names(to)} on tcp ${port}`);
  if (into.length > 0) return;
  if (isExisting(to.resource))
    trace.cannotSee(
      `whether ${to.label} lets ${from.label} in on tcp ${port}: no rule is added to its group`,
    );
  else trace.lack(`no ingress rule of ${names(to)} from ${names(from)} on tcp ${port}`);
}

/** To something that was there before and has no group in this VPC. */
function rulesToAddresses(from: Host, { resource }: Host, port: number): Resource[] {
  const cidr = resource.text('cidr');
  if (cidr === '') return [];
  return from.resource.deployment
    .of(EGRESS)
    .filter(
      (rule) =>
        admits(rule, port) &&
        refersToAny(rule, 'security_group_id', from.groups) &&
        rule.at('cidr_ipv4') === cidr,
    );
}

/** Out of a group of `from` to the addresses of a gateway endpoint, which has no group. */
export function traceToPrefixList(trace: Trace, from: Host, gateway: Resource, port: number): void {
  const out = from.resource.deployment
    .of(EGRESS)
    .filter(
      (rule) =>
        admits(rule, port) &&
        refersToAny(rule, 'security_group_id', from.groups) &&
        rule
          .targets('prefix_list_id')
          .some(({ resource, attribute }) => resource === gateway && attribute === 'prefix_list_id'),
    );
  trace.use(...out, ...from.groups);
  if (out.length === 0) {
    trace.lack(`no egress rule of ${names(from)} to the prefix list of ${gateway.address} on tcp ${port}`);
  }
}

export const securityRules = (deployment: Deployment): Resource[] => deployment.of(INGRESS, EGRESS);

const names = ({ label, groups }: Host): string =>
  groups.length === 0
    ? `${label}, which has no security group`
    : groups.map(({ address }) => address).join(', ');
