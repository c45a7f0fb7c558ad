import type { Resource } from '../../deployment';
import { isMap, listOf, textsWithin } from '../../json';
import { demandedValues } from '../../policy-document';
import { has, isNot, isNotTrue, lacks, type PolicyRule, type Predicate, withCompanion } from '../rule';

const GROUP = 'aws_security_group';
const INGRESS = 'aws_vpc_security_group_ingress_rule';
const EGRESS = 'aws_vpc_security_group_egress_rule';
const NETWORK = 'aws_vpc';
const OPEN = ['0.0.0.0/0', '::/0'];

/** No rule, of its own or inside a group, lets the whole internet in on a port. */
const closedTo =
  (port: number): Predicate =>
  ({ type, config }) => {
    const rules = type === GROUP ? listOf(config.ingress).filter(isMap) : [config];
    return rules.every((rule) => {
      const isOpen = textsWithin(rule).some(({ text }) => OPEN.includes(text));
      const isAnyPort = String(rule.ip_protocol ?? rule.protocol) === '-1';
      const holdsPort = Number(rule.from_port) <= port && port <= Number(rule.to_port);
      return !isOpen || (!isAnyPort && !holdsPort);
    });
  };

/** What a group is attached to; its own rules do not count. */
const attachedTo = (group: Resource): Resource[] =>
  group.deployment.usersOf(group).filter(({ type }) => type !== INGRESS && type !== EGRESS);

const namesOnlyThisAccount: Predicate = (endpoint) => {
  const { accountId } = endpoint.deployment.home;
  const statements = endpoint.statements();
  return (
    statements.length > 0 &&
    statements.every(
      (statement) => demandedValues(statement, 'StringEquals', 'aws:PrincipalAccount').join() === accountId,
    )
  );
};

export const NETWORK_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_23',
    on: `${GROUP} ${INGRESS} ${EGRESS}`,
    requires: 'a description of each group and rule',
    holds: has('description'),
    trivy: 'AVD-AWS-0124',
  },
  {
    id: 'CKV_AWS_24',
    on: `${GROUP} ${INGRESS}`,
    requires: 'SSH not open',
    holds: closedTo(22),
    trivy: 'AVD-AWS-0107',
  },
  { id: 'CKV_AWS_25', on: `${GROUP} ${INGRESS}`, requires: 'RDP not open', holds: closedTo(3389) },
  { id: 'CKV_AWS_260', on: `${GROUP} ${INGRESS}`, requires: 'HTTP not open', holds: closedTo(80) },
  { id: 'CKV_AWS_277', on: `${GROUP} ${INGRESS}`, requires: 'no port open', holds: closedTo(0) },
  {
    id: 'CKV_AWS_382',
    on: `${GROUP} ${EGRESS}`,
    requires: 'no egress on every port to every address',
    holds: ({ type, config }) => (type === GROUP ? !config.egress : config.ip_protocol !== '-1'),
    trivy: 'AVD-AWS-0104',
  },
  {
    id: 'CKV_AWS_130',
    on: 'aws_subnet',
    requires: 'no public addresses',
    holds: isNotTrue('map_public_ip_on_launch'),
    trivy: 'AVD-AWS-0164',
  },
  {
    // A scan sees one stack at a time; CDC_GROUP_ATTACHED asks the same of them all.
    id: 'CKV2_AWS_5',
    on: GROUP,
    requires: 'attached, in its own stack',
    holds: (group) => attachedTo(group).some(({ stack }) => stack === group.stack),
  },
  {
    id: 'CKV2_AWS_11',
    on: NETWORK,
    requires: 'flow logs',
    holds: withCompanion('aws_flow_log'),
    trivy: 'AVD-AWS-0178',
  },
  {
    id: 'CKV2_AWS_12',
    on: NETWORK,
    requires: 'the default group managed and empty',
    holds: withCompanion(
      'aws_default_security_group',
      (group) => lacks('ingress')(group) && lacks('egress')(group),
    ),
    trivy: 'AVD-AWS-0173',
  },
  {
    id: 'CDC_GROUP_ATTACHED',
    on: GROUP,
    requires: 'attached, in any stack',
    holds: (group) => attachedTo(group).length > 0,
  },
  {
    id: 'CDC_RULE_NAMES_OTHER_SIDE',
    on: `${INGRESS} ${EGRESS}`,
    requires: 'a group or prefix list, one protocol, no address range',
    holds: (rule) =>
      lacks('cidr_ipv4')(rule) &&
      lacks('cidr_ipv6')(rule) &&
      isNot('ip_protocol', '-1')(rule) &&
      (has('referenced_security_group_id')(rule) || has('prefix_list_id')(rule)),
  },
  {
    id: 'CDC_ENDPOINT_OWN_ACCOUNT',
    on: 'aws_vpc_endpoint',
    requires: 'a policy for callers of this account only',
    holds: namesOnlyThisAccount,
  },
];
