/**
 * What the provider calls to create, read, change and destroy each type of resource here (service authorization
 * reference, and the calls of terraform-provider-aws 6.25). Kept by type, so that a policy made of it grants nothing
 * that a stack does not need.
 */

interface TypeActions {
  readonly service: string;
  readonly actions: string;
  /**
   * The resource part of the ARN, `PREFIX` for `<project>-<environment>`; absent where the service takes no resource in
   * these calls, or chooses the id.
   */
  readonly on?: string;
  /** What the service calls in turn, with the rights of the caller. */
  readonly behind?: TypeActions;
}

const tagged = 'TagResource UntagResource ListTagsForResource';
const ec2 = (actions: string): TypeActions => ({
  service: 'ec2',
  actions: `${actions} CreateTags DeleteTags`,
});
const s3 = (actions: string): TypeActions => ({ service: 's3', actions, on: '' });
const dms = (actions: string): TypeActions => ({
  service: 'dms',
  actions: `${actions} AddTagsToResource RemoveTagsFromResource ListTagsForResource`,
});
const rds = (actions: string, on: string): TypeActions => ({
  service: 'rds',
  actions: `${actions} AddTagsToResource RemoveTagsFromResource ListTagsForResource`,
  on,
});
const redshift = (actions: string): TypeActions => ({
  service: 'redshift',
  actions: `${actions} CreateTags DeleteTags DescribeTags`,
});
const redshiftServerless = (actions: string): TypeActions => ({
  service: 'redshift-serverless',
  actions: `${actions} ${tagged}`,
});
const quicksight = (actions: string): TypeActions => ({
  service: 'quicksight',
  actions: `${actions} ${tagged}`,
  on: '*/PREFIX-*',
});
const wafv2 = (actions: string): TypeActions => ({ service: 'wafv2', actions });
/** It authorizes methods of HTTP on paths with ids of its own. */
const apigateway: TypeActions = { service: 'apigateway', actions: 'GET POST PUT PATCH DELETE' };
const logs = (actions: string): TypeActions => ({ service: 'logs', actions });
const sns = (actions: string): TypeActions => ({ service: 'sns', actions, on: 'PREFIX-*' });
const none: TypeActions = { service: '', actions: '' };

export const DEPLOY_ACTIONS: Readonly<Record<string, TypeActions>> = {
  terraform_data: none,
  aws_vpc: ec2('CreateVpc DeleteVpc DescribeVpcs DescribeVpcAttribute ModifyVpcAttribute'),
  aws_subnet: ec2('CreateSubnet DeleteSubnet DescribeSubnets ModifySubnetAttribute'),
  aws_route_table: ec2('CreateRouteTable DeleteRouteTable DescribeRouteTables'),
  aws_route_table_association: ec2('AssociateRouteTable DisassociateRouteTable ReplaceRouteTableAssociation'),
  aws_security_group: ec2(
    'CreateSecurityGroup DeleteSecurityGroup DescribeSecurityGroups DescribeNetworkInterfaces DetachNetworkInterface',
  ),
  aws_default_security_group: ec2(
    'DescribeSecurityGroups RevokeSecurityGroupIngress RevokeSecurityGroupEgress',
  ),
  aws_vpc_security_group_ingress_rule: ec2(
    'AuthorizeSecurityGroupIngress RevokeSecurityGroupIngress ModifySecurityGroupRules DescribeSecurityGroupRules',
  ),
  aws_vpc_security_group_egress_rule: ec2(
    'AuthorizeSecurityGroupEgress RevokeSecurityGroupEgress ModifySecurityGroupRules DescribeSecurityGroupRules',
  ),
  aws_vpc_endpoint: ec2(
    'CreateVpcEndpoint DeleteVpcEndpoints DescribeVpcEndpoints ModifyVpcEndpoint DescribePrefixLists',
  ),
  aws_flow_log: ec2('CreateFlowLogs DeleteFlowLogs DescribeFlowLogs'),
  aws_kms_key: {
    service: 'kms',
    // RDS, Redshift, DMS and Lambda use the key through a grant, which the caller must be allowed to create.
    actions:
      'CreateKey DescribeKey GetKeyPolicy PutKeyPolicy GetKeyRotationStatus EnableKeyRotation ScheduleKeyDeletion ListResourceTags TagResource UntagResource CreateGrant Decrypt GenerateDataKey ListGrants',
  },
  aws_kms_alias: { service: 'kms', actions: 'CreateAlias DeleteAlias UpdateAlias ListAliases' },
  aws_iam_role: {
    service: 'iam',
    actions:
      'CreateRole DeleteRole GetRole UpdateRole UpdateAssumeRolePolicy TagRole UntagRole ListRolePolicies ListAttachedRolePolicies ListInstanceProfilesForRole PassRole',
    on: 'role/PREFIX-*',
  },
  aws_iam_role_policy: {
    service: 'iam',
    actions: 'PutRolePolicy GetRolePolicy DeleteRolePolicy',
    on: 'role/PREFIX-*',
  },
  aws_iam_role_policy_attachment: {
    service: 'iam',
    actions: 'AttachRolePolicy DetachRolePolicy ListAttachedRolePolicies',
    on: 'role/PREFIX-*',
  },
  aws_cloudwatch_log_group: logs(
    `CreateLogGroup DeleteLogGroup DescribeLogGroups PutRetentionPolicy AssociateKmsKey ${tagged}`,
  ),
  aws_cloudwatch_metric_alarm: {
    service: 'cloudwatch',
    actions: `PutMetricAlarm DeleteAlarms DescribeAlarms ${tagged}`,
    on: 'alarm:PREFIX-*',
  },
  aws_cloudwatch_composite_alarm: {
    service: 'cloudwatch',
    actions: `PutCompositeAlarm DeleteAlarms DescribeAlarms ${tagged}`,
    on: 'alarm:PREFIX-*',
  },
  aws_cloudwatch_dashboard: { service: 'cloudwatch', actions: 'PutDashboard GetDashboard DeleteDashboards' },
  aws_cloudwatch_log_stream: logs('CreateLogStream DeleteLogStream DescribeLogStreams'),
  aws_cloudwatch_log_subscription_filter: logs(
    'PutSubscriptionFilter DeleteSubscriptionFilter DescribeSubscriptionFilters',
  ),
  aws_cloudwatch_metric_stream: {
    service: 'cloudwatch',
    actions: `PutMetricStream GetMetricStream DeleteMetricStream StartMetricStreams StopMetricStreams ${tagged}`,
    on: 'metric-stream/PREFIX-*',
  },
  // Firehose uses the key through a grant, which the caller must be allowed to create: see aws_kms_key.
  aws_kinesis_firehose_delivery_stream: {
    service: 'firehose',
    actions:
      'CreateDeliveryStream DeleteDeliveryStream DescribeDeliveryStream UpdateDestination StartDeliveryStreamEncryption StopDeliveryStreamEncryption ListTagsForDeliveryStream TagDeliveryStream UntagDeliveryStream',
    on: 'deliverystream/PREFIX-*',
  },
  aws_sns_topic: sns(`CreateTopic DeleteTopic GetTopicAttributes SetTopicAttributes ${tagged}`),
  aws_sns_topic_policy: sns('GetTopicAttributes SetTopicAttributes'),
  aws_sns_topic_subscription: sns('Subscribe Unsubscribe GetSubscriptionAttributes'),
  aws_sqs_queue: {
    service: 'sqs',
    actions:
      'CreateQueue DeleteQueue GetQueueAttributes SetQueueAttributes ListQueueTags TagQueue UntagQueue',
    on: 'PREFIX-*',
  },
  aws_sqs_queue_policy: { service: 'sqs', actions: 'GetQueueAttributes SetQueueAttributes', on: 'PREFIX-*' },
  aws_db_instance: rds(
    'CreateDBInstance DeleteDBInstance DescribeDBInstances ModifyDBInstance CreateDBSnapshot',
    '*:PREFIX-*',
  ),
  aws_db_parameter_group: rds(
    'CreateDBParameterGroup DeleteDBParameterGroup DescribeDBParameterGroups DescribeDBParameters ModifyDBParameterGroup ResetDBParameterGroup',
    '*:PREFIX-*',
  ),
  aws_db_subnet_group: rds(
    'CreateDBSubnetGroup DeleteDBSubnetGroup DescribeDBSubnetGroups ModifyDBSubnetGroup',
    '*:PREFIX-*',
  ),
  aws_db_instance_automated_backups_replication: {
    service: 'rds',
    actions:
      'StartDBInstanceAutomatedBackupsReplication StopDBInstanceAutomatedBackupsReplication DescribeDBInstanceAutomatedBackups',
  },
  aws_dynamodb_table: {
    service: 'dynamodb',
    actions:
      'CreateTable DeleteTable DescribeTable UpdateTable DescribeContinuousBackups UpdateContinuousBackups DescribeTimeToLive UpdateTimeToLive ListTagsOfResource TagResource UntagResource',
    on: 'table/PREFIX-*',
  },
  aws_s3_bucket: s3(
    'CreateBucket DeleteBucket ListBucket ListBucketVersions GetBucketLocation GetBucketAcl GetBucketCORS GetBucketLogging GetBucketObjectLockConfiguration GetBucketPolicy GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite GetAccelerateConfiguration GetEncryptionConfiguration GetLifecycleConfiguration GetReplicationConfiguration PutBucketTagging DeleteObject DeleteObjectVersion',
  ),
  aws_s3_bucket_lifecycle_configuration: s3('GetLifecycleConfiguration PutLifecycleConfiguration'),
  aws_s3_bucket_logging: s3('GetBucketLogging PutBucketLogging'),
  aws_s3_bucket_ownership_controls: s3('GetBucketOwnershipControls PutBucketOwnershipControls'),
  aws_s3_bucket_policy: s3('GetBucketPolicy PutBucketPolicy DeleteBucketPolicy'),
  aws_s3_bucket_public_access_block: s3('GetBucketPublicAccessBlock PutBucketPublicAccessBlock'),
  aws_s3_bucket_server_side_encryption_configuration: s3(
    'GetEncryptionConfiguration PutEncryptionConfiguration',
  ),
  aws_s3_bucket_versioning: s3('GetBucketVersioning PutBucketVersioning'),
  aws_s3_object: s3('GetObject PutObject DeleteObject GetObjectTagging PutObjectTagging'),
  aws_secretsmanager_secret: {
    service: 'secretsmanager',
    // Without PutSecretValue and GetSecretValue: no deploy reads or writes a password. RDS and Redshift create theirs on
    // behalf of the caller (RDS user guide, "Permissions required for Secrets Manager integration").
    actions:
      'CreateSecret DeleteSecret DescribeSecret GetResourcePolicy UpdateSecret TagResource UntagResource RotateSecret',
  },
  aws_redshift_cluster: redshift(
    'CreateCluster DeleteCluster DescribeClusters ModifyCluster DescribeLoggingStatus',
  ),
  aws_redshift_cluster_iam_roles: redshift('ModifyClusterIamRoles DescribeClusters'),
  aws_redshift_logging: redshift('EnableLogging DisableLogging DescribeLoggingStatus'),
  aws_redshift_parameter_group: redshift(
    'CreateClusterParameterGroup DeleteClusterParameterGroup DescribeClusterParameterGroups DescribeClusterParameters ModifyClusterParameterGroup ResetClusterParameterGroup',
  ),
  aws_redshift_subnet_group: redshift(
    'CreateClusterSubnetGroup DeleteClusterSubnetGroup DescribeClusterSubnetGroups ModifyClusterSubnetGroup',
  ),
  aws_redshift_snapshot_copy: redshift(
    'EnableSnapshotCopy DisableSnapshotCopy ModifySnapshotCopyRetentionPeriod',
  ),
  aws_redshift_snapshot_copy_grant: redshift(
    'CreateSnapshotCopyGrant DeleteSnapshotCopyGrant DescribeSnapshotCopyGrants',
  ),
  aws_redshiftserverless_namespace: redshiftServerless(
    'CreateNamespace DeleteNamespace GetNamespace UpdateNamespace',
  ),
  aws_redshiftserverless_workgroup: redshiftServerless(
    'CreateWorkgroup DeleteWorkgroup GetWorkgroup UpdateWorkgroup',
  ),
  aws_redshiftserverless_usage_limit: redshiftServerless(
    'CreateUsageLimit DeleteUsageLimit GetUsageLimit UpdateUsageLimit',
  ),
  aws_dms_certificate: dms('ImportCertificate DeleteCertificate DescribeCertificates'),
  aws_dms_endpoint: dms(
    'CreateEndpoint DeleteEndpoint DescribeEndpoints ModifyEndpoint DescribeConnections TestConnection',
  ),
  aws_dms_event_subscription: dms(
    'CreateEventSubscription DeleteEventSubscription DescribeEventSubscriptions ModifyEventSubscription',
  ),
  aws_dms_replication_instance: dms(
    'CreateReplicationInstance DeleteReplicationInstance DescribeReplicationInstances ModifyReplicationInstance',
  ),
  aws_dms_replication_subnet_group: dms(
    'CreateReplicationSubnetGroup DeleteReplicationSubnetGroup DescribeReplicationSubnetGroups ModifyReplicationSubnetGroup',
  ),
  // The provider pauses a task while it changes it or one of its endpoints, and starts it again.
  aws_dms_replication_task: dms(
    'CreateReplicationTask DeleteReplicationTask DescribeReplicationTasks ModifyReplicationTask StartReplicationTask StopReplicationTask',
  ),
  aws_lambda_function: {
    service: 'lambda',
    actions:
      'CreateFunction DeleteFunction GetFunction GetFunctionCodeSigningConfig GetFunctionConcurrency PutFunctionConcurrency DeleteFunctionConcurrency ListVersionsByFunction UpdateFunctionCode UpdateFunctionConfiguration TagResource UntagResource ListTags',
    on: 'function:PREFIX-*',
  },
  aws_lambda_function_event_invoke_config: {
    service: 'lambda',
    actions: 'GetFunctionEventInvokeConfig PutFunctionEventInvokeConfig DeleteFunctionEventInvokeConfig',
    on: 'function:PREFIX-*',
  },
  aws_lambda_invocation: { service: 'lambda', actions: 'InvokeFunction', on: 'function:PREFIX-*' },
  aws_lambda_event_source_mapping: {
    service: 'lambda',
    actions:
      'CreateEventSourceMapping DeleteEventSourceMapping GetEventSourceMapping UpdateEventSourceMapping TagResource UntagResource ListTags',
  },
  aws_lambda_permission: {
    service: 'lambda',
    actions: 'AddPermission RemovePermission GetPolicy',
    on: 'function:PREFIX-*',
  },
  aws_api_gateway_rest_api: apigateway,
  aws_api_gateway_deployment: apigateway,
  aws_api_gateway_stage: apigateway,
  aws_api_gateway_method_settings: apigateway,
  aws_api_gateway_usage_plan: apigateway,
  aws_api_gateway_usage_plan_key: apigateway,
  aws_api_gateway_account: apigateway,
  aws_cloudwatch_log_metric_filter: logs('PutMetricFilter DeleteMetricFilter DescribeMetricFilters'),
  aws_wafv2_web_acl: wafv2(`CreateWebACL DeleteWebACL GetWebACL UpdateWebACL ${tagged}`),
  aws_wafv2_web_acl_association: {
    ...wafv2('AssociateWebACL DisassociateWebACL GetWebACLForResource'),
    behind: { service: 'apigateway', actions: 'SetWebACL' },
  },
  // AWS WAF developer guide, "Permissions to publish logs to CloudWatch Logs".
  aws_wafv2_web_acl_logging_configuration: {
    ...wafv2('PutLoggingConfiguration GetLoggingConfiguration DeleteLoggingConfiguration'),
    behind: logs(
      'CreateLogDelivery DeleteLogDelivery PutResourcePolicy DescribeResourcePolicies DescribeLogGroups',
    ),
  },
  aws_quicksight_vpc_connection: quicksight(
    'CreateVPCConnection DeleteVPCConnection DescribeVPCConnection UpdateVPCConnection',
  ),
  aws_quicksight_data_source: quicksight(
    'CreateDataSource DeleteDataSource DescribeDataSource DescribeDataSourcePermissions UpdateDataSource UpdateDataSourcePermissions PassDataSource',
  ),
  aws_quicksight_data_set: quicksight(
    'CreateDataSet DeleteDataSet DescribeDataSet DescribeDataSetPermissions DescribeDataSetRefreshProperties UpdateDataSet UpdateDataSetPermissions PassDataSet',
  ),
  aws_cloudcontrolapi_resource: {
    service: 'cloudformation',
    actions:
      'CreateResource DeleteResource GetResource UpdateResource GetResourceRequestStatus CancelResourceRequest DescribeType',
    behind: quicksight(
      'CreateDashboard DeleteDashboard DescribeDashboard DescribeDashboardDefinition DescribeDashboardPermissions UpdateDashboard UpdateDashboardPermissions UpdateDashboardLinks UpdateDashboardPublishedVersion',
    ),
  },
  aws_scheduler_schedule: {
    service: 'scheduler',
    actions: 'CreateSchedule DeleteSchedule GetSchedule UpdateSchedule',
    on: 'schedule/PREFIX/*',
  },
  aws_scheduler_schedule_group: {
    service: 'scheduler',
    actions: `CreateScheduleGroup DeleteScheduleGroup GetScheduleGroup ${tagged}`,
    on: 'schedule-group/PREFIX',
  },
};
