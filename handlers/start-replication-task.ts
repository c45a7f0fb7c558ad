/**
 * Starts or resumes the DMS replication task by its status, after testing its connections; run after each deploy and by
 * a schedule. It also reports a set-up of this deployment that has not run.
 */
import { DatabaseMigrationServiceClient } from '@aws-sdk/client-database-migration-service';
import { S3Client } from '@aws-sdk/client-s3';
import { startReplicationTask } from '../pipeline/capture/start-replication-task';
import { isStartedByDeploy } from '../pipeline/deploy-event';
import { parseHandlerSettings } from '../pipeline/handler-environment';
import { taskTables } from '../pipeline/heartbeats';
import { scheduledTimeOf } from '../pipeline/schedule-event';
import { findOutdatedSetUps } from '../pipeline/set-up-record';
import { withTelemetry } from '../pipeline/telemetry';

const settings = parseHandlerSettings('start-replication-task', process.env);
const dms = new DatabaseMigrationServiceClient({});
const s3 = new S3Client({});

export const handler = withTelemetry('start-replication-task', async (event: unknown, telemetry, context) => {
  const outdated = await findOutdatedSetUps(s3, settings.DATA_BUCKET, {
    'prepare-mysql': settings.PREPARE_MYSQL_FINGERPRINT,
    'prepare-warehouse': settings.PREPARE_WAREHOUSE_FINGERPRINT,
  });
  telemetry.count('OutdatedSetUps', outdated.length);
  for (const { handler: setUp, found } of outdated) {
    telemetry.warn(
      'a set-up of the deployed version has not run: the deploy is in progress, or its invocation failed',
      {
        setUp,
        found,
      },
    );
  }
  const { status, action, reason } = await startReplicationTask({
    dms,
    taskArn: settings.REPLICATION_TASK_ARN,
    tables: taskTables(),
    isSetUp: outdated.length === 0,
    startedBy: starterOf(event),
    resumeStoppedAfterSeconds: settings.RESUME_STOPPED_AFTER_SECONDS,
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
  telemetry.report('started', { status, action, reason });
  return { status, action, reason };
});

function starterOf(event: unknown): 'deploy' | 'person' | 'schedule' {
  if (isStartedByDeploy(event)) return 'deploy';
  return scheduledTimeOf(event) === undefined ? 'person' : 'schedule';
}
