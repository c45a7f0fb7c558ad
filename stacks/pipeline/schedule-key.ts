/** What each schedule's role needs for the schedule itself. */
import type { Construct } from 'constructs';
import { type PolicyStatement, viaService } from '../constructs/policy';
import { stackOf } from '../constructs/stack-of';

/**
 * Scheduler reads its own schedule with the key and this role (EventBridge Scheduler user guide, "Encryption at rest"). The
 * guide names the encryption context, but not whether the call counts as one through a service: either of the two is enough.
 * @param ids last parts of the schedules' names
 */
export function readScheduleStatements(
  scope: Construct,
  keyArn: string,
  ids: readonly string[],
): PolicyStatement[] {
  const { names, settings } = stackOf(scope);
  return [
    {
      sid: 'DecryptSchedule',
      actions: ['kms:Decrypt'],
      resources: [keyArn],
      conditions: viaService(settings.region, 'scheduler'),
    },
    {
      sid: 'DecryptScheduleByContext',
      actions: ['kms:Decrypt'],
      resources: [keyArn],
      conditions: {
        StringEquals: {
          'kms:EncryptionContext:aws:scheduler:schedule:arn': ids.map((id) =>
            names.arn('scheduler', `schedule/${names.scheduleGroup}/${names.of(id)}`),
          ),
        },
      },
    },
  ];
}
