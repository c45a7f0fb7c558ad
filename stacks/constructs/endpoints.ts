/** Endpoints for exactly the AWS services that something in the private subnets calls. There is no other way out. */
import { VpcEndpoint } from '@cdktf/provider-aws/lib/vpc-endpoint';
import { Construct } from 'constructs';
import { dynamodbTables } from '../../pipeline/tables';
import { buildResourcePolicy, type ResourceStatement } from './policy';
import type { PrivateNetwork } from './private-network';
import { stackOf } from './stack-of';
import { STAGING_ACTIONS } from './staging-bucket-access';

export interface EndpointsProps {
  readonly network: PrivateNetwork;
  readonly securityGroupId: string;
}

export class Endpoints extends Construct {
  readonly s3PrefixListId: string;
  /** Absent where no table is in DynamoDB. */
  readonly dynamodbPrefixListId?: string;
  /** DMS needs it explicitly: its Secrets Manager client does not use private DNS. */
  readonly secretsDnsName: string;
  private readonly network: PrivateNetwork;
  private readonly securityGroupId: string;

  constructor(scope: Construct, id: string, { network, securityGroupId }: EndpointsProps) {
    super(scope, id);
    this.network = network;
    this.securityGroupId = securityGroupId;
    this.s3PrefixListId = this.addGateway('s3', ...this.s3Policy()).prefixListId;
    if (dynamodbTables().length > 0)
      this.dynamodbPrefixListId = this.addGateway('dynamodb', this.dynamodbPolicy()).prefixListId;
    this.secretsDnsName = this.addInterface('secretsmanager', this.secretsPolicy()).dnsEntry.get(0).dnsName;
    this.addInterface('redshift-data', ...this.redshiftDataPolicy());
    // A replication instance in a private subnet needs it for a Redshift target, from DMS 3.4.7 on (DMS user
    // guide, "Configuring VPC endpoints"); the guide names no actions.
    this.addInterface('redshift', this.redshiftPolicy());
  }

  private addGateway(service: string, ...policy: readonly ResourceStatement[]): VpcEndpoint {
    const { names, settings } = stackOf(this);
    return new VpcEndpoint(this, service, {
      vpcId: this.network.vpcId,
      vpcEndpointType: 'Gateway',
      serviceName: `com.amazonaws.${settings.region}.${service}`,
      routeTableIds: [this.network.routeTableId],
      policy: buildResourcePolicy(policy),
      tags: { Name: names.of(service) },
    });
  }

  private addInterface(service: string, ...policy: readonly ResourceStatement[]): VpcEndpoint {
    const { names, settings } = stackOf(this);
    return new VpcEndpoint(this, service, {
      vpcId: this.network.vpcId,
      vpcEndpointType: 'Interface',
      serviceName: `com.amazonaws.${settings.region}.${service}`,
      subnetIds: this.network.subnetIds,
      securityGroupIds: [this.securityGroupId],
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
      [names.everyTableArn],
    );
  }

  private secretsPolicy(): ResourceStatement {
    const { names } = stackOf(this);
    return this.statement(
      'OwnSecrets',
      ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue', 'secretsmanager:PutSecretValue'],
      // RDS names the secret of an admin user `rds!db-<id of the instance>`.
      [
        names.arn('secretsmanager', `secret:${names.prefix}-*`),
        names.arn('secretsmanager', 'secret:rds!db-*'),
      ],
    );
  }

  private redshiftDataPolicy(): ResourceStatement[] {
    return [
      this.statement(
        'RunStatements',
        ['redshift-data:BatchExecuteStatement', 'redshift-data:ExecuteStatement'],
        [stackOf(this).names.clusterArn],
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
    return this.statement('OwnCluster', ['redshift:*'], [stackOf(this).names.clusterArn]);
  }
}
