/**
 * Proof, from the JSON only, that each one in the VPC reaches what it needs and nothing else: every need has a path
 * through subnets, routes, security groups, endpoints and their policies, and everything that is open is part of one.
 */
import type { Deployment, Resource } from '../deployment';
import { grantsOf } from './endpoint-policy';
import { type NetworkNeed, needsOf } from './need';
import { HTTPS_PORT, traceToHost, traceToService } from './path';
import { securityRules } from './security-rules';
import { Trace } from './trace';

export interface ProvenPath {
  /** `function cdc-dev-ingest-txns → MySQL tcp 3306`. */
  readonly name: string;
  readonly why: string;
  readonly uses: ReadonlySet<Resource>;
  readonly grants: ReadonlySet<string>;
  /** Empty when the path is there. */
  readonly missing: readonly string[];
  /** What it rests on that only its owner knows. */
  readonly unseen: readonly string[];
}

export interface NetworkProof {
  readonly paths: readonly ProvenPath[];
  /** Each path that is broken, each opening that no path needs, each thing that this model does not know. */
  readonly problems: readonly string[];
}

/** Anything that could open, close or lead elsewhere, and that the model would have to learn first. */
const UNKNOWN_TYPES =
  /^aws_(route|internet_gateway|nat_gateway|egress_only_internet_gateway|eip|network_acl\w*|network_interface\w*|security_group_rule|vpc_endpoint_(policy|\w+_association)|vpc_peering\w*|vpc_dhcp\w*|ec2_\w+|vpn_\w+|main_route_table_association|lb|alb|elb|instance)$/;

export function proveNetwork(deployment: Deployment): NetworkProof {
  const paths = needsOf(deployment).map(prove);
  const broken = paths.flatMap(({ name, missing }) => missing.map((what) => `${name}: ${what}`));
  return { paths, problems: [...broken, ...unneeded(deployment, paths), ...unknown(deployment)] };
}

function prove({ from, why, to }: NetworkNeed): ProvenPath {
  const trace = new Trace();
  const name = (what: string, port: number): ProvenPath => ({
    name: `${from.label} → ${what} tcp ${port}`,
    why,
    ...trace,
  });
  if (to.kind === 'service') {
    traceToService(trace, { from, ...to });
    return name(to.service, HTTPS_PORT);
  }
  if (to.host === undefined) trace.lack(`there is no ${to.what} in the VPC`);
  else traceToHost(trace, from, to.host, to.port);
  return name(to.what, to.port);
}

/** What is open although nothing needs it. */
function unneeded(deployment: Deployment, paths: readonly ProvenPath[]): string[] {
  const used = new Set(paths.flatMap(({ uses }) => [...uses]));
  const granted = new Set(paths.flatMap(({ grants }) => [...grants]));
  const endpoints = deployment.of('aws_vpc_endpoint');
  const openings = [
    ...securityRules(deployment),
    ...endpoints,
    ...deployment.of('aws_security_group', 'aws_subnet', 'aws_route_table', 'aws_route_table_association'),
  ];
  return [
    ...openings
      .filter((opening) => !used.has(opening))
      .map(({ stack, address }) => `${stack}: ${address} is there, and nothing needs it`),
    ...grantsOf(endpoints)
      .filter((grant) => !granted.has(grant))
      .map((grant) => `${grant} is let through, and nothing needs it`),
  ];
}

function unknown(deployment: Deployment): string[] {
  const strange = deployment.resources.filter(({ type }) => UNKNOWN_TYPES.test(type));
  const inline = deployment
    .of('aws_security_group', 'aws_default_security_group', 'aws_route_table')
    .filter(({ config }) =>
      [config.ingress, config.egress, config.route].some((rules) => rules !== undefined),
    );
  const denying = deployment
    .of('aws_vpc_endpoint')
    .filter((endpoint) => endpoint.statements().some(({ allows }) => !allows));
  return [
    ...denying.map(({ stack, address }) => `${stack}: ${address} has a Deny, which this proof does not know`),
    ...strange.map(({ stack, address }) => `${stack}: ${address} is of a type that this proof does not know`),
    ...inline.map(
      ({ stack, address }) => `${stack}: ${address} has rules inside it, which this proof does not know`,
    ),
  ];
}
