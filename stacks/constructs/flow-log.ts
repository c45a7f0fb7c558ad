/** Flow logs of the VPC: which connections were made, and which were refused. */
import { FlowLog as AwsFlowLog } from '@cdktf/provider-aws/lib/flow-log';
import { Construct } from 'constructs';
import { addLogGroup } from './log-group';
import { buildTrustPolicy } from './policy';
import { Role } from './role';
import { stackOf } from './stack-of';

export interface FlowLogProps {
  readonly vpcId: string;
  readonly keyArn: string;
}

export class FlowLog extends Construct {
  constructor(scope: Construct, id: string, { vpcId, keyArn }: FlowLogProps) {
    super(scope, id);
    const { names, settings } = stackOf(this);
    const name = `/aws/vpc/${names.of('flow-logs')}`;
    const logGroup = addLogGroup(this, 'log_group', { name, keyArn });
    const role = new Role(this, 'writer', {
      name: names.of('flow-logs'),
      description: 'VPC flow logs: write to their log group',
      trustPolicy: buildTrustPolicy(['vpc-flow-logs.amazonaws.com'], settings.accountId, [
        names.arn('ec2', 'vpc-flow-log/*'),
      ]),
      statements: [
        {
          sid: 'WriteFlowLogs',
          actions: ['logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
          resources: [`${names.logGroupArn(name)}:*`],
        },
      ],
    });
    new AwsFlowLog(this, 'flow_log', {
      vpcId,
      trafficType: 'ALL',
      logDestinationType: 'cloud-watch-logs',
      logDestination: logGroup.arn,
      iamRoleArn: role.arn,
      maxAggregationInterval: 600,
      dependsOn: [role.policy],
      tags: { Name: names.of('flow-logs') },
    });
  }
}
