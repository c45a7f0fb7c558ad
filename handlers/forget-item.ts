/** One item of a DynamoDB table → no copy of it in the warehouse or the data bucket. Started by a person, in steps. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { sourceReadFailure } from '../pipeline/dynamodb/dynamodb-errors';
import { PipelineError } from '../pipeline/errors';
import { fileVersions } from '../pipeline/forget/file-versions';
import { type ForgetStep, forgetItem } from '../pipeline/forget/forget-item';
import { type ForgetRequest, parseForgetRequest } from '../pipeline/forget/forget-request';
import { parseHandlerSettings, tableNamesOf } from '../pipeline/handler-environment';
import { BackfillStore } from '../pipeline/stage/backfill-store';
import { dynamodbTableName, TABLES } from '../pipeline/tables';
import { withTelemetry } from '../pipeline/telemetry';
import { handlerDataApi } from '../pipeline/warehouse/handler-data-api';

const settings = parseHandlerSettings('forget-item', process.env);
const dynamodb = new DynamoDBClient({});
const redshift = new RedshiftDataClient({});
const s3 = new S3Client({});

export interface ForgetResult extends ForgetStep {
  readonly table: string;
  readonly isDone: boolean;
}

export const handler = withTelemetry(
  'forget-item',
  async (event: unknown, telemetry, context): Promise<ForgetResult> => {
    const request = parseForgetRequest(event, TABLES);
    await refuseLive(request);
    const remainingMs = (): number => context.getRemainingTimeInMillis();
    const dataApi = handlerDataApi(settings, { client: redshift, remainingMs });
    const ports = { dataApi, files: fileVersions(s3, settings.DATA_BUCKET), remainingMs };
    const { table, key, next } = request;
    const step = await forgetItem(table, key, next, ports);
    const { unreadable, ...counts } = step.copies;
    const isDone = step.next === undefined;
    telemetry.report('forgotten', { table: table.name, isDone, ...counts, unreadable: unreadable.length });
    return { table: table.name, isDone, ...step };
  },
);

/** An item that is there would come back, and so might one that a backfill has read. */
async function refuseLive({ table, key, next }: ForgetRequest): Promise<void> {
  const tableName = dynamodbTableName(table, tableNamesOf(settings));
  const names = Object.fromEntries(table.key.map((name, at) => [`#k${at}`, name]));
  const { Item: item } = await dynamodb
    .send(
      new GetItemCommand({
        TableName: tableName,
        Key: key,
        ConsistentRead: true,
        ProjectionExpression: Object.keys(names).join(', '),
        ExpressionAttributeNames: names,
      }),
    )
    .catch((error: unknown) => {
      throw sourceReadFailure(error, tableName);
    });
  if (item !== undefined) {
    throw notReady(
      `the item is still in ${tableName} and would come back. Delete it there, then run this again`,
    );
  }
  if (next !== undefined) return;
  const backfill = await new BackfillStore(s3, settings.DATA_BUCKET).readState(table);
  if (backfill?.isDone === false) {
    throw notReady(
      `a backfill of ${table.name} is under way and may have read the item. Wait until it is done`,
    );
  }
}

const notReady = (message: string): PipelineError =>
  new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message: `nothing was forgotten: ${message}`,
  });
