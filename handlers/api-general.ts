/** Answers what of the API needs no network of its own: items into DynamoDB, the state of the tables, a start of an ingest. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { askFunction, startFunctionByEvent } from '../pipeline/call-function';
import { keepAttributeNames } from '../pipeline/dynamodb/exact-names';
import { parseHandlerSettings, tableNamesOf } from '../pipeline/handler-environment';
import { answerAdded, answerRequest } from '../pipeline/ingest/answer-request';
import { type ApiAnswer, ApiProblem, answerJson } from '../pipeline/ingest/api-answer';
import { type ApiRequest, idempotencyOf } from '../pipeline/ingest/api-request';
import { putPostedItems } from '../pipeline/ingest/put-posted-items';
import { findIngestedTable, INGEST_TRADES } from '../pipeline/ingested-tables';
import { DESCRIBE_TABLES, ingestRequest } from '../pipeline/schedule-event';
import { type Telemetry, withTelemetry } from '../pipeline/telemetry';
import { ownValue } from '../pipeline/values/own-value';

const settings = parseHandlerSettings('api-general', process.env);
const trades = findIngestedTable(INGEST_TRADES);
const dynamodb = keepAttributeNames(new DynamoDBClient({}));

/** Below the 29 seconds after which API Gateway gives up. */
const CALL_TIMEOUT_MS = 24_000;
/** The warehouse is not asked again for every request. */
const KEPT_MS = 10_000;
let kept: { readonly atMs: number; readonly answer: Promise<unknown> } | undefined;

export const handler = withTelemetry<unknown, ApiAnswer>('api-general', (event, telemetry) =>
  answerRequest(event, telemetry, (request) => {
    switch (request.operation) {
      case 'POST /trades':
        return postTrades(request, telemetry);
      case 'GET /tables':
        return readTables();
      case 'POST /ingest/{name}':
        return startIngest(request);
      default:
        throw new ApiProblem('NOT_FOUND', `${request.operation} is not an operation of this function`);
    }
  }),
);

async function postTrades(request: ApiRequest, telemetry: Telemetry): Promise<ApiAnswer> {
  if (trades === undefined) throw new ApiProblem('NOT_FOUND', 'the catalogue has no such table any more');
  const added = await putPostedItems(request, {
    client: dynamodb,
    table: trades,
    names: tableNamesOf(settings),
    requestsTable: settings.REQUESTS_TABLE,
  });
  return answerAdded(telemetry, { table: trades.name, ...added });
}

async function readTables(): Promise<ApiAnswer> {
  if (kept === undefined || Date.now() - kept.atMs > KEPT_MS) {
    const call = {
      functionName: settings.MEASURE_FUNCTION,
      event: DESCRIBE_TABLES,
      timeoutMs: CALL_TIMEOUT_MS,
    };
    kept = { atMs: Date.now(), answer: askFunction(dynamodb.config, call) };
  }
  const { answer } = kept;
  try {
    return answerJson(200, await answer);
  } catch (error) {
    kept = undefined;
    throw error;
  }
}

/** The same key starts no second run of an ingest that appends; one that replaces items changes nothing anyway. */
async function startIngest(request: ApiRequest): Promise<ApiAnswer> {
  const name = request.parameters.name ?? '';
  const functionName = ownValue(settings.INGEST_FUNCTIONS, name);
  if (functionName === undefined)
    throw new ApiProblem(
      'NOT_FOUND',
      `there is no ingest of that name; expected one of ${Object.keys(settings.INGEST_FUNCTIONS).join(', ')}`,
    );
  const event = ingestRequest(idempotencyOf(request).keyHash);
  await startFunctionByEvent(dynamodb.config, { functionName, event, timeoutMs: CALL_TIMEOUT_MS });
  return answerJson(202, { table: name, function: functionName, started: true });
}
