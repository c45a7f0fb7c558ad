/**
 * The logs that leave the account: those of the functions and of the replication task, which name tables, counts and
 * positions. The logs of MySQL and of the warehouse hold statements with values, and stay.
 */
import { CloudwatchLogSubscriptionFilter } from '@cdktf/provider-aws/lib/cloudwatch-log-subscription-filter';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { buildTrustPolicy } from '../constructs/policy';
import { Role } from '../constructs/role';
import { stackOf } from '../constructs/stack-of';

export interface LogSubscriptionsProps {
  /** Part of their names. */
  readonly destination: string;
  readonly deliveryStream: string;
  /** Log groups by the name of what writes to them. */
  readonly logGroups: Readonly<Record<string, string>>;
  /** CloudWatch Logs sends a test message when a filter is made, which the stream has to take. */
  readonly after: readonly ITerraformDependable[];
}

export class LogSubscriptions extends Construct {
  constructor(scope: Construct, id: string, props: LogSubscriptionsProps) {
    super(scope, id);
    const { names, settings } = stackOf(this);
    const { destination, deliveryStream, logGroups, after } = props;
    const destinationArn = names.deliveryStreamArn(deliveryStream);
    const writer = new Role(this, 'writer', {
      name: names.of(`${destination}-log-subscriptions`),
      description: `CloudWatch Logs: puts log events into the stream ${deliveryStream}`,
      trustPolicy: buildTrustPolicy(['logs.amazonaws.com'], settings.accountId, [names.arn('logs', '*')]),
      statements: [
        {
          sid: 'PutLogEvents',
          actions: ['firehose:PutRecord', 'firehose:PutRecordBatch'],
          resources: [destinationArn],
        },
      ],
    });
    for (const [source, logGroupName] of Object.entries(logGroups)) {
      new CloudwatchLogSubscriptionFilter(this, source, {
        name: names.of(destination),
        logGroupName,
        // Every line: a function's lines are one object each, and its metrics are among them.
        filterPattern: '',
        destinationArn,
        roleArn: writer.arn,
        dependsOn: [writer.policy, ...after],
      });
    }
  }
}
