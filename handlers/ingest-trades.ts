/** Puts the items of the seed file into the DynamoDB table of trades, on a schedule. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { keepAttributeNames } from '../pipeline/dynamodb/exact-names';
import { RejectedFile, runIdOf } from '../pipeline/files/rejected-file';
import { readSeedFile } from '../pipeline/files/seed-file';
import { parseHandlerSettings, tableNamesOf } from '../pipeline/handler-environment';
import { ingestTrades } from '../pipeline/ingest/ingest-trades';
import { reportIngested } from '../pipeline/ingest/report-ingested';
import { INGEST_TRADES, requireIngestedTable } from '../pipeline/ingested-tables';
import { dynamodbTableName } from '../pipeline/tables';
import { withTelemetry } from '../pipeline/telemetry';

const settings = parseHandlerSettings('ingest-trades', process.env);
const table = requireIngestedTable(INGEST_TRADES);
const s3 = new S3Client({});
const dynamodb = keepAttributeNames(new DynamoDBClient({}));

interface Result {
  readonly table: string;
  readonly rows: number;
  readonly rejected: number;
}

export const handler = withTelemetry<unknown, Result>('ingest-trades', async (_event, telemetry, context) => {
  const startedAt = new Date();
  const bucket = settings.DATA_BUCKET;
  const { rows, rejected } = await ingestTrades({
    client: dynamodb,
    table,
    tableName: dynamodbTableName(table, tableNamesOf(settings)),
    seed: readSeedFile(s3, bucket, settings.SEED_KEY),
    rejected: new RejectedFile(s3, {
      bucket,
      table: table.name,
      runId: runIdOf(startedAt, context.awsRequestId),
    }),
  });
  reportIngested(telemetry, { table: table.name, rows, rejected, startedAt });
  return { table: table.name, rows, rejected: rejected.count };
});
