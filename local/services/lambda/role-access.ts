/** What Lambda does by the role of a function, where no call of the function shows it. */
import type { AccountFacts } from '../../../deployment/lookup';
import { type Access, keyAccess, plainAccess } from '../../protocol/access';

export interface FunctionParts {
  readonly logGroup: string;
  readonly isTraced: boolean;
  readonly isInVpc: boolean;
  /** ARN of the key that encrypts the environment. */
  readonly keyArn: string | undefined;
}

/** Logs, traces, the environment, network interfaces (AWS Lambda developer guide, "Execution role"). */
export function functionAccess(parts: FunctionParts, facts: AccountFacts): Access[] {
  const logStreams = `arn:aws:logs:${facts.region}:${facts.accountId}:log-group:${parts.logGroup}:*`;
  return [
    plainAccess('logs:CreateLogStream', logStreams),
    plainAccess('logs:PutLogEvents', logStreams),
    ...(parts.isTraced
      ? [plainAccess('xray:PutTraceSegments', '*'), plainAccess('xray:PutTelemetryRecords', '*')]
      : []),
    ...keyAccess(facts, 'lambda', parts.keyArn, ['kms:Decrypt']),
    ...(parts.isInVpc ? networkAccess(facts) : []),
  ];
}

function networkAccess({ region, accountId }: AccountFacts): Access[] {
  const ec2 = `arn:aws:ec2:${region}:${accountId}`;
  return [
    plainAccess('ec2:CreateNetworkInterface', `${ec2}:network-interface/*`),
    plainAccess('ec2:CreateNetworkInterface', `${ec2}:subnet/subnet-0`),
    plainAccess('ec2:CreateNetworkInterface', `${ec2}:security-group/sg-0`),
    plainAccess('ec2:DescribeNetworkInterfaces', '*'),
    plainAccess('ec2:DescribeSubnets', '*'),
    plainAccess('ec2:DeleteNetworkInterface', `${ec2}:*/*`),
    plainAccess('ec2:AssignPrivateIpAddresses', `${ec2}:*/*`),
    plainAccess('ec2:UnassignPrivateIpAddresses', `${ec2}:*/*`),
  ];
}

/** An extension reads a secret by the role of the function beside which it runs. */
export function secretAccess(arn: string, keyArn: string | undefined, facts: AccountFacts): Access[] {
  return [
    plainAccess('secretsmanager:GetSecretValue', arn),
    ...keyAccess(facts, 'secretsmanager', keyArn, ['kms:Decrypt']),
  ];
}

/** Lambda polls a stream by the role of the function that it calls. */
export function streamAccess(
  streamArn: string,
  tableKeyArn: string | undefined,
  facts: AccountFacts,
): Access[] {
  return [
    plainAccess('dynamodb:DescribeStream', streamArn),
    plainAccess('dynamodb:GetShardIterator', streamArn),
    plainAccess('dynamodb:GetRecords', streamArn),
    plainAccess('dynamodb:ListStreams', '*'),
    ...keyAccess(facts, 'dynamodb', tableKeyArn, ['kms:Decrypt']),
  ];
}
