/** Compares the sources with the warehouse and emits mismatches and freshness, every few minutes. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { keepAttributeNames } from '../pipeline/dynamodb/exact-names';
import { parseHandlerSettings } from '../pipeline/handler-environment';
import { mysqlSecret } from '../pipeline/secrets';
import { dynamodbTableName, type ReplicatedTable } from '../pipeline/tables';
import { type Telemetry, withTelemetry } from '../pipeline/telemetry';
import { dynamodbSide } from '../pipeline/verify/dynamodb-side';
import { mysqlSide } from '../pipeline/verify/mysql-side';
import { parseReconcileRequest } from '../pipeline/verify/reconcile-request';
import { type ReconciledTable, reconcileFailure, reconcileTables } from '../pipeline/verify/reconcile-tables';
import type { ComparedSide } from '../pipeline/verify/side';
import { DataApi } from '../pipeline/warehouse/data-api';

const settings = parseHandlerSettings('reconcile-tables', process.env);
const redshift = new RedshiftDataClient({});
const dynamodb = keepAttributeNames(new DynamoDBClient({}));
const secret = mysqlSecret(new SecretsManagerClient({}), settings.MYSQL_SECRET_ARN);

interface Result {
  readonly tables: readonly Omit<ReconciledTable, 'table'>[];
}

export const handler = withTelemetry<unknown, Result>(
  'reconcile-tables',
  async (event, telemetry, context) => {
    const request = parseReconcileRequest(event);
    const remainingMs = (): number => context.getRemainingTimeInMillis();
    const { tables, failed } = await reconcileTables({
      ...request,
      warehouse: new DataApi({
        client: redshift,
        clusterIdentifier: settings.CLUSTER_IDENTIFIER,
        database: settings.DATABASE_NAME,
        remainingMs,
      }),
      sourceSide: (table) => sourceSide(table, request.drained),
      endsAtMs: Date.now() + remainingMs(),
    });
    for (const table of tables) report(table, telemetry);
    if (failed.length > 0) throw reconcileFailure(failed);
    return { tables: tables.map(({ table: _, ...rest }) => rest) };
  },
);

function sourceSide(table: ReplicatedTable, drained: boolean): ComparedSide {
  if (table.source === 'mysql') return mysqlSide(secret, table);
  const tableName = dynamodbTableName(table, settings.TABLE_PREFIX);
  return dynamodbSide(table, { client: dynamodb, tableName, consistentScan: drained });
}

function report(reconciled: ReconciledTable, telemetry: Telemetry): void {
  const { table, source: _source, target: _target, examples, isComplete, ...counts } = reconciled;
  telemetry.count('Mismatches', counts.mismatches, table);
  telemetry.seconds('FreshnessSeconds', counts.freshnessSeconds, table);
  telemetry.count('SourceRows', counts.sourceRows, table);
  telemetry.count('TargetRows', counts.targetRows, table);
  telemetry.count('FlaggedRows', counts.flagged, table);
  if (!isComplete) {
    telemetry.warn('more differs than one run looks into; the counts are lower bounds', { table });
  }
  for (const { kind, keyHash } of examples) telemetry.warn('a row does not match', { table, kind, keyHash });
  telemetry.report('reconciled', { table, ...counts });
}
