/** The network: a VPC that this deployment makes, or one that somebody else made. */
import * as z from 'zod';
import { dynamodbTables } from '../../pipeline/tables';
import { isSubnettable } from '../cidr';
import { HOST_NAME, PREFIX_LIST_ID, SECURITY_GROUP_ID } from './arns';
import { type RedshiftSettings, redshiftApiOf } from './redshift';
import { flag, group, kind, kinds, namesOutOf, text } from './values';

const zone = text(/^[a-z]$/, 'a zone letter, like "a"');
const id = (prefix: string, what: string) =>
  text(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `the id of ${what}, like ${prefix}-0123456789abcdef0`);

const SUBNETS = 'a list of 2 to 6 subnets, each in another zone';

export const NETWORK_SETTINGS = kinds(
  kind('new', {
    /** Letters, not a count: a zone that AWS adds later then never moves a subnet. RDS and DMS need two. */
    availabilityZones: z
      .array(zone, { error: 'a list of 2 to 4 zone letters' })
      .min(2, 'a list of 2 to 4 zone letters')
      .max(4, 'a list of 2 to 4 zone letters')
      .refine((zones) => new Set(zones).size === zones.length, 'a list of 2 to 4 different zone letters'),
    vpcCidr: z
      .string({ error: 'a private IPv4 network of /16 to /22, like 10.20.0.0/16' })
      .refine(isSubnettable, 'a private IPv4 network of /16 to /22, like 10.20.0.0/16'),
  }),
  kind('existing', {
    /** With `enableDnsSupport` and `enableDnsHostnames`: interface endpoints answer under the services' own names only then. */
    vpcId: id('vpc', 'a VPC'),
    subnets: z
      .array(
        group({
          id: id('subnet', 'a subnet'),
          zone,
          /** The table that a gateway endpoint writes its routes into. */
          routeTableId: id('rtb', 'a route table'),
        }),
        { error: SUBNETS },
      )
      .min(2, SUBNETS)
      .max(6, SUBNETS)
      .refine((subnets) => new Set(subnets.map((subnet) => subnet.zone)).size === subnets.length, SUBNETS),
    /** Endpoints that the VPC has. A second one of a service with private DNS is refused by AWS. */
    endpoints: group({
      s3: group({ prefixListId: PREFIX_LIST_ID }).optional(),
      dynamodb: group({ prefixListId: PREFIX_LIST_ID }).optional(),
      secretsmanager: group({ securityGroupId: SECURITY_GROUP_ID, dnsName: HOST_NAME }).optional(),
      'redshift-data': group({ securityGroupId: SECURITY_GROUP_ID }).optional(),
      redshift: group({ securityGroupId: SECURITY_GROUP_ID }).optional(),
      'redshift-serverless': group({ securityGroupId: SECURITY_GROUP_ID }).optional(),
    }),
    /** Makes those that are missing. A gateway endpoint adds its routes to the route tables of the subnets. */
    createEndpoints: flag,
    /** Lets this deployment add rules to the security groups of `endpoints`, so that its own groups reach them. */
    mayChange: namesOutOf(['endpoint-security-groups']),
  }),
);

export type NetworkSettings = z.output<typeof NETWORK_SETTINGS>;
export type NewNetwork = Extract<NetworkSettings, { kind: 'new' }>;
export type ExistingNetwork = Extract<NetworkSettings, { kind: 'existing' }>;
export type EndpointService = keyof ExistingNetwork['endpoints'];

/** What something in the private subnets calls. */
export const neededEndpoints = (redshift: RedshiftSettings): EndpointService[] => [
  's3',
  ...(dynamodbTables().length > 0 ? (['dynamodb'] as const) : []),
  'secretsmanager',
  'redshift-data',
  redshiftApiOf(redshift),
];

/** Problems that involve more than one value. */
export function checkNetwork(network: NetworkSettings, redshift: RedshiftSettings): string[] {
  if (network.kind === 'new' || network.createEndpoints) return [];
  const needed = neededEndpoints(redshift);
  const missing = needed.filter((service) => network.endpoints[service] === undefined);
  if (missing.length === 0) return [];
  return [
    `network.endpoints: allowed is an endpoint of each of ${needed.join(', ')} where network.createEndpoints is false, got: none of ${missing.join(', ')}`,
  ];
}
