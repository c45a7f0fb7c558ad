/** Appends the rows of the seed file to the MySQL table of transactions, on a schedule. */
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { RejectedFile, runIdOf } from '../pipeline/files/rejected-file';
import { readSeedFile } from '../pipeline/files/seed-file';
import { parseHandlerSettings } from '../pipeline/handler-environment';
import { ingestTxns } from '../pipeline/ingest/ingest-txns';
import { reportIngested } from '../pipeline/ingest/report-ingested';
import { INGEST_TXNS, requireIngestedTable } from '../pipeline/ingested-tables';
import { requestKeyOf, scheduledTimeOf } from '../pipeline/schedule-event';
import { mysqlSecret } from '../pipeline/secrets';
import { withTelemetry } from '../pipeline/telemetry';

const settings = parseHandlerSettings('ingest-txns', process.env);
const table = requireIngestedTable(INGEST_TXNS);
const s3 = new S3Client({});
const secret = mysqlSecret(new SecretsManagerClient({}), settings.MYSQL_SECRET_ARN);

interface Result {
  readonly table: string;
  readonly rows: number;
  readonly rejected: number;
  readonly skipped?: string;
}

export const handler = withTelemetry<unknown, Result>('ingest-txns', async (event, telemetry, context) => {
  const startedAt = new Date();
  const bucket = settings.DATA_BUCKET;
  const { rows, rejected, skipped } = await ingestTxns({
    secret,
    table,
    seed: readSeedFile(s3, bucket, settings.SEED_KEY),
    rejected: new RejectedFile(s3, {
      bucket,
      table: table.name,
      runId: runIdOf(startedAt, context.awsRequestId),
    }),
    // Lambda's own retries keep the request's id, and each manual run has its own.
    runKey: scheduledTimeOf(event) ?? requestKeyOf(event) ?? context.awsRequestId,
    startedAt,
    ...(settings.MYSQL_CA === undefined ? {} : { ca: settings.MYSQL_CA }),
  });
  const skip = skipped === undefined ? {} : { skipped };
  reportIngested(telemetry, { table: table.name, rows, rejected, startedAt, ...skip });
  return { table: table.name, rows, rejected: rejected.count, ...skip };
});
