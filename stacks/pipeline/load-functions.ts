/** The functions between the DynamoDB streams and the warehouse. */
import { INCOMING_PREFIX, LOADED_PREFIX, MANIFEST_PREFIX, REJECTED_PREFIX } from '../../pipeline/s3-layout';
import { dynamodbTables } from '../../pipeline/tables';
import { SMALL_CATALOGUE } from '../../pipeline/watched-tables';
import { stackOf } from '../constructs/stack-of';
import type { PipelineFunctionSpec, SpecContext } from './function-spec';
import { existingTableArns } from './statements';

export function stageStreamRecordsFunction({
  scope,
  inputs,
  statements,
}: SpecContext): PipelineFunctionSpec<'stage-stream-records'> {
  const { names, settings } = stackOf(scope);
  const streamArns = Object.values(inputs.streamArns);
  const isSmall = streamArns.length <= SMALL_CATALOGUE;
  return {
    handler: 'stage-stream-records',
    description: 'Writes the changes of a DynamoDB stream to staged files',
    startedBy: 'stream',
    talksToMysql: false,
    environment: {
      DATA_BUCKET: names.dataBucket,
      ...statements.tableNames(),
      DEAD_LETTER_QUEUE_URL: names.queueUrl(names.deadLetters('stage-stream-records')),
    },
    statements: [
      {
        // Lambda reads the stream with the function's role.
        sid: 'ReadStreams',
        actions: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'],
        resources: isSmall
          ? streamArns
          : [names.everyTableArn, ...existingTableArns(names, dynamodbTables())].map(
              (table) => `${table}/stream/*`,
            ),
      },
      {
        sid: 'FindStreams',
        actions: ['dynamodb:ListStreams'],
        resources: ['*'],
        conditions: { StringEquals: { 'aws:RequestedRegion': settings.region } },
      },
      statements.objects('WriteStagedFiles', ['PutObject'], [INCOMING_PREFIX]),
      // Only the items of a table are decrypted: what is staged is written and not read.
      statements.key(statements.ownsTables ? ['Decrypt', 'GenerateDataKey'] : ['GenerateDataKey'], [
        's3',
        'dynamodb',
      ]),
      ...statements.tableKeys(),
    ],
  };
}

export function loadStagedBatchesFunction({
  scope,
  statements,
}: SpecContext): PipelineFunctionSpec<'load-staged-batches'> {
  const { names, settings } = stackOf(scope);
  const { load, redshift } = settings;
  return {
    handler: 'load-staged-batches',
    description: 'Loads staged files into Redshift: one COPY and one merge per table',
    startedBy: 'schedule',
    talksToMysql: false,
    // The ledger makes a second load of the same files a no-op.
    retries: 1,
    environment: {
      ...names.warehouse.variable,
      DATABASE_NAME: redshift.database,
      DATA_BUCKET: names.dataBucket,
      COPY_ROLE_ARN: names.roleArn(names.copyRole),
      MAX_BATCH_FILES: String(load.maxBatchFiles),
      MAX_BATCH_BYTES: String(load.maxBatchBytes),
      TOMBSTONE_DAYS: String(load.tombstoneDays),
    },
    statements: [
      ...statements.warehouse({
        run: ['BatchExecuteStatement', 'ExecuteStatement'],
        follow: ['DescribeStatement', 'GetStatementResult', 'ListStatements'],
        identity: 'iam',
      }),
      statements.listObjects('FindStagedFiles'),
      // Moving a file after the commit is a copy and a deletion.
      statements.objects(
        'TakeStagedFiles',
        ['DeleteObject', 'GetObject'],
        [INCOMING_PREFIX, MANIFEST_PREFIX],
      ),
      statements.objects('KeepFiles', ['PutObject'], [LOADED_PREFIX, MANIFEST_PREFIX, REJECTED_PREFIX]),
      statements.key(['Decrypt', 'GenerateDataKey'], ['s3']),
    ],
  };
}
