/** The functions that answer the API. */
import { findIngestedTable, INGEST_TRADES } from '../../pipeline/ingested-tables';
import { stackOf } from '../constructs/stack-of';
import { deployedIngests, isDeployed } from '../deployed-ingests';
import type { PipelineFunctionSpec, SpecContext } from './function-spec';
import { mysqlAuthority } from './inputs';

export function apiTxnsFunction(
  { inputs, statements }: SpecContext,
  secret: string,
): PipelineFunctionSpec<'api-txns'> {
  return {
    handler: 'api-txns',
    description: 'Appends the rows of a request to MySQL',
    startedBy: 'request',
    talksToMysql: true,
    environment: { MYSQL_SECRET_ARN: secret, ...mysqlAuthority(inputs) },
    statements: [
      statements.secrets('ReadMysqlUser', ['GetSecretValue'], [secret]),
      statements.key(['Decrypt'], ['secretsmanager']),
    ],
  };
}

export function apiGeneralFunction({ scope, statements }: SpecContext): PipelineFunctionSpec<'api-general'> {
  const { names, settings } = stackOf(scope);
  const trades = isDeployed(settings, 'ingest-trades') ? findIngestedTable(INGEST_TRADES) : undefined;
  const ingests = deployedIngests(settings);
  const called = ['measure-freshness' as const, ...ingests.map(({ handler }) => handler)];
  return {
    handler: 'api-general',
    description: 'Puts the items of a request into DynamoDB, tells the state of the tables, starts ingests',
    startedBy: 'request',
    talksToMysql: false,
    environment: {
      ...statements.tableNames(),
      REQUESTS_TABLE: names.apiRequests,
      MEASURE_FUNCTION: names.function('measure-freshness'),
      INGEST_FUNCTIONS: JSON.stringify(
        Object.fromEntries(ingests.map(({ name, handler }) => [name, names.function(handler)])),
      ),
    },
    statements: [
      ...(trades === undefined
        ? []
        : [
            statements.tables('PutItems', ['PutItem'], [trades]),
            {
              sid: 'RecordRequests',
              actions: ['dynamodb:PutItem'],
              resources: [names.arn('dynamodb', `table/${names.apiRequests}`)],
            },
            statements.ownTableKey(),
            ...(names.isExisting(trades) ? statements.tableKeys() : []),
          ]),
      {
        sid: 'CallFunctions',
        actions: ['lambda:InvokeFunction'],
        resources: called.map((handler) => names.functionArn(handler)),
      },
    ],
  };
}
