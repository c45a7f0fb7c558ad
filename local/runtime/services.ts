/** The AWS services that the laptop knows: one line for each. */
import type { AccessRules } from '../protocol/access';
import { API_GATEWAY_SERVICE } from '../services/apigateway/service';
import { CLOUDWATCH_SERVICE } from '../services/cloudwatch/service';
import { DMS_SERVICE } from '../services/dms/service';
import { DYNAMODB_SERVICE } from '../services/dynamodb/service';
import { FIREHOSE_SERVICE } from '../services/firehose/service';
import { IAM_SERVICE } from '../services/iam/service';
import { KMS_SERVICE } from '../services/kms/service';
import { LAMBDA_SERVICE } from '../services/lambda/service';
import { QUICKSIGHT_SERVICE } from '../services/quicksight/service';
import { RDS_SERVICE } from '../services/rds/service';
import { REDSHIFT_SERVICE } from '../services/redshift/service';
import { S3_SERVICE } from '../services/s3/service';
import { SCHEDULER_SERVICE } from '../services/scheduler/service';
import { SECRETSMANAGER_SERVICE } from '../services/secretsmanager/service';
import { SNS_SERVICE } from '../services/sns/service';
import { SQS_SERVICE } from '../services/sqs/service';
import { VPC_SERVICE } from '../services/vpc/service';
import type { ResourceTwin } from './resource-twin';
import type { ServiceDescription, Unexercised } from './service-description';

export const SERVICES: readonly ServiceDescription[] = [
  API_GATEWAY_SERVICE,
  CLOUDWATCH_SERVICE,
  DMS_SERVICE,
  DYNAMODB_SERVICE,
  FIREHOSE_SERVICE,
  IAM_SERVICE,
  KMS_SERVICE,
  LAMBDA_SERVICE,
  QUICKSIGHT_SERVICE,
  RDS_SERVICE,
  REDSHIFT_SERVICE,
  S3_SERVICE,
  SCHEDULER_SERVICE,
  SECRETSMANAGER_SERVICE,
  SNS_SERVICE,
  SQS_SERVICE,
  VPC_SERVICE,
];

/** Every Terraform type that runs on the laptop. */
export const TWIN_BY_TYPE: ReadonlyMap<string, ResourceTwin> = new Map(
  SERVICES.flatMap(({ twins }) => twins.map((twin) => [twin.type, twin] as const)),
);

/** Types that mean nothing on a laptop, each with the reason. A type that is neither here nor a twin is an error. */
export const WITHOUT_A_TWIN: ReadonlyMap<string, string> = new Map(
  SERVICES.flatMap(({ withoutATwin }) => Object.entries(withoutATwin)),
);

/** By signing name. */
export const ACCESS_RULES_BY_SERVICE: ReadonlyMap<string, AccessRules> = new Map(
  SERVICES.flatMap(({ access = {} }) => Object.entries(access)),
);

/** Why no cycle on a laptop can use this grant of a role; undefined when one could. */
export function reasonUnexercised(role: string, action: string): string | undefined {
  const entries: readonly Unexercised[] = SERVICES.flatMap(({ unexercised = [] }) => unexercised);
  return entries.find((entry) => role.endsWith(entry.role) && entry.action.test(action))?.reason;
}
