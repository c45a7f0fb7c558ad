/** The functions that write seed data into the two sources. */
import { INGEST_TRADES, INGEST_TXNS } from '../../pipeline/ingested-tables';
import { REJECTED_PREFIX, SEED_PREFIX } from '../../pipeline/s3-layout';
import type { DynamodbTable } from '../../pipeline/tables';
import { stackOf } from '../constructs/stack-of';
import type { PipelineFunctionSpec, SpecContext } from './function-spec';
import { mysqlAuthority } from './inputs';

export function ingestTxnsFunction(
  { scope, inputs, statements }: SpecContext,
  secret: string,
): PipelineFunctionSpec<'ingest-txns'> {
  const { names } = stackOf(scope);
  return {
    handler: 'ingest-txns',
    description: 'Appends the rows of txns.csv to MySQL',
    startedBy: 'schedule',
    talksToMysql: true,
    // A retry of a run that failed after its commit would append the rows twice.
    retries: 0,
    environment: {
      DATA_BUCKET: names.dataBucket,
      SEED_KEY: SEED_PREFIX + INGEST_TXNS.seedFile,
      MYSQL_SECRET_ARN: secret,
      ...mysqlAuthority(inputs),
    },
    statements: [
      statements.objects('ReadSeed', ['GetObject'], [SEED_PREFIX + INGEST_TXNS.seedFile]),
      statements.objects('WriteRejected', ['PutObject'], [`${REJECTED_PREFIX}${INGEST_TXNS.name}/`]),
      statements.secrets('ReadMysqlUser', ['GetSecretValue'], [secret]),
      statements.key(['Decrypt', 'GenerateDataKey'], ['s3', 'secretsmanager']),
    ],
  };
}

export function ingestTradesFunction(
  { scope, statements }: SpecContext,
  table: DynamodbTable,
): PipelineFunctionSpec<'ingest-trades'> {
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
      SEED_KEY: SEED_PREFIX + INGEST_TRADES.seedFile,
      ...statements.tableNames(),
    },
    statements: [
      statements.objects('ReadSeed', ['GetObject'], [SEED_PREFIX + INGEST_TRADES.seedFile]),
      statements.objects('WriteRejected', ['PutObject'], [`${REJECTED_PREFIX}${INGEST_TRADES.name}/`]),
      statements.tables('PutItems', ['BatchWriteItem'], [table]),
      statements.key(['Decrypt', 'GenerateDataKey'], ['s3', 'dynamodb']),
      ...statements.tableKeys(),
    ],
  };
}
