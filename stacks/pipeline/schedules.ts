/** Starts the scheduled functions, each with its own role, retries and dead letters. */
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { type HandlerName, SCHEDULE_INPUT } from '../../pipeline/handler-environment';
import type { PipelineFunction } from '../constructs/pipeline-function';
import { buildTrustPolicy, viaService } from '../constructs/policy';
import { Role } from '../constructs/role';
import { stackOf } from '../constructs/stack-of';
import { intervalSeconds } from '../schedule-expression';
import type { PipelineFunctions } from './functions';
import { readScheduleStatements } from './schedule-key';

const SCHEDULED = [
  'ingest-txns',
  'ingest-trades',
  'start-replication-task',
  'backfill-tables',
  'load-staged-batches',
  'reconcile-tables',
  'measure-freshness',
] as const satisfies readonly HandlerName[];

export const scheduledHandlers = (functions: PipelineFunctions): HandlerName[] =>
  SCHEDULED.filter((handler) => functions[handler] !== undefined);

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

/** A second schedule of `reconcile-tables`. */
const BEGIN_SWEEPS = 'reconcile-tables-begin';

/** The minimum of EventBridge Scheduler. */
const MIN_EVENT_AGE_SECONDS = 60;
/** EventBridge Scheduler takes no more. */
const MAX_EVENT_AGE_SECONDS = 86_400;

interface ScheduledStart {
  /** Last part of the schedule's name. */
  readonly id: string;
  readonly handler: HandlerName;
  readonly target: PipelineFunction;
  readonly role: Role;
  readonly group: SchedulerScheduleGroup;
  readonly expression: string;
  readonly input: Readonly<Record<string, string>>;
}

export class Schedules extends Construct {
  readonly group: SchedulerScheduleGroup;

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    const { names, settings } = stackOf(this);
    this.group = new SchedulerScheduleGroup(this, 'scheduler_schedule_group', { name: names.scheduleGroup });
    for (const handler of SCHEDULED) {
      const target = props.functions[handler];
      if (target === undefined) continue;
      const role = this.addRole(handler, target, props.keyArn);
      const call = { handler, target, role, group: this.group };
      const event = READS_SCHEDULE.includes(handler) ? SCHEDULE_INPUT : {};
      this.addSchedule({ ...call, id: handler, expression: settings.schedule, input: event }, props);
      if (handler !== 'reconcile-tables') continue;
      // The runs above resume a sweep; this one begins it.
      const begin = { id: BEGIN_SWEEPS, expression: settings.reconcileSchedule, input: { work: 'begin' } };
      this.addSchedule({ ...call, ...begin }, props);
    }
  }

  private addSchedule(
    { id, handler, target, role, group, expression, input }: ScheduledStart,
    { keyArn, after }: SchedulesProps,
  ): void {
    const { names } = stackOf(this);
    const deadLetters = target.deadLetters!;
    new SchedulerSchedule(this, id, {
      name: names.of(id),
      // Literal, as in the condition of its role.
      groupName: names.scheduleGroup,
      description: `Starts ${names.function(handler)}`,
      scheduleExpression: expression,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      kmsKeyArn: keyArn,
      target: {
        arn: target.function.arn,
        roleArn: role.arn,
        input: JSON.stringify(input),
        retryPolicy: {
          // The next run replaces one that is this late.
          maximumEventAgeInSeconds: Math.max(
            Math.min(intervalSeconds(expression) ?? 300, MAX_EVENT_AGE_SECONDS),
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
    const schedules = handler === 'reconcile-tables' ? [handler, BEGIN_SWEEPS] : [handler];
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
          conditions: viaService(settings.region, 'sqs'),
        },
        ...readScheduleStatements(this, keyArn, schedules),
      ],
    });
  }
}
