/**
 * The policy: every rule that a scan by checkov or Trivy applies to the types of resources used here, and this
 * project's own. A rule that says what it requires of a type that is not used here has nothing to look at and is left out
 * (URLs of functions, network ACLs, notebooks, …).
 */
import type { PolicyRule } from './rule';
import { API_GATEWAY_RULES } from './rules/api-gateway';
import { DMS_RULES } from './rules/dms';
import { DYNAMODB_RULES } from './rules/dynamodb';
import { RULES_FOR_EVERYTHING } from './rules/everything';
import { IAM_RULES } from './rules/iam';
import { KMS_RULES } from './rules/kms';
import { LAMBDA_RULES } from './rules/lambda';
import { LOG_AND_ALARM_RULES } from './rules/logs-and-alarms';
import { MESSAGE_RULES } from './rules/messages';
import { NETWORK_RULES } from './rules/network';
import { QUICKSIGHT_RULES } from './rules/quicksight';
import { RDS_RULES } from './rules/rds';
import { REDSHIFT_RULES } from './rules/redshift';
import { REDSHIFT_SERVERLESS_RULES } from './rules/redshift-serverless';
import { S3_RULES } from './rules/s3';
import { TELEMETRY_RULES } from './rules/telemetry';
import { WILDCARD_RULES } from './rules/wildcards';

export const POLICY_RULES: readonly PolicyRule[] = [
  ...KMS_RULES,
  ...NETWORK_RULES,
  ...RDS_RULES,
  ...REDSHIFT_RULES,
  ...REDSHIFT_SERVERLESS_RULES,
  ...DMS_RULES,
  ...DYNAMODB_RULES,
  ...LAMBDA_RULES,
  ...API_GATEWAY_RULES,
  ...S3_RULES,
  ...LOG_AND_ALARM_RULES,
  ...TELEMETRY_RULES,
  ...QUICKSIGHT_RULES,
  ...MESSAGE_RULES,
  ...IAM_RULES,
  ...WILDCARD_RULES,
  ...RULES_FOR_EVERYTHING,
];
