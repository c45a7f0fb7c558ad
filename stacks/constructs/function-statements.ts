/** What every function of the pipeline may do: log, trace, send its dead letters, attach to the VPC. */
import type { Construct } from 'constructs';
import type { HandlerName } from '../../pipeline/handler-environment';
import type { DeadLetterQueue } from './dead-letter-queue';
import { type PolicyStatement, viaService } from './policy';
import { stackOf } from './stack-of';

export interface FunctionStatementsOptions {
  readonly handler: HandlerName;
  readonly keyArn: string;
  readonly deadLetters?: DeadLetterQueue;
  readonly vpc?: { readonly subnetIds: string[]; readonly securityGroupId: string };
}

export function functionStatements(scope: Construct, options: FunctionStatementsOptions): PolicyStatement[] {
  const { names, settings } = stackOf(scope);
  const inRegion = { StringEquals: { 'aws:RequestedRegion': settings.region } };
  const { handler, deadLetters, keyArn, vpc } = options;
  return [
    {
      // No CreateLogGroup: a deleted group is noticed, instead of coming back without encryption and retention.
      sid: 'WriteLogs',
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [`${names.logGroupArn(`/aws/lambda/${names.function(handler)}`)}:*`],
    },
    {
      sid: 'WriteTraces',
      actions: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'],
      resources: ['*'],
      conditions: inRegion,
    },
    {
      sid: 'DecryptEnvironment',
      actions: ['kms:Decrypt'],
      resources: [keyArn],
      conditions: viaService(settings.region, 'lambda'),
    },
    ...(deadLetters === undefined
      ? []
      : [
          { sid: 'SendDeadLetters', actions: ['sqs:SendMessage'], resources: [deadLetters.arn] },
          {
            sid: 'EncryptDeadLetters',
            actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
            resources: [keyArn],
            conditions: viaService(settings.region, 'sqs'),
          },
        ]),
    ...(vpc === undefined ? [] : vpcStatements(scope)),
  ];
}

/** What Lambda does with the function's role to give it network interfaces. */
function vpcStatements(scope: Construct): PolicyStatement[] {
  const { names, settings } = stackOf(scope);
  const inRegion = { StringEquals: { 'aws:RequestedRegion': settings.region } };
  return [
    {
      sid: 'CreateNetworkInterfaces',
      actions: ['ec2:CreateNetworkInterface'],
      resources: ['network-interface/*', 'security-group/*', 'subnet/*'].map((resource) =>
        names.arn('ec2', resource),
      ),
    },
    {
      // Lambda requests these on the pattern `*/*`, not on a network interface.
      sid: 'ReleaseNetworkInterfaces',
      actions: [
        'ec2:AssignPrivateIpAddresses',
        'ec2:DeleteNetworkInterface',
        'ec2:UnassignPrivateIpAddresses',
      ],
      resources: [names.arn('ec2', '*/*')],
    },
    {
      sid: 'DescribeNetwork',
      actions: ['ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
      resources: ['*'],
      conditions: inRegion,
    },
  ];
}
