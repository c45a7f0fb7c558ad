/** Starts the scheduled functions, each with its own role, retries and dead letters. */
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type HandlerName, SCHEDULE_INPUT } from '../../pipeline/handler-environment';
import type { PipelineFunction } from '../constructs/pipeline-function';
import { buildTrustPolicy } from '../constructs/policy';
import { Role } from '../constructs/role';
import { stackOf } from '../constructs/stack-of';
import { intervalSeconds } from '../schedule-expression';
import type { PipelineFunctions } from './functions';

export const SCHEDULED = [
  'ingest-txns',
  'ingest-trades',
  'start-replication-task',
  'load-staged-batches',
  'reconcile-tables',
] as const satisfies readonly HandlerName[];

export interface SchedulesProps {
  readonly functions: PipelineFunctions;
  readonly keyArn: string;
  /** Set-up of both databases: nothing runs before it. */
  readonly after: ITerraformDependable[];
}

/**
 * Those whose work depends on the schedule's event: a repeat of the same event appends nothing, and a task that was
 * stopped just now is resumed by a deploy or a person, not by a schedule.
 */
const READS_SCHEDULE: readonly HandlerName[] = ['ingest-txns', 'start-replication-task'];

/** The minimum of EventBridge Scheduler. */
const MIN_EVENT_AGE_SECONDS = 60;

export class Schedules extends Construct {
  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const { names } = stackOf(this);
    const group = new SchedulerScheduleGroup(this, 'scheduler_schedule_group', { name: names.scheduleGroup });
    for (const handler of SCHEDULED) {
      this.addSchedule(handler, props.functions[handler], group, props);
    }
  }

  private addSchedule(
    handler: HandlerName,
    target: PipelineFunction,
    group: SchedulerScheduleGroup,
    { keyArn, after }: SchedulesProps,
  ): void {
    const { names, settings } = stackOf(this);
    const deadLetters = target.deadLetters!;
    const role = this.addRole(handler, target, keyArn);
    new SchedulerSchedule(this, handler, {
      name: names.function(handler),
      // Literal, as in the condition of its role.
      groupName: names.scheduleGroup,
      description: `Starts ${names.function(handler)}`,
      scheduleExpression: settings.schedule,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      kmsKeyArn: keyArn,
      target: {
        arn: target.function.arn,
        roleArn: role.arn,
        input: JSON.stringify(READS_SCHEDULE.includes(handler) ? SCHEDULE_INPUT : {}),
        retryPolicy: {
          // The next run replaces one that is this late.
          maximumEventAgeInSeconds: Math.max(
            intervalSeconds(settings.schedule) ?? 300,
            MIN_EVENT_AGE_SECONDS,
          ),
          maximumRetryAttempts: 2,
        },
        deadLetterConfig: { arn: deadLetters.queue.arn },
      },
      dependsOn: [group, role.policy, ...after],
    });
  }

  private addRole(handler: HandlerName, target: PipelineFunction, keyArn: string): Role {
    const { names, settings } = stackOf(this);
    return new Role(this, `${handler}-role`, {
      name: names.of(`${handler}-schedule`),
      description: `Schedule: start ${names.function(handler)}`,
      trustPolicy: buildTrustPolicy(['scheduler.amazonaws.com'], settings.accountId, [
        names.arn('scheduler', `schedule-group/${names.scheduleGroup}`),
      ]),
      statements: [
        { sid: 'StartFunction', actions: ['lambda:InvokeFunction'], resources: [names.functionArn(handler)] },
        { sid: 'SendDeadLetters', actions: ['sqs:SendMessage'], resources: [target.deadLetters!.arn] },
        {
          sid: 'EncryptDeadLetters',
          actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
          resources: [keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `sqs.${settings.region}.amazonaws.com` } },
        },
        // Scheduler reads its own schedule with the key and this role (EventBridge Scheduler user guide, "Encryption at
        // rest"). The guide names the encryption context, but not whether the call counts as one through a service: either
        // of the two is enough.
        {
          sid: 'DecryptSchedule',
          actions: ['kms:Decrypt'],
          resources: [keyArn],
          conditions: { StringEquals: { 'kms:ViaService': `scheduler.${settings.region}.amazonaws.com` } },
        },
        {
          sid: 'DecryptScheduleByContext',
          actions: ['kms:Decrypt'],
          resources: [keyArn],
          conditions: {
            StringEquals: {
              'kms:EncryptionContext:aws:scheduler:schedule:arn': names.arn(
                'scheduler',
                `schedule/${names.scheduleGroup}/${names.function(handler)}`,
              ),
            },
          },
        },
      ],
    });
  }
}
