/** Amazon EventBridge Scheduler. */
import type { ServiceDescription } from '../../runtime/service-description';
import { awsSchedulerSchedule } from './aws_scheduler_schedule';

export const SCHEDULER_SERVICE: ServiceDescription = {
  twins: [awsSchedulerSchedule],
  withoutATwin: { aws_scheduler_schedule_group: 'groups are for people' },
  unexercised: [
    {
      role: '-warehouse-snapshot-schedule',
      action: /^redshift-serverless:CreateSnapshot$/,
      reason: 'no snapshots on a laptop: the schedule never fires',
    },
  ],
};
