/** Every Terraform type that runs on the laptop. */
import type { ResourceTwin } from '../resource-twin';
import { awsCloudwatchLogGroup } from './aws_cloudwatch_log_group';
import { awsDbInstance } from './aws_db_instance';
import { awsDbParameterGroup } from './aws_db_parameter_group';
import { awsDmsEndpoint } from './aws_dms_endpoint';
import { awsDmsReplicationInstance } from './aws_dms_replication_instance';
import { awsDmsReplicationTask } from './aws_dms_replication_task';
import { awsDynamodbTable } from './aws_dynamodb_table';
import { awsIamRole } from './aws_iam_role';
import { awsKmsKey } from './aws_kms_key';
import { awsLambdaEventSourceMapping } from './aws_lambda_event_source_mapping';
import { awsLambdaFunction } from './aws_lambda_function';
import { awsLambdaFunctionEventInvokeConfig } from './aws_lambda_function_event_invoke_config';
import { awsLambdaInvocation } from './aws_lambda_invocation';
import { awsRedshiftCluster } from './aws_redshift_cluster';
import { awsS3Bucket } from './aws_s3_bucket';
import { awsS3Object } from './aws_s3_object';
import { awsSchedulerSchedule } from './aws_scheduler_schedule';
import { awsSecretsmanagerSecret } from './aws_secretsmanager_secret';
import { awsSqsQueue } from './aws_sqs_queue';

const TWINS: readonly ResourceTwin[] = [
  awsCloudwatchLogGroup,
  awsDbInstance,
  awsDbParameterGroup,
  awsDmsEndpoint,
  awsDmsReplicationInstance,
  awsDmsReplicationTask,
  awsDynamodbTable,
  awsIamRole,
  awsKmsKey,
  awsLambdaEventSourceMapping,
  awsLambdaFunction,
  awsLambdaFunctionEventInvokeConfig,
  awsLambdaInvocation,
  awsRedshiftCluster,
  awsS3Bucket,
  awsS3Object,
  awsSchedulerSchedule,
  awsSecretsmanagerSecret,
  awsSqsQueue,
];

export const TWIN_BY_TYPE: ReadonlyMap<string, ResourceTwin> = new Map(
  TWINS.map((twin) => [twin.type, twin]),
);
