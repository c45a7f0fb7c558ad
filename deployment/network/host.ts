/** What sits in the private subnets: the functions that talk to MySQL, the databases, the replication instance, the interface endpoints. */
import type { Deployment, Resource } from '../deployment';

export interface Host {
  readonly resource: Resource;
  /** `function cdc-dev-ingest-txns`, `MySQL cdc-dev-mysql`, … */
  readonly label: string;
  readonly subnets: readonly Resource[];
  readonly groups: readonly Resource[];
}

interface HostKind {
  readonly type: string;
  readonly label: string;
  readonly nameArgument: string;
  readonly groupsArgument: string;
  /** The argument that names subnets, or the resource that has them. */
  readonly subnetsArgument: string;
  readonly subnetGroupType?: string;
}

const KINDS: readonly HostKind[] = [
  {
    type: 'aws_lambda_function',
    label: 'function',
    nameArgument: 'function_name',
    groupsArgument: 'vpc_config.security_group_ids',
    subnetsArgument: 'vpc_config.subnet_ids',
  },
  {
    type: 'aws_db_instance',
    label: 'MySQL',
    nameArgument: 'identifier',
    groupsArgument: 'vpc_security_group_ids',
    subnetsArgument: 'db_subnet_group_name',
    subnetGroupType: 'aws_db_subnet_group',
  },
  {
    type: 'aws_redshift_cluster',
    label: 'Redshift',
    nameArgument: 'cluster_identifier',
    groupsArgument: 'vpc_security_group_ids',
    subnetsArgument: 'cluster_subnet_group_name',
    subnetGroupType: 'aws_redshift_subnet_group',
  },
  {
    type: 'aws_redshiftserverless_workgroup',
    label: 'Redshift',
    nameArgument: 'workgroup_name',
    groupsArgument: 'security_group_ids',
    subnetsArgument: 'subnet_ids',
  },
  {
    type: 'existing_redshift',
    label: 'Redshift',
    nameArgument: 'host',
    groupsArgument: 'security_group_id',
    subnetsArgument: 'host',
  },
  {
    type: 'aws_dms_replication_instance',
    label: 'DMS',
    nameArgument: 'replication_instance_id',
    groupsArgument: 'vpc_security_group_ids',
    subnetsArgument: 'replication_subnet_group_id',
    subnetGroupType: 'aws_dms_replication_subnet_group',
  },
  {
    type: 'aws_quicksight_vpc_connection',
    label: 'QuickSight',
    nameArgument: 'vpc_connection_id',
    groupsArgument: 'security_group_ids',
    subnetsArgument: 'subnet_ids',
  },
  {
    type: 'aws_vpc_endpoint',
    label: 'endpoint',
    nameArgument: 'service_name',
    groupsArgument: 'security_group_ids',
    subnetsArgument: 'subnet_ids',
  },
  {
    type: 'existing_mysql',
    label: 'MySQL',
    nameArgument: 'host',
    groupsArgument: 'security_group_id',
    subnetsArgument: 'host',
  },
  {
    type: 'existing_vpc_endpoint',
    label: 'endpoint',
    nameArgument: 'service_name',
    groupsArgument: 'security_group_id',
    subnetsArgument: 'security_group_id',
  },
];

/** Whether somebody else made it: where it is, and what is let in, only its owner knows. */
export const isExisting = ({ type }: Resource): boolean => type.startsWith('existing_');

/** Hosts of the deployment, or those of one type. A function outside the VPC and a gateway endpoint are none. */
export function hostsOf(deployment: Deployment, type?: string): Host[] {
  return KINDS.filter((kind) => type === undefined || kind.type === type).flatMap((kind) =>
    deployment
      .of(kind.type)
      .filter((resource) => resource.at(kind.subnetsArgument) !== undefined)
      .map((resource) => toHost(resource, kind)),
  );
}

function toHost(resource: Resource, kind: HostKind): Host {
  const subnetHolders =
    kind.subnetGroupType === undefined
      ? resource.targets(kind.subnetsArgument)
      : resource
          .targets(kind.subnetsArgument)
          .filter((target) => target.resource.type === kind.subnetGroupType)
          .flatMap((target) => target.resource.targets('subnet_ids'));
  return {
    resource,
    label: `${kind.label} ${resource.text(kind.nameArgument)}`,
    subnets: ofTypes(subnetHolders, ['aws_subnet', 'existing_subnet']),
    groups: groupsOf(resource, kind.groupsArgument),
  };
}

/** Those that it refers to; what was there before names its group by the id. */
function groupsOf(resource: Resource, path: string): Resource[] {
  const id = resource.text(path);
  const known = resource.deployment
    .of('existing_security_group')
    .filter((group) => isExisting(resource) && group.text('id') === id);
  return [
    ...ofTypes(resource.targets(path), ['aws_security_group', 'existing_security_group']),
    ...known.slice(0, 1),
  ];
}

const ofTypes = (
  targets: readonly { readonly resource: Resource }[],
  types: readonly string[],
): Resource[] => [
  ...new Set(targets.map(({ resource }) => resource).filter(({ type }) => types.includes(type))),
];
