/** DynamoDB tables as they are → files in S3, in steps. */
import { setTimeout as pause } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { describeSource } from '../pipeline/dynamodb/describe-source';
import { keepAttributeNames } from '../pipeline/dynamodb/exact-names';
import { readSegmentPage } from '../pipeline/dynamodb/scan-segment';
import { parseHandlerSettings, tableNamesOf } from '../pipeline/handler-environment';
import { runSideBySide } from '../pipeline/side-by-side';
import { hashOfColumns, nextBackfill } from '../pipeline/stage/backfill-due';
import { parseBackfillRequest } from '../pipeline/stage/backfill-request';
import type { BackfillState } from '../pipeline/stage/backfill-state';
import { BackfillStore } from '../pipeline/stage/backfill-store';
import { runBackfillStep } from '../pipeline/stage/backfill-table';
import { type DynamodbTable, dynamodbTableName, dynamodbTables } from '../pipeline/tables';
import { type Telemetry, withTelemetry } from '../pipeline/telemetry';

const settings = parseHandlerSettings('backfill-tables', process.env);
const client = keepAttributeNames(new DynamoDBClient({}));
const store = new BackfillStore(new S3Client({}), settings.DATA_BUCKET);

/** A table that takes hours must not keep hundreds of others waiting; each has some pages in memory. */
const PARALLEL_TABLES = 4;

export interface BackfillResult {
  readonly tables: readonly {
    readonly table: string;
    readonly items: number;
    readonly rejected: number;
    readonly isDone: boolean;
  }[];
}

/** Continues what is unfinished; `{"table": "trades"}` begins a backfill, `"continue": true` with it does not. */
export const handler = withTelemetry(
  'backfill-tables',
  async (event: unknown, telemetry, context): Promise<BackfillResult> => {
    const request = parseBackfillRequest(event, dynamodbTables());
    const remainingMs = (): number => context.getRemainingTimeInMillis();
    const results = await runSideBySide(request.tables, {
      parallelism: PARALLEL_TABLES,
      work: async (table) => {
        const state = await backfill(table, request.reason, { telemetry, remainingMs });
        const { itemCount: items, rejectedCount: rejected, isDone } = state;
        return { table: table.name, items, rejected, isDone };
      },
    });
    throwFirst(request.tables, results, telemetry);
    return { tables: results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])) };
  },
);

/** One table's trouble has kept no other waiting; the run fails by it all the same, so that it shows, and each is named. */
function throwFirst(
  tables: readonly DynamodbTable[],
  results: readonly PromiseSettledResult<unknown>[],
  telemetry: Telemetry,
): void {
  const failed = results.flatMap((result, at) =>
    result.status === 'rejected' ? [{ table: tables[at]?.name ?? '', error: result.reason as unknown }] : [],
  );
  for (const { table, error } of failed) {
    const reason = error instanceof Error ? error.message : String(error);
    telemetry.warn('a table could not be backfilled', { table, reason });
  }
  if (failed[0] !== undefined) throw failed[0].error;
}

async function backfill(
  table: DynamodbTable,
  reason: string | undefined,
  { telemetry, remainingMs }: { telemetry: Telemetry; remainingMs: () => number },
): Promise<BackfillState> {
  const tableName = dynamodbTableName(table, tableNamesOf(settings));
  const source = await describeSource(client, tableName);
  const known = await store.readState(table);
  const begun = nextBackfill(source, known, { asked: reason, columns: hashOfColumns(table) });
  if (begun !== known) {
    await store.saveState(table, begun);
    if (!begun.isDone && begun.startedAtMs !== known?.startedAtMs)
      telemetry.warn('a backfill begins', { table: table.name, reason: begun.reason });
  }
  if (begun.isDone) return begun;
  const state = await runBackfillStep(table, begun, {
    scan: (segment, segmentCount, from) =>
      readSegmentPage(client, { tableName, segment, segmentCount, from }),
    writeFile: (file) => store.writeFile(file),
    saveState: (saved) => store.saveState(table, saved),
    writeEnd: (runId, ended) => store.writeEnd(table, runId, ended),
    reject: (error) => telemetry.warn(error.message, { code: error.code, ...error.context }),
    pause: async (milliseconds) => {
      await pause(milliseconds);
    },
    remainingMs,
    maxReadUnitsPerSecond: settings.MAX_READ_UNITS_PER_SECOND,
  });
  const { itemCount: items, rejectedCount: rejected, isDone } = state;
  telemetry.count('InvalidRecords', rejected - begun.rejectedCount);
  telemetry.report('backfilled', { table: table.name, items, rejected, isDone, reason: state.reason });
  return state;
}
