/** The two logs of an API, each there before it, and the role by which API Gateway writes them. */
import { ApiGatewayAccount } from '@cdktf/provider-aws/lib/api-gateway-account';
import type { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { CloudwatchLogMetricFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-metric-filter';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { ITerraformDependable } from 'cdktf';
import type { Construct } from 'constructs';
import { addLogGroup } from '../constructs/log-group';
import { buildTrustPolicy } from '../constructs/policy';
import { stackOf } from '../constructs/stack-of';

/** One line of JSON for each request: who and what, never a body or a key. */
export const ACCESS_LOG_FORMAT = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  caller: '$context.identity.userArn',
  apiKeyId: '$context.identity.apiKeyId',
  sourceIp: '$context.identity.sourceIp',
  method: '$context.httpMethod',
  resource: '$context.resourcePath',
  status: '$context.status',
  responseBytes: '$context.responseLength',
  latencyMs: '$context.responseLatency',
  integrationMs: '$context.integrationLatency',
  integrationStatus: '$context.integrationStatus',
  integrationError: '$context.integrationErrorMessage',
  error: '$context.error.responseType',
  traceId: '$context.xrayTraceId',
});

/** What API Gateway has no metric for, counted from the access log. */
const ACCESS_LOG_METRICS = {
  ApiThrottles: '{ $.status = "429" }',
  ApiIntegrationErrors: '{ $.integrationError != "-" }',
} as const;

export function addAccessLog(scope: Construct, keyArn: string): CloudwatchLogGroup {
  const { names } = stackOf(scope);
  const group = addLogGroup(scope, 'access-log', { name: `/aws/apigateway/${names.of('api')}`, keyArn });
  for (const [name, pattern] of Object.entries(ACCESS_LOG_METRICS)) {
    new CloudwatchLogMetricFilter(scope, name, {
      name: names.of(name),
      logGroupName: group.name,
      pattern,
      metricTransformation: { name, namespace: names.metricsNamespace, value: '1', defaultValue: '0' },
    });
  }
  return group;
}

/** API Gateway would make it without a key and without a retention. */
export const addExecutionLog = (scope: Construct, apiId: string, stage: string, keyArn: string) =>
  addLogGroup(scope, 'execution-log', { name: `API-Gateway-Execution-Logs_${apiId}/${stage}`, keyArn });

/**
 * The role of the account. API Gateway refuses a role that lacks one of the actions of the managed policy (Amazon API
 * Gateway developer guide, "Permissions for CloudWatch logging").
 */
export function addLogRole(scope: Construct): ITerraformDependable[] {
  const { names, settings } = stackOf(scope);
  if (settings.api?.createLogRole !== true) return [];
  const name = names.of('api-logs');
  const role = new IamRole(scope, 'log-role', {
    name,
    description: 'API Gateway: logs of all APIs of this account and region',
    assumeRolePolicy: buildTrustPolicy(['apigateway.amazonaws.com'], settings.accountId),
  });
  const policy = new IamRolePolicyAttachment(scope, 'log-role-policy', {
    role: role.name,
    policyArn: 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs',
  });
  const account = new ApiGatewayAccount(scope, 'account', {
    cloudwatchRoleArn: names.roleArn(name),
    dependsOn: [role, policy],
  });
  return [account];
}
