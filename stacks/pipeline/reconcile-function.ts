/** The functions that tell how fresh the warehouse is, and prove it equal to its sources. */
import { dynamodbTables } from '../../pipeline/tables';
import { stackOf } from '../constructs/stack-of';
import type { PipelineFunctionSpec, SpecContext } from './function-spec';
import { mysqlAuthority } from './inputs';

export function reconcileTablesFunction({
  scope,
  inputs,
  statements,
}: SpecContext): PipelineFunctionSpec<'reconcile-tables'> {
  const { names, settings } = stackOf(scope);
  const secret = inputs.storage.mysql_reconcile_secret_arn;
  return {
    handler: 'reconcile-tables',
    description: 'Proves every target equal to its source, in sweeps that are cut into runs',
    startedBy: 'schedule',
    talksToMysql: true,
    environment: {
      ...names.warehouse.variable,
      DATABASE_NAME: settings.redshift.database,
      ...statements.tableNames(),
      MYSQL_SECRET_ARN: secret,
      ...mysqlAuthority(inputs),
      READ_UNITS_PER_SECOND: String(settings.reconcile.readUnitsPerSecond),
      SPREAD_SECONDS: String(settings.reconcile.spreadSeconds),
    },
    statements: [
      ...statements.warehouse({
        run: ['BatchExecuteStatement', 'ExecuteStatement'],
        follow: ['DescribeStatement', 'GetStatementResult'],
        identity: 'iam',
      }),
      statements.secrets('ReadMysqlUser', ['GetSecretValue'], [secret]),
      statements.tables('ReadItems', ['BatchGetItem', 'DescribeTable', 'Scan'], dynamodbTables()),
      statements.key(['Decrypt'], ['dynamodb', 'secretsmanager']),
      ...statements.tableKeys(),
    ],
  };
}

/** Outside the network: what it reads is in the warehouse and in S3. */
export function measureFreshnessFunction({
  scope,
  statements,
}: SpecContext): PipelineFunctionSpec<'measure-freshness'> {
  const { names, settings } = stackOf(scope);
  return {
    handler: 'measure-freshness',
    description: 'Measures how far each target is behind its source, and how old its last proof is',
    startedBy: 'schedule',
    talksToMysql: false,
    environment: {
      ...names.warehouse.variable,
      DATABASE_NAME: settings.redshift.database,
      DATA_BUCKET: names.dataBucket,
    },
    statements: [
      ...statements.warehouse({
        run: ['ExecuteStatement'],
        follow: ['DescribeStatement', 'GetStatementResult'],
        identity: 'iam',
      }),
      statements.listObjects('FindStagedFiles'),
    ],
  };
}
