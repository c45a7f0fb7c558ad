/** The function that removes every copy of an item, when a person asks for it. */
import { BACKFILL_PREFIX, INCOMING_PREFIX, LOADED_PREFIX, REJECTED_PREFIX } from '../../pipeline/s3-layout';
import { dynamodbTables } from '../../pipeline/tables';
import { stackOf } from '../constructs/stack-of';
import type { PipelineFunctionSpec, SpecContext } from './function-spec';

export function forgetItemFunction({ scope, statements }: SpecContext): PipelineFunctionSpec<'forget-item'> {
  const { names, settings } = stackOf(scope);
  const files = [INCOMING_PREFIX, LOADED_PREFIX, REJECTED_PREFIX];
  return {
    handler: 'forget-item',
    description: 'Removes every copy of an item of DynamoDB from the warehouse and the data bucket',
    startedBy: 'person',
    talksToMysql: false,
    environment: {
      ...names.warehouse.variable,
      DATABASE_NAME: settings.redshift.database,
      DATA_BUCKET: names.dataBucket,
      ...statements.tableNames(),
    },
    statements: [
      ...statements.warehouse({
        run: ['BatchExecuteStatement', 'ExecuteStatement'],
        follow: ['DescribeStatement', 'GetStatementResult'],
        identity: 'iam',
      }),
      statements.tables('LookForItem', ['GetItem'], dynamodbTables()),
      statements.listObjects('FindState'),
      statements.objects('ReadState', ['GetObject'], [BACKFILL_PREFIX]),
      statements.listVersions('FindFiles'),
      statements.objects('RewriteFiles', ['GetObject', 'PutObject'], files),
      statements.objects('RemoveOldVersions', ['GetObjectVersion', 'DeleteObjectVersion'], files),
      statements.key(['Decrypt', 'GenerateDataKey'], ['dynamodb', 's3']),
      ...statements.tableKeys(),
    ],
  };
}
