/**
 * Which arguments force a replacement, by resource type. The provider's schema in the bindings does not say; each entry
 * comes from the type's page (`pageOf`) and, where the page is silent, from the schema in the provider's source. An argument
 * that neither settles is in no list.
 */
import type { TypeFacts } from './type-facts';

const words = (text: string): string[] => text.split(' ').filter((word) => word !== '');
const facts = (
  replaces: string,
  inPlace: string,
  more: Omit<TypeFacts, 'replaces' | 'inPlace'> = {},
): TypeFacts => ({
  replaces: words(replaces),
  inPlace: words(inPlace),
  ...more,
});
/** A setting of a bucket is a resource of its own, bound to the bucket for good. */
const bucketSetting = (inPlace: string): TypeFacts => facts('bucket expected_bucket_owner', inPlace);

const ASSIGNED = { hasAssignedIds: true } as const;
const DATA = { holdsData: true } as const;

/** A rule cannot change what kind of peer it names. */
const GROUP_RULE = facts('security_group_id', 'description from_port to_port ip_protocol', {
  ...ASSIGNED,
  replacesWhenPresenceChanges: words('cidr_ipv4 cidr_ipv6 prefix_list_id referenced_security_group_id'),
});

export const REPLACEMENT_TABLE: Readonly<Record<string, TypeFacts>> = {
  // Network
  aws_vpc: facts(
    'cidr_block ipv4_ipam_pool_id ipv4_netmask_length',
    'enable_dns_hostnames enable_dns_support',
    ASSIGNED,
  ),
  aws_subnet: facts(
    'vpc_id cidr_block availability_zone availability_zone_id ipv6_native outpost_arn',
    'map_public_ip_on_launch assign_ipv6_address_on_creation enable_dns64',
    ASSIGNED,
  ),
  aws_route_table: facts('vpc_id', 'route propagating_vgws', ASSIGNED),
  aws_route_table_association: facts('subnet_id gateway_id', 'route_table_id', ASSIGNED),
  aws_default_security_group: facts('vpc_id', 'ingress egress', ASSIGNED),
  aws_security_group: facts(
    'name name_prefix description vpc_id',
    'ingress egress revoke_rules_on_delete',
    ASSIGNED,
  ),
  aws_vpc_security_group_ingress_rule: GROUP_RULE,
  aws_vpc_security_group_egress_rule: GROUP_RULE,
  aws_vpc_endpoint: facts(
    'service_name service_network_arn resource_configuration_arn service_region vpc_endpoint_type vpc_id',
    'policy subnet_ids security_group_ids route_table_ids auto_accept ip_address_type',
    {
      ...ASSIGNED,
      inPlaceWhile: { private_dns_enabled: { argument: 'vpc_endpoint_type', is: 'Interface' } },
    },
  ),
  aws_flow_log: facts(
    'iam_role_arn log_destination log_destination_type log_format max_aggregation_interval traffic_type vpc_id subnet_id eni_id',
    '',
    ASSIGNED,
  ),
  // IAM and keys
  aws_iam_role: facts(
    'name name_prefix path',
    'assume_role_policy description force_detach_policies max_session_duration permissions_boundary',
  ),
  aws_iam_role_policy: facts('name name_prefix role', 'policy'),
  aws_iam_role_policy_attachment: facts('role policy_arn', ''),
  aws_kms_alias: facts('name name_prefix', 'target_key_id'),
  aws_kms_key: facts(
    'customer_master_key_spec key_usage multi_region custom_key_store_id xks_key_id',
    'policy description enable_key_rotation rotation_period_in_days deletion_window_in_days is_enabled',
    { ...ASSIGNED, ...DATA },
  ),
  aws_secretsmanager_secret: facts(
    'name name_prefix',
    'description kms_key_id policy recovery_window_in_days replica',
    { ...ASSIGNED, ...DATA },
  ),
  // MySQL
  aws_db_instance: facts(
    'identifier identifier_prefix availability_zone character_set_name db_name engine kms_key_id snapshot_identifier storage_encrypted timezone username restore_to_point_in_time',
    'allocated_storage max_allocated_storage storage_type iops instance_class engine_version multi_az port publicly_accessible db_subnet_group_name parameter_group_name option_group_name vpc_security_group_ids apply_immediately auto_minor_version_upgrade allow_major_version_upgrade backup_retention_period backup_window maintenance_window ca_cert_identifier copy_tags_to_snapshot delete_automated_backups deletion_protection enabled_cloudwatch_logs_exports final_snapshot_identifier skip_final_snapshot iam_database_authentication_enabled manage_master_user_password master_user_secret_kms_key_id password monitoring_interval monitoring_role_arn performance_insights_enabled performance_insights_kms_key_id performance_insights_retention_period',
    DATA,
  ),
  aws_db_instance_automated_backups_replication: facts(
    'kms_key_id pre_signed_url retention_period source_db_instance_arn',
    '',
  ),
  aws_db_parameter_group: facts('name name_prefix family description', 'parameter skip_destroy'),
  aws_db_subnet_group: facts('name name_prefix', 'description subnet_ids'),
  // DMS
  aws_dms_certificate: facts('certificate_id certificate_pem certificate_wallet', '', ASSIGNED),
  aws_dms_endpoint: facts(
    'endpoint_id kms_key_arn',
    'certificate_arn database_name endpoint_type engine_name extra_connection_attributes pause_replication_tasks password port redshift_settings secrets_manager_access_role_arn secrets_manager_arn server_name ssl_mode username',
    ASSIGNED,
  ),
  aws_dms_event_subscription: facts('name source_ids source_type', 'enabled event_categories sns_topic_arn'),
  aws_dms_replication_instance: facts(
    'replication_instance_id availability_zone kms_key_arn publicly_accessible replication_subnet_group_id',
    'allocated_storage allow_major_version_upgrade apply_immediately auto_minor_version_upgrade engine_version multi_az network_type preferred_maintenance_window replication_instance_class vpc_security_group_ids',
    ASSIGNED,
  ),
  aws_dms_replication_subnet_group: facts(
    'replication_subnet_group_id',
    'replication_subnet_group_description subnet_ids',
  ),
  aws_dms_replication_task: facts(
    'replication_task_id source_endpoint_arn target_endpoint_arn',
    'cdc_start_position cdc_start_time replication_task_settings start_replication_task table_mappings',
    ASSIGNED,
  ),
  // DynamoDB
  aws_dynamodb_table: facts(
    'name hash_key range_key local_secondary_index restore_source_name restore_to_latest_time restore_date_time',
    'attribute billing_mode deletion_protection_enabled on_demand_throughput point_in_time_recovery read_capacity write_capacity server_side_encryption stream_enabled stream_view_type table_class ttl',
    {
      ...DATA,
      renews: {
        stream_enabled: words('stream_arn stream_label'),
        stream_view_type: words('stream_arn stream_label'),
      },
    },
  ),
  // Redshift
  aws_redshift_cluster: facts(
    'cluster_identifier cluster_subnet_group_name master_username snapshot_arn snapshot_cluster_identifier snapshot_identifier',
    'allow_version_upgrade apply_immediately automated_snapshot_retention_period availability_zone_relocation_enabled cluster_parameter_group_name cluster_type encrypted enhanced_vpc_routing final_snapshot_identifier iam_roles kms_key_id maintenance_track_name manage_master_password manual_snapshot_retention_period master_password master_password_secret_kms_key_id multi_az node_type number_of_nodes port preferred_maintenance_window publicly_accessible skip_final_snapshot vpc_security_group_ids',
    DATA,
  ),
  aws_redshift_cluster_iam_roles: facts('cluster_identifier', 'iam_role_arns default_iam_role_arn'),
  aws_redshift_logging: facts(
    'cluster_identifier',
    'bucket_name log_destination_type log_exports s3_key_prefix',
  ),
  aws_redshift_parameter_group: facts('name family description', 'parameter'),
  aws_redshift_snapshot_copy: facts(
    'cluster_identifier destination_region manual_snapshot_retention_period snapshot_copy_grant_name',
    'retention_period',
  ),
  aws_redshift_snapshot_copy_grant: facts('snapshot_copy_grant_name kms_key_id', ''),
  aws_redshift_subnet_group: facts('name', 'description subnet_ids'),
  aws_redshiftserverless_namespace: facts(
    'namespace_name db_name',
    'admin_password_secret_kms_key_id admin_user_password admin_username default_iam_role_arn iam_roles kms_key_id log_exports manage_admin_password',
    DATA,
  ),
  aws_redshiftserverless_usage_limit: facts('period resource_arn usage_type', 'amount breach_action'),
  aws_redshiftserverless_workgroup: facts(
    'namespace_name workgroup_name',
    'base_capacity max_capacity config_parameter enhanced_vpc_routing port publicly_accessible security_group_ids subnet_ids',
  ),
  // S3
  aws_s3_bucket: facts('bucket bucket_prefix object_lock_enabled', 'force_destroy', DATA),
  aws_s3_bucket_lifecycle_configuration: bucketSetting('rule'),
  aws_s3_bucket_logging: bucketSetting('target_bucket target_prefix'),
  aws_s3_bucket_ownership_controls: bucketSetting('rule'),
  aws_s3_bucket_policy: bucketSetting('policy'),
  aws_s3_bucket_public_access_block: bucketSetting(
    'block_public_acls block_public_policy ignore_public_acls restrict_public_buckets',
  ),
  aws_s3_bucket_server_side_encryption_configuration: bucketSetting('rule'),
  aws_s3_bucket_versioning: bucketSetting('versioning_configuration'),
  aws_s3_object: facts('bucket key', 'source source_hash content content_type etag kms_key_id'),
  // Functions and what starts them
  aws_lambda_function: facts(
    'function_name package_type',
    'architectures description environment filename handler kms_key_arn layers logging_config memory_size dead_letter_config ephemeral_storage publish replace_security_groups_on_destroy reserved_concurrent_executions role runtime source_code_hash timeout tracing_config vpc_config',
  ),
  aws_lambda_function_event_invoke_config: facts(
    'function_name qualifier',
    'destination_config maximum_event_age_in_seconds maximum_retry_attempts',
  ),
  aws_lambda_event_source_mapping: facts(
    'event_source_arn starting_position starting_position_timestamp',
    'batch_size bisect_batch_on_function_error destination_config enabled filter_criteria function_name function_response_types kms_key_arn maximum_batching_window_in_seconds maximum_record_age_in_seconds maximum_retry_attempts metrics_config parallelization_factor scaling_config tumbling_window_in_seconds',
    ASSIGNED,
  ),
  aws_lambda_invocation: facts('function_name qualifier triggers', 'lifecycle_scope terraform_key', {
    inPlaceWhile: { input: { argument: 'lifecycle_scope', is: 'CRUD' } },
    replacedMeans: 'the function is called again, by the deploy',
  }),
  aws_scheduler_schedule: facts(
    'group_name name name_prefix',
    'description end_date flexible_time_window kms_key_arn schedule_expression schedule_expression_timezone start_date state target',
  ),
  aws_scheduler_schedule_group: facts('name name_prefix', ''),
  terraform_data: facts('triggers_replace', 'input', {
    replacedMeans: 'nothing in AWS; what it triggers is replaced',
  }),
  // Messages, logs and alarms
  aws_sns_topic: facts(
    'name name_prefix fifo_topic',
    'display_name kms_master_key_id policy delivery_policy',
  ),
  aws_sns_topic_policy: facts('arn', 'policy'),
  aws_sns_topic_subscription: facts(
    'endpoint protocol topic_arn',
    'filter_policy raw_message_delivery',
    ASSIGNED,
  ),
  aws_sqs_queue: facts(
    'name name_prefix fifo_queue',
    'delay_seconds kms_data_key_reuse_period_seconds kms_master_key_id max_message_size message_retention_seconds policy receive_wait_time_seconds redrive_policy sqs_managed_sse_enabled visibility_timeout_seconds',
  ),
  aws_sqs_queue_policy: facts('queue_url', 'policy'),
  aws_cloudwatch_log_group: facts(
    'name name_prefix log_group_class',
    'kms_key_id retention_in_days skip_destroy',
  ),
  aws_cloudwatch_log_metric_filter: facts(
    'name log_group_name',
    'apply_on_transformed_logs metric_transformation pattern',
  ),
  aws_cloudwatch_metric_alarm: facts(
    'alarm_name',
    'actions_enabled alarm_actions alarm_description comparison_operator datapoints_to_alarm dimensions evaluation_periods extended_statistic insufficient_data_actions metric_name metric_query namespace ok_actions period statistic threshold treat_missing_data unit',
  ),
  aws_cloudwatch_composite_alarm: facts(
    'alarm_name actions_enabled',
    'alarm_actions alarm_description alarm_rule insufficient_data_actions ok_actions',
  ),
  aws_cloudwatch_dashboard: facts('dashboard_name', 'dashboard_body'),
  // What leaves for another vendor
  aws_cloudwatch_log_stream: facts('name log_group_name', ''),
  aws_cloudwatch_log_subscription_filter: facts(
    'name log_group_name destination_arn',
    'apply_on_transformed_logs distribution emit_system_fields filter_pattern role_arn',
  ),
  aws_cloudwatch_metric_stream: facts(
    'name name_prefix',
    'exclude_filter firehose_arn include_filter include_linked_accounts_metrics output_format role_arn statistics_configuration',
  ),
  aws_kinesis_firehose_delivery_stream: facts(
    'name destination kinesis_source_configuration msk_source_configuration',
    'http_endpoint_configuration server_side_encryption',
  ),
  // What analysts see
  aws_quicksight_vpc_connection: facts(
    'aws_account_id vpc_connection_id',
    'dns_resolvers name role_arn security_group_ids subnet_ids',
  ),
  aws_quicksight_data_source: facts(
    'aws_account_id data_source_id type',
    'credentials name parameters permission ssl_properties vpc_connection_properties',
  ),
  aws_quicksight_data_set: facts(
    'aws_account_id data_set_id',
    'column_groups column_level_permission_rules data_set_usage_configuration field_folders import_mode logical_table_map name permissions physical_table_map refresh_properties row_level_permission_data_set',
  ),
  // Whether another state replaces it is in the schema of what it makes, so that nothing is said of it here.
  aws_cloudcontrolapi_resource: facts('type_name', 'role_arn schema type_version_id'),
  // The API in front of the sources
  aws_api_gateway_account: facts('', 'cloudwatch_role_arn'),
  aws_api_gateway_deployment: facts('rest_api_id triggers variables', 'description', ASSIGNED),
  aws_api_gateway_method_settings: facts('rest_api_id stage_name method_path', 'settings'),
  aws_api_gateway_rest_api: facts(
    '',
    'api_key_source binary_media_types body description disable_execute_api_endpoint endpoint_configuration fail_on_warnings minimum_compression_size name parameters policy put_rest_api_mode',
    ASSIGNED,
  ),
  aws_api_gateway_stage: facts(
    'rest_api_id stage_name',
    'access_log_settings cache_cluster_enabled cache_cluster_size canary_settings client_certificate_id deployment_id description documentation_version variables xray_tracing_enabled',
  ),
  aws_api_gateway_usage_plan: facts(
    '',
    'api_stages description name product_code quota_settings throttle_settings',
    ASSIGNED,
  ),
  aws_api_gateway_usage_plan_key: facts('key_id key_type usage_plan_id', ''),
  aws_lambda_permission: facts(
    'action event_source_token function_name function_url_auth_type invoked_via_function_url principal principal_org_id qualifier source_account source_arn statement_id statement_id_prefix',
    '',
  ),
  aws_wafv2_web_acl: facts(
    'name name_prefix scope',
    'association_config captcha_config challenge_config custom_response_body data_protection_config default_action description rule rule_json token_domains visibility_config',
    ASSIGNED,
  ),
  aws_wafv2_web_acl_association: facts('resource_arn web_acl_arn', ''),
  aws_wafv2_web_acl_logging_configuration: facts(
    'resource_arn log_destination_configs',
    'logging_filter redacted_fields',
  ),
};
