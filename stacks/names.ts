/**
 * Every physical name and every ARN that can be known before anything exists (decision D2): `<project>-<environment>-<thing>`.
 * Policies and environments built from them are literal text, which a plan shows as is.
 */
import type { HandlerName } from '../pipeline/handler-environment';
import type { DynamodbTable } from '../pipeline/tables';
import { arnOfTable } from './settings/dynamodb';
import type { Settings } from './settings-schema';
import { warehouseNames } from './warehouse-names';

export type SecretName = 'mysql-ingest' | 'mysql-reconcile' | 'mysql-dms' | 'warehouse-dms' | 'warehouse-bi';

export type Names = ReturnType<typeof buildNames>;

export function buildNames(settings: Settings) {
  const { project, environment, accountId, region } = settings;
  const prefix = `${project}-${environment}`;
  const of = (thing: string): string => `${prefix}-${thing}`;
  const arn = (service: string, resource: string): string =>
    `arn:aws:${service}:${region}:${accountId}:${resource}`;
  const { existing = {} } = settings.dynamodb;
  const warehouse = warehouseNames(settings, of('warehouse'));
  return {
    prefix,
    of,
    arn,
    /** A bucket's name is globally unique, hence the account in it. */
    dataBucket: `${prefix}-${accountId}-data`,
    accessLogBucket: `${prefix}-${accountId}-access-logs`,
    /** Named as in the policies of the DMS user guide. */
    dmsBucket: `dms-${prefix}-${accountId}`,
    /** The buckets of every environment of this project in this account, which share the role `dms-access-for-endpoint`. */
    dmsBuckets: `dms-${project}-*-${accountId}`,
    bucketArn: (bucket: string): string => `arn:aws:s3:::${bucket}`,
    roleArn: (role: string): string => `arn:aws:iam::${accountId}:role/${role}`,
    accountRootArn: `arn:aws:iam::${accountId}:root`,
    tablePrefix: `${prefix}-`,
    table: (table: DynamodbTable): string => existing[table.name]?.name ?? `${prefix}-${table.name}`,
    isExisting: (table: DynamodbTable): boolean => existing[table.name] !== undefined,
    /** Tables that somebody else made, as the functions call them; JSON. Absent where there are none. */
    existingTables: existingTables(settings),
    /** A pattern: all tables that this deployment makes. */
    everyTableArn: arn('dynamodb', `table/${prefix}-*`),
    tableArn: (table: DynamodbTable): string => {
      const { [table.name]: there } = existing;
      return there === undefined ? arn('dynamodb', `table/${prefix}-${table.name}`) : arnOfTable(there);
    },
    function: (handler: HandlerName): string => of(handler),
    functionArn: (handler: HandlerName): string => arn('lambda', `function:${of(handler)}`),
    secret: (secret: SecretName): string => of(secret),
    mysqlInstance: of('mysql'),
    warehouse,
    databaseArn: arn('redshift', `dbname:${warehouse.name}/${settings.redshift.database}`),
    copyRole: of('warehouse-copy'),
    dmsWarehouseRole: of('dms-warehouse'),
    replicationInstance: of('replication'),
    replicationTask: of('mysql-to-warehouse'),
    /** Last part of the task's ARN, at most 31 characters; DMS uses it as the task's metric dimension. */
    replicationTaskResource: of('mysql'),
    replicationTaskArn: arn('dms', `task:${of('mysql')}`),
    scheduleGroup: prefix,
    alarmTopic: of('alarms'),
    alarmTopicArn: arn('sns', of('alarms')),
    queueArn: (queue: string): string => arn('sqs', queue),
    deadLetters: (handler: HandlerName): string => of(`${handler}-dead-letters`),
    queueUrl: (queue: string): string =>
      `https://sqs.${settings.region}.amazonaws.com/${settings.accountId}/${queue}`,
    logGroupArn: (logGroup: string): string => arn('logs', `log-group:${logGroup}`),
    /** The only name that a replication instance writes to. */
    replicationLogGroup: `dms-tasks-${of('replication')}`,
    deliveryStreamArn: (stream: string): string => arn('firehose', `deliverystream/${stream}`),
    metricsNamespace: prefix,
    /** The API's stage, the first part of every path. */
    apiStage: 'v1',
    /** Table of the requests that the API has done. */
    apiRequests: of('api-requests'),
  };
}

/** A table of another account is called by its ARN. */
function existingTables({ dynamodb, accountId }: Settings): string | undefined {
  const { existing } = dynamodb;
  if (existing === undefined) return undefined;
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(existing).map(([table, there]) => {
        const arn = arnOfTable(there);
        return [table, arn.split(':')[4] === accountId ? there.name : arn];
      }),
    ),
  );
}
