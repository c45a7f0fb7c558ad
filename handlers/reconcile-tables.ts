/** Proves the warehouse equal to its sources: sweeps of every table, begun by one schedule and resumed by another. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { keepAttributeNames } from '../pipeline/dynamodb/exact-names';
import { parseHandlerSettings, tableNamesOf } from '../pipeline/handler-environment';
import { mysqlSecret } from '../pipeline/secrets';
import { type Telemetry, withTelemetry } from '../pipeline/telemetry';
import { comparedSource } from '../pipeline/verify/compared-sources';
import { SYSTEM_CLOCK } from '../pipeline/verify/follow-differences';
import { parseReconcileRequest } from '../pipeline/verify/reconcile-request';
import { type ReconciledTable, reconcileFailure, reconcileTables } from '../pipeline/verify/reconcile-tables';
import { handlerDataApi } from '../pipeline/warehouse/handler-data-api';

const settings = parseHandlerSettings('reconcile-tables', process.env);
const redshift = new RedshiftDataClient({});
const client = keepAttributeNames(new DynamoDBClient({}));
const secret = mysqlSecret(new SecretsManagerClient({}), settings.MYSQL_SECRET_ARN);

/** The caller gets more when it asks for keys. */
const LOGGED_EXAMPLES = 5;

interface Result {
  /** Another run was at it, and this one did nothing. */
  readonly isSkipped: boolean;
  readonly tables: readonly Omit<ReconciledTable, 'table'>[];
}

export const handler = withTelemetry<unknown, Result>(
  'reconcile-tables',
  async (event, telemetry, context) => {
    const request = parseReconcileRequest(event);
    const remainingMs = (): number => context.getRemainingTimeInMillis();
    const warehouse = handlerDataApi(settings, { client: redshift, remainingMs });
    const sources = {
      mysql: { secret, ...(settings.MYSQL_CA === undefined ? {} : { options: { ca: settings.MYSQL_CA } }) },
      dynamodb: { client, tablePrefix: tableNamesOf(settings) },
      warehouse,
      readUnitsPerSecond: settings.READ_UNITS_PER_SECOND,
      consistentScan: request.drained,
      clock: SYSTEM_CLOCK,
    };
    const { isSkipped, tables, failed } = await reconcileTables({
      ...request,
      warehouse,
      sourceOf: (table) => comparedSource(table, sources),
      spreadSeconds: settings.SPREAD_SECONDS,
      endsAtMs: Date.now() + remainingMs(),
    });
    if (isSkipped) telemetry.report('skipped', { reason: 'another reconciliation is running' });
    for (const table of tables) report(table, telemetry);
    if (failed.length > 0) throw reconcileFailure(failed);
    return { isSkipped, tables: tables.map(({ table: _, ...rest }) => rest) };
  },
);

function report(reconciled: ReconciledTable, telemetry: Telemetry): void {
  const { table, source: _source, target: _target, examples, isComplete, isNews, ...counts } = reconciled;
  telemetry.count('Mismatches', counts.mismatches, table);
  telemetry.count('ReadUnits', counts.readUnits, table);
  telemetry.percent('SweepProgressPercent', counts.progressPercent, table);
  if (counts.progressPercent === 100) {
    telemetry.count('SourceRows', counts.sourceRows, table);
    telemetry.count('TargetRows', counts.targetRows, table);
    telemetry.count('FlaggedRows', counts.flagged, table);
  }
  if (!isComplete) {
    telemetry.warn('more differs than one run looks into; the counts are lower bounds', { table });
  }
  for (const { kind, keyHash } of examples.slice(0, LOGGED_EXAMPLES))
    telemetry.warn('a row does not match', { table, kind, keyHash });
  if (isNews) telemetry.report('reconciled', { table, ...counts });
}
