/** Every Terraform type that runs on the laptop. */

import { awsCloudwatchLogGroup } from '../services/cloudwatch/aws_cloudwatch_log_group';
import { awsDmsEndpoint } from '../services/dms/aws_dms_endpoint';
import { awsDmsReplicationInstance } from '../services/dms/aws_dms_replication_instance';
import { awsDmsReplicationTask } from '../services/dms/aws_dms_replication_task';
import { awsDynamodbTable } from '../services/dynamodb/aws_dynamodb_table';
import { awsIamRole } from '../services/iam/aws_iam_role';
import { awsKmsKey } from '../services/kms/aws_kms_key';
import { awsLambdaEventSourceMapping } from '../services/lambda/aws_lambda_event_source_mapping';
import { awsLambdaFunction } from '../services/lambda/aws_lambda_function';
import { awsLambdaFunctionEventInvokeConfig } from '../services/lambda/aws_lambda_function_event_invoke_config';
import { awsLambdaInvocation } from '../services/lambda/aws_lambda_invocation';
import { awsDbInstance } from '../services/rds/aws_db_instance';
import { awsDbParameterGroup } from '../services/rds/aws_db_parameter_group';
import { awsRedshiftCluster } from '../services/redshift/aws_redshift_cluster';
import { awsS3Bucket } from '../services/s3/aws_s3_bucket';
import { awsS3Object } from '../services/s3/aws_s3_object';
import { awsSchedulerSchedule } from '../services/scheduler/aws_scheduler_schedule';
import { awsSecretsmanagerSecret } from '../services/secretsmanager/aws_secretsmanager_secret';
import { awsSqsQueue } from '../services/sqs/aws_sqs_queue';
import type { ResourceTwin } from './resource-twin';

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
