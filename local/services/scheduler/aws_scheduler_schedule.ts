/** Fires a function asynchronously at a rate. */

import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { type Access, plainAccess } from '../../protocol/access';
import { demandDeadLetters, queueCalled } from '../../runtime/dead-letters';
import { functionCalled } from '../../runtime/function-called';
import { ACCESS_CONTROL } from '../../runtime/ports/access-control';
import { ACCOUNT, EVERY_SECONDS, STATE, TELL } from '../../runtime/ports/host';
import { SCHEDULES } from '../../runtime/ports/schedule';
import type { Registry } from '../../runtime/registry';
import type { ResourceTwin, StartedResource } from '../../runtime/resource-twin';
import { roleNameIn } from '../../runtime/role-name';
import { readPausedSchedules } from '../../state/paused-schedules';
import { createSchedule, parseRateMs } from './schedule';
import { createScheduledCall } from './scheduled-call';

/** EventBridge Scheduler user guide, "Using universal targets". */
const UNIVERSAL = 'arn:aws:scheduler:::aws-sdk:';

export const awsSchedulerSchedule: ResourceTwin = {
  type: 'aws_scheduler_schedule',
  honoured: [
    'name',
    'group_name',
    'state',
    'schedule_expression',
    'flexible_time_window.mode',
    'target.arn',
    'target.input',
    'target.role_arn',
    'target.retry_policy.maximum_event_age_in_seconds',
    'target.retry_policy.maximum_retry_attempts',
    'target.dead_letter_config.arn',
  ],
  ignored: {
    schedule_expression_timezone: 'a rate is the same in every time zone',
  },
  start: async (resource, registry) => {
    if (takesSnapshots(resource)) return keptOnly(resource, registry);
    const everySeconds = registry.the(EVERY_SECONDS);
    const name = resource.text('name');
    const everyMs = everySeconds === undefined ? rateOf(resource) : everySeconds * 1_000;
    if ((resource.optionalText('flexible_time_window.mode') ?? 'OFF') !== 'OFF') {
      throw resource.refusal(
        'flexible_time_window.mode',
        'a flexible window, where the laptop fires on time',
      );
    }
    const called = functionCalled(registry, resource, 'target.arn');
    const role = roleNameIn(resource, 'target.role_arn');
    const { region, accountId } = registry.the(ACCOUNT);
    const group = resource.optionalText('group_name') ?? 'default';
    const arn = `arn:aws:scheduler:${region}:${accountId}:schedule/${group}/${name}`;
    registry
      .the(ACCESS_CONTROL)
      .demand(role, [
        plainAccess('lambda:InvokeFunction', called.arn),
        ...ownScheduleAccess(arn, resource.optionalText('kms_key_arn'), region),
      ]);
    demandDeadLetters(registry, role, resource, 'target.dead_letter_config.arn');
    const call = createScheduledCall({
      scheduleName: name,
      called,
      input: JSON.parse(resource.optionalText('target.input') ?? '{}') as unknown,
      // EventBridge Scheduler user guide, "RetryPolicy": the defaults.
      retries: resource.number('target.retry_policy.maximum_retry_attempts', 185),
      maxAgeMs: resource.number('target.retry_policy.maximum_event_age_in_seconds', 86_400) * 1_000,
      deadLetters: queueCalled(registry, resource, 'target.dead_letter_config.arn'),
      tell: registry.the(TELL),
    });
    const schedule = createSchedule({ name, everyMs, fire: call.fire });
    if (readPausedSchedules(registry.the(STATE).folder).includes(name)) schedule.pause();
    if ((resource.optionalText('state') ?? 'ENABLED') === 'ENABLED')
      registry.of(SCHEDULES).set(name, schedule);
    return {
      attributes: { name, id: `${group}/${name}`, arn },
      stop: async () => {
        call.stop();
        await schedule.stop();
      },
    };
  },
};

/** A call of another service's API, which the user guide names a universal target: of these only the one that has no effect here. */
function takesSnapshots(resource: ResourceArguments): boolean {
  const target = resource.text('target.arn');
  if (!target.startsWith(UNIVERSAL)) return false;
  if (target === `${UNIVERSAL}redshiftserverless:createSnapshot`) return true;
  throw resource.refusal('target.arn', `${target}, where the laptop calls functions`);
}

/** The laptop has no snapshots: the schedule is there, its role may read it, and it never fires. */
function keptOnly(resource: ResourceArguments, registry: Registry): StartedResource {
  const { region, accountId } = registry.the(ACCOUNT);
  const name = resource.text('name');
  const group = resource.optionalText('group_name') ?? 'default';
  const arn = `arn:aws:scheduler:${region}:${accountId}:schedule/${group}/${name}`;
  const key = resource.optionalText('kms_key_arn');
  registry
    .the(ACCESS_CONTROL)
    .demand(roleNameIn(resource, 'target.role_arn'), ownScheduleAccess(arn, key, region));
  return { attributes: { name, id: `${group}/${name}`, arn } };
}

/** Scheduler reads its own schedule by the key. How that call is known is not documented: either must be allowed. */
function ownScheduleAccess(arn: string, keyArn: string | undefined, region: string): Access[] {
  if (keyArn === undefined) return [];
  const contexts: Access['context'][] = [
    { 'kms:ViaService': `scheduler.${region}.amazonaws.com` },
    { 'kms:EncryptionContext:aws:scheduler:schedule:arn': arn },
  ];
  return contexts.map((context) => ({ action: 'kms:Decrypt', resource: keyArn, context }));
}

function rateOf(resource: ResourceArguments): number {
  const expression = resource.text('schedule_expression');
  const everyMs = parseRateMs(expression);
  if (everyMs !== undefined) return everyMs;
  throw resource.refusal(
    'schedule_expression',
    `${expression}, where the laptop knows rate(<n> minutes|hours|days); give the interval with --every SECONDS`,
  );
}
