/** The function that starts or resumes the DMS task. */
import { stackOf } from '../constructs/stack-of';
import type { FunctionSpec, SpecContext } from './functions';

export function startReplicationTask({ scope }: SpecContext): FunctionSpec<'start-replication-task'> {
  const { names, settings } = stackOf(scope);
  return {
    handler: 'start-replication-task',
    description: 'Starts or resumes the DMS replication task by its status',
    startedBy: 'schedule',
    talksToMysql: false,
    retries: 1,
    environment: { REPLICATION_TASK_ARN: names.replicationTaskArn },
    statements: [
      { sid: 'StartTask', actions: ['dms:StartReplicationTask'], resources: [names.replicationTaskArn] },
      {
        sid: 'DescribeTasks',
        actions: ['dms:DescribeReplicationTasks'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:RequestedRegion': settings.region } },
      },
    ],
  };
}
