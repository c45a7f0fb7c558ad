/** What AWS services do by a role of the deployment, where no call of a function shows it. */
import type { AccountFacts } from '../../../deployment/lookup';
import type { Access } from './required-access';

const plain = (action: string, resource: string): Access => ({ action, resource, context: {} });

function withKey(
  facts: AccountFacts,
  service: string,
  key: string | undefined,
  ...actions: string[]
): Access[] {
  if (key === undefined) return [];
  const context = { 'kms:ViaService': `${service}.${facts.region}.amazonaws.com` };
  return actions.map((action) => ({ action, resource: key, context }));
}

export interface FunctionParts {
  readonly logGroup: string;
  readonly isTraced: boolean;
  readonly isInVpc: boolean;
  /** ARN of the key that encrypts the environment. */
  readonly keyArn: string | undefined;
}

/** Lambda, by a function's role: logs, traces, the environment, network interfaces (AWS Lambda developer guide). */
export function functionAccess(parts: FunctionParts, facts: AccountFacts): Access[] {
  const logStreams = `arn:aws:logs:${facts.region}:${facts.accountId}:log-group:${parts.logGroup}:*`;
  return [
    plain('logs:CreateLogStream', logStreams),
    plain('logs:PutLogEvents', logStreams),
    ...(parts.isTraced ? [plain('xray:PutTraceSegments', '*'), plain('xray:PutTelemetryRecords', '*')] : []),
    ...withKey(facts, 'lambda', parts.keyArn, 'kms:Decrypt'),
    ...(parts.isInVpc ? networkAccess(facts) : []),
  ];
}

function networkAccess({ region, accountId }: AccountFacts): Access[] {
  const ec2 = `arn:aws:ec2:${region}:${accountId}`;
  return [
    plain('ec2:CreateNetworkInterface', `${ec2}:network-interface/*`),
    plain('ec2:CreateNetworkInterface', `${ec2}:subnet/subnet-0`),
    plain('ec2:CreateNetworkInterface', `${ec2}:security-group/sg-0`),
    plain('ec2:DescribeNetworkInterfaces', '*'),
    plain('ec2:DescribeSubnets', '*'),
    plain('ec2:DeleteNetworkInterface', `${ec2}:*/*`),
    plain('ec2:AssignPrivateIpAddresses', `${ec2}:*/*`),
    plain('ec2:UnassignPrivateIpAddresses', `${ec2}:*/*`),
  ];
}

/** Lambda polls a stream by the role of the function that it calls. */
export function streamAccess(
  streamArn: string,
  tableKeyArn: string | undefined,
  facts: AccountFacts,
): Access[] {
  return [
    plain('dynamodb:DescribeStream', streamArn),
    plain('dynamodb:GetShardIterator', streamArn),
    plain('dynamodb:GetRecords', streamArn),
    plain('dynamodb:ListStreams', '*'),
    ...withKey(facts, 'dynamodb', tableKeyArn, 'kms:Decrypt'),
  ];
}

/** Who gives up on an event sends it to its dead-letter queue by its own role. */
export function deadLetterAccess(
  queueArn: string,
  keyArn: string | undefined,
  facts: AccountFacts,
): Access[] {
  return [
    plain('sqs:SendMessage', queueArn),
    ...withKey(facts, 'sqs', keyArn, 'kms:GenerateDataKey', 'kms:Decrypt'),
  ];
}

/** EventBridge Scheduler, by a schedule's role. */
export const scheduleAccess = (functionArn: string): Access[] => [
  plain('lambda:InvokeFunction', functionArn),
];

/** DMS, by the role that an endpoint names, for the secret that it signs in with. */
export function endpointSecretAccess(
  secretArn: string,
  keyArn: string | undefined,
  facts: AccountFacts,
): Access[] {
  return [
    plain('secretsmanager:DescribeSecret', secretArn),
    plain('secretsmanager:GetSecretValue', secretArn),
    ...withKey(facts, 'secretsmanager', keyArn, 'kms:Decrypt', 'kms:DescribeKey'),
  ];
}

/** Redshift, by the role that a COPY names, for one object. */
export function copyAccess(
  bucket: string,
  key: string,
  keyArn: string | undefined,
  facts: AccountFacts,
): Access[] {
  return [
    plain('s3:GetObject', `arn:aws:s3:::${bucket}/${key}`),
    { action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}`, context: { 's3:prefix': key } },
    plain('s3:GetBucketLocation', `arn:aws:s3:::${bucket}`),
    ...withKey(facts, 's3', keyArn, 'kms:Decrypt'),
  ];
}
