/** The functions that write seed data into the two sources. */
import { REJECTED_PREFIX, SEED_PREFIX } from '../../pipeline/s3-layout';
import { dynamodbTables } from '../../pipeline/tables';
import { stackOf } from '../constructs/stack-of';
import { SEED_FILES } from '../seed-files';
import type { PipelineFunctionSpec, SpecContext } from './function-spec';

export function ingestTxnsFunction({
  scope,
  inputs,
  statements,
}: SpecContext): PipelineFunctionSpec<'ingest-txns'> {
  const { names } = stackOf(scope);
  const secret = inputs.storage.mysql_ingest_secret_arn;
  return {
    handler: 'ingest-txns',
    description: 'Appends the rows of txns.csv to MySQL',
    startedBy: 'schedule',
    talksToMysql: true,
    // A retry of a run that failed after its commit would append the rows twice.
    retries: 0,
    environment: {
      DATA_BUCKET: names.dataBucket,
      SEED_KEY: SEED_PREFIX + SEED_FILES.txns,
      MYSQL_SECRET_ARN: secret,
    },
    statements: [
      statements.objects('ReadSeed', ['GetObject'], [SEED_PREFIX + SEED_FILES.txns]),
      statements.objects('WriteRejected', ['PutObject'], [`${REJECTED_PREFIX}txns/`]),
      statements.secrets('ReadMysqlUser', ['GetSecretValue'], [secret]),
      statements.key(['Decrypt', 'GenerateDataKey'], ['s3', 'secretsmanager']),
    ],
  };
}

export function ingestTradesFunction({
  scope,
  statements,
}: SpecContext): PipelineFunctionSpec<'ingest-trades'> {
  const { names } = stackOf(scope);
  return {
    handler: 'ingest-trades',
    description: 'Puts the items of trades.json into DynamoDB',
    startedBy: 'schedule',
    talksToMysql: false,
    // Writing the same items again changes nothing.
    retries: 1,
    environment: {
      DATA_BUCKET: names.dataBucket,
      SEED_KEY: SEED_PREFIX + SEED_FILES.trades,
      TABLE_PREFIX: names.tablePrefix,
    },
    statements: [
      statements.objects('ReadSeed', ['GetObject'], [SEED_PREFIX + SEED_FILES.trades]),
      statements.objects('WriteRejected', ['PutObject'], [`${REJECTED_PREFIX}trades/`]),
      statements.tables('PutItems', ['BatchWriteItem'], dynamodbTables()),
      statements.key(['Decrypt', 'GenerateDataKey'], ['s3', 'dynamodb']),
    ],
  };
}
