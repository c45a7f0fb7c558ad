/** Fires a function asynchronously at a rate. */

import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { plainAccess } from '../../protocol/access';
import { demandDeadLetters, queueCalled } from '../../runtime/dead-letters';
import { functionCalled } from '../../runtime/function-called';
import { ACCESS_CONTROL } from '../../runtime/ports/access-control';
import { ACCOUNT, EVERY_SECONDS, TELL } from '../../runtime/ports/host';
import { SCHEDULES } from '../../runtime/ports/schedule';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { roleNameIn } from '../../runtime/role-name';
import { createSchedule, parseRateMs } from './schedule';
import { createScheduledCall } from './scheduled-call';

export const awsSchedulerSchedule: ResourceTwin = {
  type: 'aws_scheduler_schedule',
  honoured: [
    'name',
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
    group_name: 'groups are for people',
    schedule_expression_timezone: 'a rate is the same in every time zone',
  },
  start: async (resource, registry) => {
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
    registry.the(ACCESS_CONTROL).demand(role, [plainAccess('lambda:InvokeFunction', called.arn)]);
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
    if ((resource.optionalText('state') ?? 'ENABLED') === 'ENABLED')
      registry.of(SCHEDULES).set(name, schedule);
    const { region, accountId } = registry.the(ACCOUNT);
    const group = `arn:aws:scheduler:${region}:${accountId}:schedule/default`;
    return {
      attributes: { name, id: `default/${name}`, arn: `${group}/${name}` },
      stop: async () => {
        call.stop();
        await schedule.stop();
      },
    };
  },
};

function rateOf(resource: ResourceArguments): number {
  const expression = resource.text('schedule_expression');
  const everyMs = parseRateMs(expression);
  if (everyMs !== undefined) return everyMs;
  throw resource.refusal(
    'schedule_expression',
    `${expression}, where the laptop knows rate(<n> minutes|hours|days); give the interval with --every SECONDS`,
  );
}
