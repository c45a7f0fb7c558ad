/** Types that mean nothing on a laptop, each with the reason. A type that is neither here nor a twin is an error. */

const NETWORK = 'no networks on a laptop: everything listens on the loopback address';
const KEYS = 'the laptop encrypts nothing at rest';
const WATCHED = 'no CloudWatch: a person watches, and the logs are files';
const POLICIES = 'it is not started: the gateway evaluates it at each call';
const UNREAD_POLICIES = 'the gateway evaluates the policies of roles, buckets and queues alone';
const PUBLIC = 'the S3 server is reachable from this machine alone';
const KEPT = 'nothing expires on a laptop; --fresh forgets everything';

export const WITHOUT_A_TWIN: Readonly<Record<string, string>> = {
  aws_vpc: NETWORK,
  aws_subnet: NETWORK,
  aws_route_table: NETWORK,
  aws_route_table_association: NETWORK,
  aws_security_group: NETWORK,
  aws_default_security_group: NETWORK,
  aws_vpc_security_group_ingress_rule: NETWORK,
  aws_vpc_security_group_egress_rule: NETWORK,
  aws_vpc_endpoint: NETWORK,
  aws_vpc_endpoint_policy: NETWORK,
  aws_flow_log: NETWORK,
  aws_network_acl: NETWORK,
  aws_default_network_acl: NETWORK,
  aws_db_subnet_group: NETWORK,
  aws_redshift_subnet_group: NETWORK,
  aws_dms_replication_subnet_group: NETWORK,

  aws_kms_alias: KEYS,
  aws_kms_key_policy: KEYS,
  aws_s3_bucket_server_side_encryption_configuration: KEYS,

  aws_cloudwatch_log_resource_policy: WATCHED,
  aws_cloudwatch_log_metric_filter: WATCHED,
  aws_cloudwatch_metric_alarm: WATCHED,
  aws_cloudwatch_composite_alarm: WATCHED,
  aws_cloudwatch_dashboard: WATCHED,
  aws_cloudwatch_event_rule: WATCHED,
  aws_cloudwatch_event_target: WATCHED,
  aws_sns_topic: WATCHED,
  aws_sns_topic_policy: WATCHED,
  aws_sns_topic_subscription: WATCHED,
  aws_dms_event_subscription: WATCHED,
  aws_db_event_subscription: WATCHED,
  aws_redshift_event_subscription: WATCHED,
  aws_redshift_logging: WATCHED,
  aws_s3_bucket_logging: WATCHED,

  aws_iam_policy: UNREAD_POLICIES,
  aws_iam_role_policy: POLICIES,
  aws_iam_role_policy_attachment: UNREAD_POLICIES,
  aws_lambda_permission: UNREAD_POLICIES,
  aws_s3_bucket_policy: POLICIES,
  aws_sqs_queue_policy: POLICIES,
  aws_secretsmanager_secret_policy: UNREAD_POLICIES,
  aws_dynamodb_resource_policy: UNREAD_POLICIES,
  aws_redshift_cluster_iam_roles: 'COPY reads the S3 server directly',

  aws_s3_bucket_public_access_block: PUBLIC,
  aws_s3_bucket_ownership_controls: PUBLIC,
  aws_s3_bucket_lifecycle_configuration: KEPT,
  aws_s3_bucket_versioning: 'the S3 server keeps the last version alone',
  aws_s3_bucket_notification: 'nothing here listens to bucket events',

  aws_redshift_parameter_group: 'TLS and audit logs are the service’s own',
  aws_dms_certificate: 'the laptop has an authority of its own, and verifies it',
  aws_secretsmanager_secret_rotation: 'secrets live as long as the state folder',
  aws_scheduler_schedule_group: 'groups are for people',
};
