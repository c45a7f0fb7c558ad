/**
 * Set-up of the MySQL source, invoked at each deploy before anything is scheduled. Running it again changes nothing;
 * when the deployment is destroyed it does nothing.
 */
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseDeployEvent } from '../pipeline/deploy-event';
import { parseHandlerSettings } from '../pipeline/handler-environment';
import { prepareExistingMysql } from '../pipeline/mysql/prepare-existing-mysql';
import { type PreparedMysql, prepareMysql } from '../pipeline/mysql/prepare-mysql';
import { writeSetUpRecord } from '../pipeline/set-up-record';
import { dynamodbTables } from '../pipeline/tables';
import { withTelemetry } from '../pipeline/telemetry';

const settings = parseHandlerSettings('prepare-mysql', process.env);
const secrets = new SecretsManagerClient({});
const s3 = new S3Client({});

const NOTHING: PreparedMysql = { databases: [], tables: [], refused: [], ignored: [], users: [] };

export const handler = withTelemetry<unknown, PreparedMysql>('prepare-mysql', async (event, telemetry) => {
  if (parseDeployEvent(event).action === 'delete') return NOTHING;
  const prepared = await prepare();
  // With no table left the deploy continues for the other source; the replication task waits, and its alarm fires.
  if (prepared.tables.length > 0 || prepared.refused.length === 0)
    await writeSetUpRecord(s3, settings.DATA_BUCKET, {
      handler: 'prepare-mysql',
      fingerprint: settings.SET_UP_FINGERPRINT,
    });
  for (const { table, reason } of prepared.refused) telemetry.report('refused', { table, reason });
  for (const { table, column } of prepared.ignored)
    telemetry.warn('a column is not in the catalogue and is ignored', { table, column });
  telemetry.report('prepared', {
    databases: prepared.databases.join(', '),
    tables: prepared.tables.join(', '),
    users: prepared.users.join(', '),
    binlogRetentionHours: settings.BINLOG_RETENTION_HOURS,
  });
  return prepared;
});

function prepare(): Promise<PreparedMysql> {
  const { MYSQL_INGEST_SECRET_ARN: ingest, MYSQL_SERVER: server, MYSQL_CA: ca } = settings;
  const options = {
    address: { host: settings.MYSQL_HOST, port: settings.MYSQL_PORT },
    adminSecretArn: settings.MYSQL_ADMIN_SECRET_ARN,
    userSecretArns: {
      ...(ingest === undefined ? {} : { cdc_ingest: ingest }),
      cdc_reconcile: settings.MYSQL_RECONCILE_SECRET_ARN,
      cdc_dms: settings.MYSQL_DMS_SECRET_ARN,
    },
    binlogRetentionHours: settings.BINLOG_RETENTION_HOURS,
    hasApi: settings.API_REQUESTS === 'on',
    isOnlySource: dynamodbTables().length === 0,
    ...(ca === undefined ? {} : { ca }),
  };
  return server === undefined
    ? prepareMysql(secrets, options)
    : prepareExistingMysql(secrets, {
        ...options,
        server,
        mayChange: settings.MYSQL_MAY_CHANGE ?? [],
        hasHeartbeat: settings.MYSQL_HEARTBEAT === undefined,
      });
}
