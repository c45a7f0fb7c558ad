/** Starts or resumes the DMS replication task by its status, its connections tested; run after each deploy and by a schedule. */
import { DatabaseMigrationServiceClient } from '@aws-sdk/client-database-migration-service';
import { startReplicationTask } from '../pipeline/capture/start-replication-task';
import { parseHandlerSettings } from '../pipeline/handler-environment';
import { mysqlTables } from '../pipeline/tables';
import { withTelemetry } from '../pipeline/telemetry';

const settings = parseHandlerSettings('start-replication-task', process.env);
const dms = new DatabaseMigrationServiceClient({});

export const handler = withTelemetry(
  'start-replication-task',
  async (_event: unknown, telemetry, context) => {
    const { status, action } = await startReplicationTask({
      dms,
      taskArn: settings.REPLICATION_TASK_ARN,
      tables: mysqlTables(),
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    telemetry.report('started', { status, action });
    return { status, action };
  },
);
