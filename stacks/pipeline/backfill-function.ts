/** The function that scans a table whose stream does not have all of it. */
import { BACKFILL_PREFIX, INCOMING_PREFIX } from '../../pipeline/s3-layout';
import { dynamodbTables } from '../../pipeline/tables';
import { stackOf } from '../constructs/stack-of';
import type { PipelineFunctionSpec, SpecContext } from './function-spec';

export function backfillTablesFunction({
  scope,
  statements,
}: SpecContext): PipelineFunctionSpec<'backfill-tables'> {
  const { names, settings } = stackOf(scope);
  return {
    handler: 'backfill-tables',
    description: 'Scans DynamoDB tables whose stream does not have all of them, in steps',
    startedBy: 'schedule',
    talksToMysql: false,
    environment: {
      DATA_BUCKET: names.dataBucket,
      TABLE_PREFIX: names.tablePrefix,
      MAX_READ_UNITS_PER_SECOND: String(settings.dynamodb.backfillReadUnitsPerSecond),
    },
    statements: [
      statements.tables('ReadItems', ['DescribeTable', 'Scan'], dynamodbTables()),
      statements.listObjects('FindState'),
      statements.objects('ReadState', ['GetObject'], [BACKFILL_PREFIX]),
      statements.objects('WriteStagedFiles', ['PutObject'], [BACKFILL_PREFIX, INCOMING_PREFIX]),
      statements.key(['Decrypt', 'GenerateDataKey'], ['dynamodb', 's3']),
    ],
  };
}
