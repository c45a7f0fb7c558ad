/** DynamoDB stream → files in S3. */
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { sourceTables } from '../pipeline/capture/stream-record';
import { parseHandlerSettings, tableNamesOf } from '../pipeline/handler-environment';
import { type DeadLetter, sendDeadLetter } from '../pipeline/stage/dead-letter';
import { stageRecords } from '../pipeline/stage/stage-records';
import type { StagedFile } from '../pipeline/stage/staged-file';
import { writeStagedFile } from '../pipeline/stage/write-staged-file';
import { dynamodbTables } from '../pipeline/tables';
import { type Telemetry, withTelemetry } from '../pipeline/telemetry';

const settings = parseHandlerSettings('stage-stream-records', process.env);
const tables = sourceTables(dynamodbTables(), tableNamesOf(settings));
const s3 = new S3Client({});
// The queue's URL names the queue; where SQS is, the SDK's own settings say.
const sqs = new SQSClient({ useQueueUrlAsEndpoint: false });

/** What `redrive_stream` sends: a record that cannot be taken is reported then, and its letter stays. */
interface StageEvent extends DynamoDBStreamEvent {
  readonly isRedrive?: boolean;
}

export const handler = withTelemetry(
  'stage-stream-records',
  async (event: StageEvent, telemetry: Telemetry): Promise<DynamoDBBatchResponse> => {
    const { files, letters, failures, failure } = await stageRecords(event.Records, {
      tables,
      writeFile: (file) => writeStagedFile(s3, settings.DATA_BUCKET, file),
      ...(event.isRedrive === true
        ? {}
        : {
            sendLetter: (letter: DeadLetter) => sendDeadLetter(sqs, settings.DEAD_LETTER_QUEUE_URL, letter),
          }),
    });
    for (const file of files) report(file, telemetry);
    if (failure !== undefined) {
      telemetry.warn(failure.message, { code: failure.code, ...failure.context });
    }
    for (const { message, ...where } of letters)
      telemetry.warn(message, { outcome: 'dead-letter', ...where });
    telemetry.count('InvalidRecords', failures.length + letters.length);
    return { batchItemFailures: [...failures] };
  },
);

function report(file: StagedFile, telemetry: Telemetry): void {
  const { table, rowCount, flagCount, expiryCount } = file;
  const lagMs = Math.max(0, Date.now() - Date.parse(file.newestChangedAt));
  telemetry.count('StagedRows', rowCount, table.name);
  telemetry.count('StagedFiles', 1, table.name);
  telemetry.count('FlaggedValues', flagCount, table.name);
  telemetry.count('ExpiredItems', expiryCount, table.name);
  telemetry.report('staged', { table: table.name, rows: rowCount, files: 1, lagMs, flagged: flagCount });
}
