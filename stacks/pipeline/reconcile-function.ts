/** The function that compares the sources with the warehouse. */
import { dynamodbTables } from '../../pipeline/tables';
import { stackOf } from '../constructs/stack-of';
import type { PipelineFunctionSpec, SpecContext } from './function-spec';

export function reconcileTablesFunction({
  scope,
  inputs,
  statements,
}: SpecContext): PipelineFunctionSpec<'reconcile-tables'> {
  const { names, settings } = stackOf(scope);
  const secret = inputs.storage.mysql_reconcile_secret_arn;
  return {
    handler: 'reconcile-tables',
    description: 'Compares every replicated table with its target: counts, content, freshness',
    startedBy: 'schedule',
    talksToMysql: true,
    environment: {
      CLUSTER_IDENTIFIER: names.cluster,
      DATABASE_NAME: settings.redshift.database,
      TABLE_PREFIX: names.tablePrefix,
      MYSQL_SECRET_ARN: secret,
    },
    statements: [
      ...statements.warehouse({
        run: ['ExecuteStatement'],
        follow: ['DescribeStatement', 'GetStatementResult'],
        identity: 'iam',
      }),
      statements.secrets('ReadMysqlUser', ['GetSecretValue'], [secret]),
      statements.tables('ReadItems', ['BatchGetItem', 'Scan'], dynamodbTables()),
      statements.key(['Decrypt'], ['dynamodb', 'secretsmanager']),
    ],
  };
}
