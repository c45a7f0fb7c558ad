/**
 * Starts or resumes the DMS replication task by its status, its connections tested; run after each deploy and by a
 * schedule. It also tells when a set-up of this deployment was never done.
 */
import { DatabaseMigrationServiceClient } from '@aws-sdk/client-database-migration-service';
import { S3Client } from '@aws-sdk/client-s3';
import { startReplicationTask } from '../pipeline/capture/start-replication-task';
import { isStartedByDeploy } from '../pipeline/deploy-event';
import { parseHandlerSettings } from '../pipeline/handler-environment';
import { findOutdatedSetUps } from '../pipeline/set-up-record';
import { mysqlTables } from '../pipeline/tables';
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
    telemetry.warn('the deployed set-up was not done: the deploy is under way, or its invocation failed', {
      setUp,
      found,
    });
  }
  const { status, action, reason } = await startReplicationTask({
    dms,
    taskArn: settings.REPLICATION_TASK_ARN,
    tables: mysqlTables(),
    isSetUp: outdated.length === 0,
    startedBy: isStartedByDeploy(event) ? 'deploy' : 'schedule',
    resumeStoppedAfterSeconds: settings.RESUME_STOPPED_AFTER_SECONDS,
    remainingMs: () => context.getRemainingTimeInMillis(),
  });
  telemetry.report('started', { status, action, reason });
  return { status, action, reason };
});
