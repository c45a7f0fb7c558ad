/**
 * Set-up of the warehouse, invoked at each deploy before anything is scheduled. Running it again changes nothing;
 * when the deployment is destroyed it does nothing.
 */
import { RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseDeployEvent } from '../pipeline/deploy-event';
import { parseHandlerSettings } from '../pipeline/handler-environment';
import { writeSetUpRecord } from '../pipeline/set-up-record';
import { TABLES } from '../pipeline/tables';
import { withTelemetry } from '../pipeline/telemetry';
import { type ChangedTable, changeTable, parseChangeRequest } from '../pipeline/warehouse/change-table';
import { handlerDataApi } from '../pipeline/warehouse/handler-data-api';
import { type PreparedWarehouse, prepareWarehouse } from '../pipeline/warehouse/prepare-warehouse';

const settings = parseHandlerSettings('prepare-warehouse', process.env);
const redshift = new RedshiftDataClient({});
const secrets = new SecretsManagerClient({});
const s3 = new S3Client({});

const NOTHING: PreparedWarehouse = { schemas: [], tables: [], users: [], laidOut: [], refused: [] };

export const handler = withTelemetry<unknown, PreparedWarehouse | ChangedTable>(
  'prepare-warehouse',
  async (event, telemetry, context) => {
    if (parseDeployEvent(event).action === 'delete') return NOTHING;
    const dataApi = handlerDataApi(settings, {
      client: redshift,
      secretArn: settings.WAREHOUSE_ADMIN_SECRET_ARN,
      remainingMs: () => context.getRemainingTimeInMillis(),
    });
    const request = parseChangeRequest(event);
    if (request !== undefined) {
      const changed = await changeTable(dataApi, TABLES, request);
      for (const change of changed.plan) telemetry.report('planned', { table: changed.table, change });
      return changed;
    }
    const prepared = await prepareWarehouse({
      dataApi,
      secrets,
      replicationSecretArn: settings.WAREHOUSE_DMS_SECRET_ARN,
      address: { host: settings.WAREHOUSE_HOST, port: settings.WAREHOUSE_PORT },
      loaderUser: settings.LOADER_DB_USER,
      reconcilerUser: settings.RECONCILER_DB_USER,
      freshnessUser: settings.FRESHNESS_DB_USER,
      forgetterUser: settings.FORGETTER_DB_USER,
      withBiViews: settings.BI_VIEWS === 'on',
      biSecretArn: settings.WAREHOUSE_BI_SECRET_ARN,
      withApiTables: settings.API_TABLES === 'on',
      onPlanned: ({ table, change, statement }) => telemetry.report('planned', { table, change, statement }),
    });
    await writeSetUpRecord(s3, settings.DATA_BUCKET, {
      handler: 'prepare-warehouse',
      fingerprint: settings.SET_UP_FINGERPRINT,
    });
    for (const { table, reason } of prepared.refused) telemetry.report('refused', { table, reason });
    telemetry.report('prepared', {
      schemas: prepared.schemas.join(', '),
      tables: prepared.tables.join(', '),
      users: prepared.users.join(', '),
      ...(prepared.views === undefined ? {} : { views: prepared.views.join(', ') }),
    });
    return prepared;
  },
);
