/**
 * A snapshot of the serverless warehouse each day. Redshift Serverless keeps recovery points for 24 hours and has no
 * setting for more (management guide, "Working with snapshots and recovery points"), so Scheduler asks for one.
 */
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule';
import type { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import type { Construct } from 'constructs';
import { buildTrustPolicy } from '../constructs/policy';
import { Role } from '../constructs/role';
import { stackOf } from '../constructs/stack-of';
import { readScheduleStatements } from './schedule-key';

export interface SnapshotScheduleProps {
  readonly namespaceArn: string;
  readonly retentionDays: number;
  readonly keyArn: string;
  readonly group: SchedulerScheduleGroup;
}

const ID = 'warehouse-snapshot';

/** A snapshot that is hours late is as good; one that is a day late is the next one. */
const MAX_AGE_SECONDS = 43_200;

export function addSnapshotSchedule(scope: Construct, props: SnapshotScheduleProps): void {
  const { names } = stackOf(scope);
  const { name } = names.warehouse;
  const role = addRole(scope, props);
  new SchedulerSchedule(scope, ID, {
    name: names.of(ID),
    groupName: names.scheduleGroup,
    description: `Takes a snapshot of the namespace ${name}`,
    scheduleExpression: 'rate(1 day)',
    scheduleExpressionTimezone: 'UTC',
    flexibleTimeWindow: { mode: 'OFF' },
    kmsKeyArn: props.keyArn,
    target: {
      arn: 'arn:aws:scheduler:::aws-sdk:redshiftserverless:createSnapshot',
      roleArn: role.arn,
      input: JSON.stringify({
        NamespaceName: name,
        // Scheduler fills in an id of its own for each attempt (user guide, "Adding context attributes").
        SnapshotName: `${name}-<aws.scheduler.execution-id>`,
        RetentionPeriod: props.retentionDays,
      }),
      retryPolicy: { maximumEventAgeInSeconds: MAX_AGE_SECONDS, maximumRetryAttempts: 5 },
    },
    dependsOn: [props.group, role.policy],
  });
}

function addRole(scope: Construct, { namespaceArn, keyArn }: SnapshotScheduleProps): Role {
  const { names, settings } = stackOf(scope);
  return new Role(scope, `${ID}-role`, {
    name: names.of(`${ID}-schedule`),
    description: `Schedule: take snapshots of ${names.warehouse.name}`,
    trustPolicy: buildTrustPolicy(['scheduler.amazonaws.com'], settings.accountId, [
      names.arn('scheduler', `schedule-group/${names.scheduleGroup}`),
    ]),
    statements: [
      {
        sid: 'TakeSnapshot',
        actions: ['redshift-serverless:CreateSnapshot'],
        resources: [namespaceArn, names.arn('redshift-serverless', 'snapshot/*')],
      },
      ...readScheduleStatements(scope, keyArn, [ID]),
    ],
  });
}
