/**
 * What the doctor asks of an AWS account. The answers have the shapes of the AWS SDK, which the AWS CLI prints too; only
 * the fields that are read are named here.
 */

export interface AwsAnswers {
  'sts get-caller-identity': { readonly Account?: string };
  'dms describe-orderable-replication-instances': {
    readonly OrderableReplicationInstances?: readonly {
      readonly EngineVersion?: string;
      readonly ReplicationInstanceClass?: string;
      readonly MinAllocatedStorage?: number;
      readonly MaxAllocatedStorage?: number;
    }[];
  };
  'dms describe-replication-instances': {
    readonly ReplicationInstances?: readonly {
      readonly ReplicationInstanceIdentifier?: string;
      readonly EngineVersion?: string;
    }[];
  };
  'rds describe-orderable-db-instance-options': {
    readonly OrderableDBInstanceOptions?: readonly {
      readonly EngineVersion?: string;
      readonly DBInstanceClass?: string;
      readonly MultiAZCapable?: boolean;
      readonly StorageType?: string;
      readonly AvailabilityZones?: readonly { readonly Name?: string }[];
    }[];
  };
  'redshift describe-orderable-cluster-options': {
    readonly OrderableClusterOptions?: readonly {
      readonly ClusterType?: string;
      readonly NodeType?: string;
    }[];
  };
  'dynamodb describe-table': {
    readonly Table?: {
      readonly LatestStreamArn?: string;
      readonly StreamSpecification?: { readonly StreamEnabled?: boolean; readonly StreamViewType?: string };
      readonly SSEDescription?: { readonly KMSMasterKeyArn?: string };
    };
  };
  'redshift describe-clusters': {
    readonly Clusters?: readonly { readonly IamRoles?: readonly { readonly IamRoleArn?: string }[] }[];
  };
  'redshift-serverless get-namespace': {
    /** Each a text that holds an ARN and its state. */
    readonly namespace?: { readonly iamRoles?: readonly string[] };
  };
  'redshift-serverless list-snapshot-copy-configurations': {
    readonly snapshotCopyConfigurations?: readonly { readonly destinationRegion?: string }[];
  };
  'lambda get-account-settings': {
    readonly AccountLimit?: {
      readonly ConcurrentExecutions?: number;
      readonly UnreservedConcurrentExecutions?: number;
    };
  };
  'lambda get-layer-version': {
    readonly LayerVersionArn?: string;
    readonly CompatibleRuntimes?: readonly string[];
    readonly CompatibleArchitectures?: readonly string[];
  };
  'secretsmanager describe-secret': {
    readonly ARN?: string;
    readonly KmsKeyId?: string;
    readonly DeletedDate?: string | number;
  };
  'quicksight describe-account-subscription': {
    readonly AccountInfo?: { readonly Edition?: string; readonly AccountSubscriptionStatus?: string };
  };
  'iam get-role': { readonly Role?: { readonly Arn?: string } };
  'sns list-subscriptions-by-topic': {
    readonly Subscriptions?: readonly {
      readonly Protocol?: string;
      readonly SubscriptionArn?: string;
    }[];
  };
}

export type AwsCall = keyof AwsAnswers;

export interface AwsAccount {
  /** @returns undefined when what was asked for does not exist. @throws Error that says what AWS refused. */
  ask<Call extends AwsCall>(
    call: Call,
    parameters?: Readonly<Record<string, string>>,
  ): Promise<AwsAnswers[Call] | undefined>;
}

/** What these calls need: they read names, versions and quotas, and no data. */
export const DOCTOR_POLICY = {
  Version: '2012-10-17',
  Statement: [
    {
      Sid: 'ReadWhatTheDoctorAsks',
      Effect: 'Allow',
      // GetCallerIdentity needs no permission.
      Action: [
        'dms:DescribeOrderableReplicationInstances',
        'dms:DescribeReplicationInstances',
        'dynamodb:DescribeTable',
        'iam:GetRole',
        'lambda:GetAccountSettings',
        'lambda:GetLayerVersion',
        'quicksight:DescribeAccountSubscription',
        'rds:DescribeOrderableDBInstanceOptions',
        'redshift:DescribeClusters',
        'redshift:DescribeOrderableClusterOptions',
        'redshift-serverless:GetNamespace',
        'redshift-serverless:ListSnapshotCopyConfigurations',
        'secretsmanager:DescribeSecret',
        'sns:ListSubscriptionsByTopic',
      ],
      Resource: '*',
    },
  ],
} as const;
