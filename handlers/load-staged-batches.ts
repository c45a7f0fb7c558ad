/** Files in S3 → Redshift, every few minutes, one run at a time. */
import { setTimeout as pause } from 'node:timers/promises';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { parseHandlerSettings } from '../pipeline/handler-environment';
import { BatchStore } from '../pipeline/load/batch-store';
import { loadTable, type TableLoad } from '../pipeline/load/load-table';
import { loadTables, type TableOutcome } from '../pipeline/load/load-tables';
import { dynamodbTables } from '../pipeline/tables';
import { type Telemetry, withTelemetry } from '../pipeline/telemetry';
import { checkFormats, readFormats } from '../pipeline/warehouse/formats';
import { handlerDataApi } from '../pipeline/warehouse/handler-data-api';

const settings = parseHandlerSettings('load-staged-batches', process.env);
// Tables begin side by side, and the Data API admits so many calls of a kind per second.
const redshift = new RedshiftDataClient({ maxAttempts: 8 });
const store = new BatchStore(new S3Client({}), settings.DATA_BUCKET);

export interface LoadResult {
  readonly tables: readonly {
    readonly table: string;
    readonly files: number;
    readonly rows: number;
    readonly status: 'loaded' | 'nothing-to-load' | 'left-for-the-next-run';
  }[];
}

export const handler = withTelemetry(
  'load-staged-batches',
  async (_event: unknown, telemetry, context): Promise<LoadResult> => {
    const remainingMs = (): number => context.getRemainingTimeInMillis();
    const dataApi = handlerDataApi(settings, { client: redshift, remainingMs });
    const commit = {
      copyRoleArn: settings.COPY_ROLE_ARN,
      tombstoneDays: settings.TOMBSTONE_DAYS,
      maxTries: 5,
      pause: async (milliseconds: number) => {
        await pause(milliseconds);
      },
    };
    const limits = { maxFiles: settings.MAX_BATCH_FILES, maxBytes: settings.MAX_BATCH_BYTES };
    // What cannot be moved keeps no table waiting; the run fails by it all the same.
    const [moved] = await Promise.allSettled([rejectStrangeObjects(telemetry)]);
    const formats = await readFormats(dataApi);
    const outcomes = await loadTables(dynamodbTables(), {
      remainingMs,
      load: async (table) => {
        const startedAtMs = Date.now();
        checkFormats(formats, table);
        const load = await loadTable({ dataApi, store, commit }, table, { limits, remainingMs });
        report(load, startedAtMs, telemetry);
        return load;
      },
    });
    throwFirst(outcomes, telemetry);
    if (moved.status === 'rejected') throw moved.reason;
    return { tables: outcomes.flatMap(summaryOf) };
  },
);

/** One table's trouble has kept no other waiting; the run fails by it all the same, so that it shows. */
function throwFirst(outcomes: readonly TableOutcome[], telemetry: Telemetry): void {
  const failed = outcomes.flatMap(({ table, result }) =>
    result.status === 'failed' ? [{ table: table.name, error: result.error }] : [],
  );
  for (const { table, error } of failed) {
    const reason = error instanceof Error ? error.message : String(error);
    telemetry.warn('a table could not be loaded', { table, reason });
  }
  if (failed[0] !== undefined) throw failed[0].error;
}

function summaryOf({ table: { name: table }, result }: TableOutcome): LoadResult['tables'] {
  if (result.status === 'failed') return [];
  if (result.status === 'left') return [{ table, files: 0, rows: 0, status: 'left-for-the-next-run' }];
  const { files, rows } = result.load;
  return [{ table, files, rows, status: files > 0 ? 'loaded' : 'nothing-to-load' }];
}

/** Objects that no table's load would ever see. They count for the first table, so that an alarm fires. */
async function rejectStrangeObjects(telemetry: Telemetry): Promise<void> {
  const names = dynamodbTables().map(({ name }) => name);
  const strange = await store.rejectStrange(names);
  for (const { key, movedTo, reason } of strange) {
    telemetry.warn('an object that is no staged file was rejected', { key, movedTo, reason });
  }
  if (strange.length > 0) telemetry.count('RejectedFiles', strange.length, names[0]);
}

function report(load: TableLoad, startedAtMs: number, telemetry: Telemetry): void {
  const { table, files, rows, upserted, deleted, rejected } = load;
  const lagMs =
    load.newestChangedAtMs === undefined ? null : Math.max(0, Date.now() - load.newestChangedAtMs);
  telemetry.count('LoadedRows', rows, table);
  telemetry.count('LoadedFiles', files, table);
  telemetry.count('RejectedFiles', rejected.length, table);
  if (lagMs !== null) telemetry.seconds('LoadLag', lagMs / 1000, table);
  for (const { key, reason, line, column } of rejected) {
    telemetry.warn('a staged file was rejected', { table, key, reason, line, column });
  }
  telemetry.report('loaded', {
    table,
    files,
    rows,
    upserted,
    deleted,
    rejected: rejected.length,
    lagMs,
    elapsedMs: Date.now() - startedAtMs,
    batchId: load.lastBatchId ?? null,
  });
}
