/** Emits how far each target is behind its source and how old its proof is, every few minutes. */
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { parseHandlerSettings } from '../pipeline/handler-environment';
import { BatchStore } from '../pipeline/load/batch-store';
import { asksForTables } from '../pipeline/schedule-event';
import { withTelemetry } from '../pipeline/telemetry';
import { type DescribedTable, describeTables } from '../pipeline/verify/describe-tables';
import { type MeasuredTable, measureFreshness, worstOf } from '../pipeline/verify/measure-freshness';
import { handlerDataApi } from '../pipeline/warehouse/handler-data-api';
import { watchedTables } from '../pipeline/watched-tables';

const settings = parseHandlerSettings('measure-freshness', process.env);
const redshift = new RedshiftDataClient({});
const store = new BatchStore(new S3Client({}), settings.DATA_BUCKET);

interface Result {
  readonly tables: readonly MeasuredTable[];
}

interface Described {
  readonly tables: readonly DescribedTable[];
}

export const handler = withTelemetry(
  'measure-freshness',
  async (event: unknown, telemetry, context): Promise<Result | Described> => {
    const warehouse = handlerDataApi(settings, {
      client: redshift,
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    const tables = await measureFreshness({ warehouse, store, nowMs: () => Date.now() });
    for (const { subject, tables: together } of watchedTables()) {
      const { freshnessSeconds, proofAgeSeconds } = worstOf(tables, together);
      // What is not known has no value: an alarm that gets none fires.
      if (freshnessSeconds !== undefined) telemetry.seconds('FreshnessSeconds', freshnessSeconds, subject);
      if (proofAgeSeconds !== undefined) telemetry.seconds('ProofAgeSeconds', proofAgeSeconds, subject);
    }
    for (const { table, freshnessSeconds, proofAgeSeconds } of tables) {
      telemetry.report('measured', {
        table,
        freshnessSeconds: freshnessSeconds ?? null,
        proofAgeSeconds: proofAgeSeconds ?? null,
      });
    }
    const nowMs = () => Date.now();
    return asksForTables(event) ? { tables: await describeTables(tables, { warehouse, nowMs }) } : { tables };
  },
);
