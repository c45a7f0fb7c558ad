/** The functions that set up both databases, run on each deploy; running them again changes nothing. */

import { SET_UP_PREFIX } from '../../pipeline/s3-layout';
import { warehousePortOf } from '../constructs/security-groups';
import { stackOf } from '../constructs/stack-of';
import type { ExistingMysql } from '../settings/mysql';
import { isExistingRedshift } from '../settings/redshift';
import type { PipelineFunctionSpec, SpecContext } from './function-spec';
import { mysqlAuthority } from './inputs';

export function prepareMysqlFunction({
  scope,
  inputs,
  statements,
  setUps,
}: SpecContext): PipelineFunctionSpec<'prepare-mysql'> {
  const { names, settings } = stackOf(scope);
  const { storage } = inputs;
  const { mysql } = settings;
  const ingest = inputs.mysqlIngestSecretArn;
  const users = [
    ...(ingest === undefined ? [] : [ingest]),
    storage.mysql_reconcile_secret_arn,
    storage.mysql_dms_secret_arn,
  ];
  return {
    handler: 'prepare-mysql',
    description:
      mysql.kind === 'new'
        ? 'Creates databases, tables and users in MySQL, and fills the secrets of the users'
        : 'Checks the MySQL server, and makes in it what the settings allow by name',
    startedBy: 'deploy',
    talksToMysql: true,
    environment: {
      MYSQL_HOST: storage.mysql_host,
      MYSQL_PORT: storage.mysql_port,
      MYSQL_ADMIN_SECRET_ARN: storage.mysql_admin_secret_arn,
      ...(ingest === undefined ? {} : { MYSQL_INGEST_SECRET_ARN: ingest }),
      MYSQL_RECONCILE_SECRET_ARN: storage.mysql_reconcile_secret_arn,
      MYSQL_DMS_SECRET_ARN: storage.mysql_dms_secret_arn,
      BINLOG_RETENTION_HOURS: String(mysql.binlogRetentionHours),
      ...(mysql.kind === 'new'
        ? {}
        : {
            MYSQL_SERVER: mysql.server,
            MYSQL_MAY_CHANGE: changesInside(mysql).join(','),
            ...(mysql.heartbeat === undefined ? {} : { MYSQL_HEARTBEAT: mysql.heartbeat }),
          }),
      ...mysqlAuthority(inputs),
      ...(settings.api === undefined ? {} : { API_REQUESTS: 'on' }),
      DATA_BUCKET: names.dataBucket,
      SET_UP_FINGERPRINT: setUps['prepare-mysql'],
    },
    statements: [
      statements.secrets(
        'ReadAdmin',
        ['GetSecretValue'],
        [mysql.kind === 'new' ? storage.mysql_admin_secret_arn : mysql.adminSecretArn],
      ),
      statements.secrets('FillUsers', ['GetSecretValue', 'PutSecretValue'], users),
      statements.objects('RecordSetUp', ['PutObject'], [`${SET_UP_PREFIX}prepare-mysql`]),
      statements.key(['Decrypt', 'GenerateDataKey'], ['s3', 'secretsmanager']),
      ...(mysql.kind === 'existing' && mysql.adminSecretKeyArn !== undefined
        ? [statements.otherKey('DecryptAdmin', [mysql.adminSecretKeyArn], ['secretsmanager'])]
        : []),
    ],
  };
}

/** What set-up may change in the server itself; rules of its security group are the network stack's. */
const changesInside = ({ mayChange }: ExistingMysql): string[] =>
  mayChange.filter((change) => change !== 'security-group');

export function prepareWarehouseFunction({
  scope,
  inputs,
  statements,
  setUps,
}: SpecContext): PipelineFunctionSpec<'prepare-warehouse'> {
  const { names, settings } = stackOf(scope);
  const { warehouse, quickSight } = inputs;
  const brought = isExistingRedshift(settings.redshift) ? settings.redshift : undefined;
  return {
    handler: 'prepare-warehouse',
    description: 'Creates schemas, tables, users and grants in Redshift, and fills the secrets of the users',
    startedBy: 'deploy',
    talksToMysql: false,
    environment: {
      ...names.warehouse.variable,
      DATABASE_NAME: settings.redshift.database,
      WAREHOUSE_HOST: warehouse.warehouse_host,
      WAREHOUSE_PORT: String(warehousePortOf(settings.redshift)),
      WAREHOUSE_ADMIN_SECRET_ARN: warehouse.warehouse_admin_secret_arn,
      WAREHOUSE_DMS_SECRET_ARN: warehouse.warehouse_dms_secret_arn,
      // The database user that Redshift creates for a role that signs in with IAM.
      LOADER_DB_USER: `IAMR:${names.function('load-staged-batches')}`,
      RECONCILER_DB_USER: `IAMR:${names.function('reconcile-tables')}`,
      FRESHNESS_DB_USER: `IAMR:${names.function('measure-freshness')}`,
      FORGETTER_DB_USER: `IAMR:${names.function('forget-item')}`,
      ...(settings.bi === undefined ? {} : { BI_VIEWS: 'on' }),
      ...(quickSight === undefined ? {} : { WAREHOUSE_BI_SECRET_ARN: quickSight.secretArn }),
      ...(settings.api === undefined ? {} : { API_TABLES: 'on' }),
      DATA_BUCKET: names.dataBucket,
      SET_UP_FINGERPRINT: setUps['prepare-warehouse'],
    },
    statements: [
      ...statements.warehouse({
        run: ['BatchExecuteStatement', 'ExecuteStatement'],
        follow: ['DescribeStatement', 'GetStatementResult'],
        identity: 'secret',
      }),
      statements.secrets(
        'ReadAdmin',
        ['GetSecretValue'],
        [brought?.adminSecretArn ?? warehouse.warehouse_admin_secret_arn],
      ),
      ...(brought?.adminSecretKeyArn === undefined
        ? []
        : [statements.otherKey('DecryptAdmin', [brought.adminSecretKeyArn], ['secretsmanager'])]),
      statements.secrets(
        'FillUsers',
        ['GetSecretValue', 'PutSecretValue'],
        [warehouse.warehouse_dms_secret_arn, ...(quickSight === undefined ? [] : [quickSight.secretArn])],
      ),
      statements.objects('RecordSetUp', ['PutObject'], [`${SET_UP_PREFIX}prepare-warehouse`]),
      statements.key(['Decrypt', 'GenerateDataKey'], ['s3', 'secretsmanager']),
    ],
  };
}
