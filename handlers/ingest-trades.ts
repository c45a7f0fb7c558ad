/** Puts the items of the seed file into the DynamoDB table of trades, on a schedule. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { keepAttributeNames } from '../pipeline/dynamodb/exact-names';
import { RejectedFile, runIdOf } from '../pipeline/files/rejected-file';
import { readSeedFile } from '../pipeline/files/seed-file';
import { parseHandlerSettings } from '../pipeline/handler-environment';
import { ingestTrades } from '../pipeline/ingest/ingest-trades';
import { reportIngested } from '../pipeline/ingest/report-ingested';
import { dynamodbTableName, TRADES } from '../pipeline/tables';
import { withTelemetry } from '../pipeline/telemetry';

const settings = parseHandlerSettings('ingest-trades', process.env);
const s3 = new S3Client({});
const dynamodb = keepAttributeNames(new DynamoDBClient({}));

interface Result {
  readonly table: string;
  readonly rows: number;
  readonly rejected: number;
}

export const handler = withTelemetry<unknown, Result>('ingest-trades', async (_event, telemetry, context) => {
  const startedAt = new Date();
  const table = TRADES.name;
  const bucket = settings.DATA_BUCKET;
  const { rows, rejected } = await ingestTrades({
    client: dynamodb,
    tableName: dynamodbTableName(TRADES, settings.TABLE_PREFIX),
    seed: readSeedFile(s3, bucket, settings.SEED_KEY),
    rejected: new RejectedFile(s3, { bucket, table, runId: runIdOf(startedAt, context.awsRequestId) }),
  });
  reportIngested(telemetry, { table, rows, rejected, startedAt });
  return { table, rows, rejected: rejected.count };
});
