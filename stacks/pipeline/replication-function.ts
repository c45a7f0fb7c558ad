/** The function that tests the connections of the DMS task and starts or resumes it. */
import { SET_UP_PREFIX } from '../../pipeline/s3-layout';
import { stackOf } from '../constructs/stack-of';
import type { PipelineFunctionSpec, SpecContext } from './function-spec';

export function startReplicationTaskFunction({
  scope,
  inputs,
  statements,
  setUps,
}: SpecContext): PipelineFunctionSpec<'start-replication-task'> {
  const { names, settings } = stackOf(scope);
  const { warehouse } = inputs;
  return {
    handler: 'start-replication-task',
    description: 'Tests the connections of the DMS replication task, then starts or resumes it',
    startedBy: 'schedule',
    talksToMysql: false,
    retries: 1,
    environment: {
      REPLICATION_TASK_ARN: names.replicationTaskArn,
      RESUME_STOPPED_AFTER_SECONDS: String(settings.dms.resumeStoppedAfterMinutes * 60),
      DATA_BUCKET: names.dataBucket,
      PREPARE_MYSQL_FINGERPRINT: setUps['prepare-mysql'],
      PREPARE_WAREHOUSE_FINGERPRINT: setUps['prepare-warehouse'],
    },
    statements: [
      statements.objects('ReadSetUps', ['GetObject'], [SET_UP_PREFIX]),
      statements.key(['Decrypt'], ['s3']),
      { sid: 'StartTask', actions: ['dms:StartReplicationTask'], resources: [names.replicationTaskArn] },
      {
        sid: 'TestConnections',
        // On both: the endpoint, and the instance that connects to it. DMS chooses the last part of their ARNs.
        actions: ['dms:TestConnection'],
        resources: [
          warehouse.replication_instance_arn,
          warehouse.replication_source_arn,
          warehouse.replication_target_arn,
        ],
      },
      {
        sid: 'DescribeReplication',
        actions: ['dms:DescribeReplicationTasks', 'dms:DescribeConnections'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:RequestedRegion': settings.region } },
      },
    ],
  };
}
