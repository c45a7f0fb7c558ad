/** The function that scans a table into staged files: at first sight, and whenever its stream alone does not tell how it is. */
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
    description: 'Scans DynamoDB tables into staged files, in steps',
    startedBy: 'schedule',
    talksToMysql: false,
    environment: {
      DATA_BUCKET: names.dataBucket,
      ...statements.tableNames(),
      MAX_READ_UNITS_PER_SECOND: String(settings.dynamodb.backfillReadUnitsPerSecond),
    },
    statements: [
      statements.tables('ReadItems', ['DescribeTable', 'Scan'], dynamodbTables()),
      statements.listObjects('FindState'),
      statements.objects('ReadState', ['GetObject'], [BACKFILL_PREFIX]),
      statements.objects('WriteStagedFiles', ['PutObject'], [BACKFILL_PREFIX, INCOMING_PREFIX]),
      statements.key(['Decrypt', 'GenerateDataKey'], ['dynamodb', 's3']),
      ...statements.tableKeys(),
    ],
  };
}
