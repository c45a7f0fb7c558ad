/** Which host must reach what, read from what each one is configured with and allowed to call, and not from the network. */

import type { Deployment, Resource } from '../deployment';
import { textsOf, textsWithin } from '../json';
import type { Call } from './endpoint-policy';
import { type Host, hostsOf, isExisting } from './host';
import { callsOfRole, serviceOf, workgroupArn } from './role-calls';

export interface NetworkNeed {
  readonly from: Host;
  readonly why: string;
  readonly to:
    | { readonly kind: 'host'; readonly host: Host | undefined; readonly what: string; readonly port: number }
    | {
        readonly kind: 'service';
        readonly service: string;
        readonly calls: readonly Call[];
        readonly isGivenName?: boolean;
      };
}

/** Services that a function's role names and that Lambda or another service calls in its place, outside the VPC. */
const CALLED_BY_OTHERS: Readonly<Record<string, string>> = {
  ec2: 'Lambda creates and removes the interfaces',
  kms: 'each service decrypts for the caller',
  logs: 'Lambda writes what the function prints',
  redshift: 'the Data API signs in at the cluster',
  'redshift-serverless': 'the Data API signs in at the workgroup',
  sqs: 'Lambda sends events that a function failed',
  xray: 'Lambda hands the traces over',
};

const WAREHOUSES = ['aws_redshift_cluster', 'aws_redshiftserverless_workgroup', 'existing_redshift'] as const;

export function needsOf(deployment: Deployment): NetworkNeed[] {
  return [
    ...hostsOf(deployment, 'aws_lambda_function').flatMap(needsOfFunction),
    ...hostsOf(deployment, 'aws_dms_replication_instance').flatMap(needsOfReplication),
    ...hostsOf(deployment, 'aws_quicksight_vpc_connection').map((from) =>
      toWarehouse(from, 'its data source'),
    ),
    ...WAREHOUSES.flatMap((type) => hostsOf(deployment, type)).flatMap(needsOfWarehouse),
  ];
}

function needsOfFunction(from: Host): NetworkNeed[] {
  const { deployment } = from.resource;
  const calls = callsOfRole(deployment, from.resource.text('role')).filter(
    (call) => !(serviceOf(call) in CALLED_BY_OTHERS),
  );
  const services = [...new Set(calls.map(serviceOf))].map(
    (service): NetworkNeed => ({
      from,
      why: 'its role allows it',
      to: { kind: 'service', service, calls: calls.filter((call) => serviceOf(call) === service) },
    }),
  );
  const variables = textsWithin(from.resource.at('environment.variables') ?? null);
  const talksToMysql = variables.some(({ path }) => path.startsWith('MYSQL_'));
  return talksToMysql ? [toMysql(from, 'its environment names MySQL'), ...services] : services;
}

function needsOfReplication(from: Host): NetworkNeed[] {
  const { deployment } = from.resource;
  const endpoints = deployment.of('aws_dms_endpoint');
  const databases = endpoints.map((endpoint) =>
    endpoint.at('engine_name') === 'redshift'
      ? toWarehouse(from, `endpoint ${endpoint.text('endpoint_id')}`)
      : toMysql(from, `endpoint ${endpoint.text('endpoint_id')}`),
  );
  const secrets = endpoints.map(
    (endpoint): NetworkNeed => ({
      from,
      why: `the user of endpoint ${endpoint.text('endpoint_id')}`,
      to: {
        kind: 'service',
        service: 'secretsmanager',
        calls: callsTo('secretsmanager', deployment, endpoint.text('secrets_manager_access_role_arn')),
        isGivenName: isGivenEndpointOf(endpoint, 'secretsmanager'),
      },
    }),
  );
  const files = endpoints
    .filter((endpoint) => endpoint.at('redshift_settings.bucket_name') !== undefined)
    .flatMap((endpoint): NetworkNeed[] => [
      toFiles(
        from,
        'files in transit',
        callsTo('s3', deployment, endpoint.text('redshift_settings.service_access_role_arn')),
      ),
      // AWS asks for it from DMS 3.4.7 on, and does not say which calls are made.
      {
        from,
        why: 'what DMS asks of the warehouse',
        to: { kind: 'service', ...describeWarehouse(deployment) },
      },
    ]);
  return [...databases, ...secrets, ...files];
}

/** With enhanced VPC routing, COPY reads through the VPC. */
function needsOfWarehouse(from: Host): NetworkNeed[] {
  const isOfOthers = isExisting(from.resource);
  // Only its owner knows how theirs is routed: it is let through in case it comes this way.
  if (!isOfOthers && from.resource.at('enhanced_vpc_routing') !== true) return [];
  const { deployment } = from.resource;
  const attached = deployment
    .usersOf(from.resource, 'aws_redshift_cluster_iam_roles')
    .flatMap((roles) => textsOf(roles.at('iam_role_arns')));
  const ofNamespace = from.resource
    .targets('namespace_name')
    .flatMap(({ resource }) => textsOf(resource.at('iam_roles')));
  const toAttach = isOfOthers
    ? [from.resource.text('copy_role_arn'), from.resource.text('dms_role_arn')]
    : [];
  return [...attached, ...ofNamespace, ...toAttach].map((role) =>
    toFiles(from, `COPY by ${role.slice(role.lastIndexOf('/') + 1)}`, callsTo('s3', deployment, role)),
  );
}

const callsTo = (service: string, deployment: Deployment, role: string): Call[] =>
  callsOfRole(deployment, role).filter((call) => serviceOf(call) === service);

const toFiles = (from: Host, why: string, calls: readonly Call[]): NetworkNeed => ({
  from,
  why,
  to: { kind: 'service', service: 's3', calls },
});

const toMysql = (from: Host, why: string): NetworkNeed =>
  toDatabase(from, why, ['aws_db_instance', 'existing_mysql'], 'MySQL');
const toWarehouse = (from: Host, why: string): NetworkNeed => toDatabase(from, why, WAREHOUSES, 'Redshift');

function toDatabase(from: Host, why: string, types: readonly string[], what: string): NetworkNeed {
  const { deployment } = from.resource;
  const [host] = types.flatMap((type) => hostsOf(deployment, type));
  const port = Number(deployment.of(...types)[0]?.at('port') ?? 0);
  return { from, why, to: { kind: 'host', host, what, port } };
}

/** DMS is given the name of the service's endpoint: its client of Secrets Manager does not use private DNS. */
function isGivenEndpointOf(endpoint: Resource, service: string): boolean {
  return endpoint
    .targets('extra_connection_attributes')
    .some(
      ({ resource, attribute }) =>
        ['aws_vpc_endpoint', 'existing_vpc_endpoint'].includes(resource.type) &&
        resource.text('service_name').endsWith(`.${service}`) &&
        (attribute.startsWith('dns_entry') || attribute === 'dns_name'),
    );
}

function describeWarehouse(deployment: Deployment): {
  readonly service: string;
  readonly calls: readonly Call[];
} {
  const { accountId, region } = deployment.home;
  const [existing] = deployment.of('existing_redshift');
  const workgroup =
    deployment.of('aws_redshiftserverless_workgroup').length > 0
      ? workgroupArn(deployment)
      : (existing?.text('workgroup_arn') ?? '');
  if (workgroup !== '') {
    const call = { action: 'redshift-serverless:GetWorkgroup', resource: workgroup };
    return { service: 'redshift-serverless', calls: [call] };
  }
  const [cluster] = deployment.of('aws_redshift_cluster', 'existing_redshift');
  const name = cluster?.text('cluster_identifier') ?? '';
  const resource = `arn:aws:redshift:${region}:${accountId}:cluster:${name}`;
  return { service: 'redshift', calls: [{ action: 'redshift:DescribeClusters', resource }] };
}
