/** Endpoints for exactly the AWS services that something in the private subnets calls. There is no other way out. */
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { Construct } from 'constructs';
import { dynamodbTables } from '../../pipeline/tables';
import { type EndpointService, type ExistingNetwork, neededEndpoints } from '../settings/network';
import { redshiftApiOf } from '../settings/redshift';
import { addExisting } from './existing';
import { buildResourcePolicy, type ResourceStatement } from './policy';
import type { Network } from './private-network';
import { existingPeer, type Peer, SecurityGroup } from './security-group';
import { stackOf } from './stack-of';
import { STAGING_ACTIONS } from './staging-bucket-access';

export interface EndpointsProps {
  readonly network: Network;
  /** Those that a brought VPC has. */
  readonly existing?: ExistingNetwork;
}

type GatewayService = 's3' | 'dynamodb';
export type InterfaceService = Exclude<EndpointService, GatewayService>;

export class Endpoints extends Construct {
  readonly s3PrefixListId: string;
  /** Absent where no table is in DynamoDB. */
  readonly dynamodbPrefixListId?: string;
  /** DMS needs it explicitly: its Secrets Manager client does not use private DNS. */
  readonly secretsDnsName: string;
  /** Where each interface endpoint is. */
  private readonly peers = new Map<InterfaceService, Peer>();
  private readonly network: Network;
  private readonly existing: ExistingNetwork | undefined;
  private ownGroup: SecurityGroup | undefined;

  constructor(scope: Construct, id: string, { network, existing }: EndpointsProps) {
    super(scope, id);
    this.network = network;
    this.existing = existing;
    const there = existing === undefined ? {} : addExistingEndpoints(this, existing);
    this.s3PrefixListId = there.s3?.prefix_list_id ?? this.addGateway('s3', ...this.s3Policy()).prefixListId;
    if (dynamodbTables().length > 0)
      this.dynamodbPrefixListId =
        there.dynamodb?.prefix_list_id ?? this.addGateway('dynamodb', this.dynamodbPolicy()).prefixListId;
    this.secretsDnsName =
      there.secretsmanager?.dns_name ??
      this.addInterface('secretsmanager', this.secretsPolicy()).dnsEntry.get(0).dnsName;
    if (there['redshift-data'] === undefined)
      this.addInterface('redshift-data', ...this.redshiftDataPolicy());
    // A replication instance in a private subnet needs it for a Redshift target, from DMS 3.4.7 on (DMS user
    // guide, "Configuring VPC endpoints"); the guide names no actions.
    const api = redshiftApiOf(stackOf(this).settings.redshift);
    if (there[api] === undefined) this.addInterface(api, this.redshiftPolicy());
    this.findExistingPeers();
  }

  /** The groups of the endpoints of these services, each once. */
  peersOf(services: readonly InterfaceService[]): Peer[] {
    return [...new Set(services.flatMap((service) => this.peers.get(service) ?? []))];
  }

  /** Those that were there before; several may share a group. */
  private findExistingPeers(): void {
    if (this.existing === undefined) return;
    const { endpoints, mayChange } = this.existing;
    const byGroup = new Map<string, Peer>();
    for (const service of INTERFACES) {
      const securityGroupId = endpoints[service]?.securityGroupId;
      if (securityGroupId === undefined) continue;
      const label = byGroup.size === 0 ? 'vpc_endpoints' : `vpc_endpoints_${byGroup.size + 1}`;
      const addsRules = mayChange.includes('endpoint-security-groups');
      const peer =
        byGroup.get(securityGroupId) ?? existingPeer(stackOf(this), label, { securityGroupId, addsRules });
      byGroup.set(securityGroupId, peer);
      this.peers.set(service, peer);
    }
  }

  private addGateway(service: GatewayService, ...policy: readonly ResourceStatement[]): VpcEndpoint {
    const { names, settings } = stackOf(this);
    return new VpcEndpoint(this, service, {
      vpcId: this.network.vpcId,
      vpcEndpointType: 'Gateway',
      serviceName: `com.amazonaws.${settings.region}.${service}`,
      routeTableIds: this.network.routeTableIds,
      policy: buildResourcePolicy(policy),
      tags: { Name: names.of(service) },
    });
  }

  private addInterface(service: InterfaceService, ...policy: readonly ResourceStatement[]): VpcEndpoint {
    const { names, settings } = stackOf(this);
    this.ownGroup ??= new SecurityGroup(stackOf(this), 'endpoints', {
      vpcId: this.network.vpcId,
      description: 'Interface endpoints of AWS services',
    });
    this.peers.set(service, this.ownGroup);
    return new VpcEndpoint(this, service, {
      vpcId: this.network.vpcId,
      vpcEndpointType: 'Interface',
      serviceName: `com.amazonaws.${settings.region}.${service}`,
      subnetIds: this.network.subnetIds,
      securityGroupIds: [this.ownGroup.id],
      privateDnsEnabled: true,
      policy: buildResourcePolicy(policy),
      tags: { Name: names.of(service) },
    });
  }

  /** Any principal of this account may use the endpoint; its role says what it may do. */
  private statement(sid: string, actions: string[], resources: string[]): ResourceStatement {
    const { accountId } = stackOf(this).settings;
    return {
      sid,
      principals: '*',
      actions,
      resources,
      conditions: { StringEquals: { 'aws:PrincipalAccount': accountId } },
    };
  }

  private s3Policy(): ResourceStatement[] {
    const { names } = stackOf(this);
    const both = (bucket: string): string[] => [names.bucketArn(bucket), `${names.bucketArn(bucket)}/*`];
    return [
      this.statement(
        'OwnBuckets',
        ['s3:GetBucketLocation', 's3:GetObject', 's3:ListBucket', 's3:PutObject'],
        both(names.dataBucket),
      ),
      this.statement('StagingBucket', STAGING_ACTIONS, both(names.dmsBucket)),
    ];
  }

  private dynamodbPolicy(): ResourceStatement {
    const { names } = stackOf(this);
    return this.statement(
      'OwnTables',
      ['dynamodb:BatchGetItem', 'dynamodb:DescribeTable', 'dynamodb:Scan'],
      // A list of hundreds would be longer than a policy may be, and would change with each table.
      [
        ...(dynamodbTables().every(names.isExisting) ? [] : [names.everyTableArn]),
        ...dynamodbTables().filter(names.isExisting).map(names.tableArn),
      ],
    );
  }

  private secretsPolicy(): ResourceStatement {
    const { names, settings } = stackOf(this);
    return this.statement(
      'OwnSecrets',
      ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
      // RDS names the secret of an admin user `rds!db-<id of the instance>`.
      [
        names.arn('secretsmanager', `secret:${names.prefix}-*`),
        settings.mysql.kind === 'existing'
          ? settings.mysql.adminSecretArn
          : names.arn('secretsmanager', 'secret:rds!db-*'),
      ],
    );
  }

  private redshiftDataPolicy(): ResourceStatement[] {
    return [
      this.statement(
        'RunStatements',
        ['redshift-data:BatchExecuteStatement', 'redshift-data:ExecuteStatement'],
        [stackOf(this).names.warehouse.arnPattern],
      ),
      // A statement has no ARN.
      this.statement(
        'FollowStatements',
        ['redshift-data:DescribeStatement', 'redshift-data:GetStatementResult'],
        ['*'],
      ),
    ];
  }

  private redshiftPolicy(): ResourceStatement {
    const { names, settings } = stackOf(this);
    const { warehouse } = names;
    return this.statement(
      warehouse.isServerless ? 'OwnWorkgroup' : 'OwnCluster',
      [`${redshiftApiOf(settings.redshift)}:*`],
      [warehouse.arnPattern],
    );
  }
}

const INTERFACES = ['secretsmanager', 'redshift-data', 'redshift', 'redshift-serverless'] as const;

/** Endpoints of a brought VPC, by service; their policies are their owner's, and not seen from here. */
function addExistingEndpoints(
  scope: Construct,
  { endpoints }: ExistingNetwork,
): Partial<Record<EndpointService, { readonly prefix_list_id: string; readonly dns_name: string }>> {
  const { region, redshift } = stackOf(scope).settings;
  const known = neededEndpoints(redshift).filter((service) => endpoints[service] !== undefined);
  if (known.length === 0) return {};
  return addExisting(
    scope,
    'existing_vpc_endpoint',
    Object.fromEntries(
      known.map((service) => {
        const given: Partial<Record<'prefixListId' | 'securityGroupId' | 'dnsName', string>> =
          endpoints[service] ?? {};
        const { prefixListId, securityGroupId, dnsName } = given;
        const facts = {
          service_name: `com.amazonaws.${region}.${service}`,
          prefix_list_id: prefixListId,
          security_group_id: securityGroupId,
          dns_name: dnsName,
        };
        return [service, facts];
      }),
    ),
  );
}
