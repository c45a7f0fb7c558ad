/** Answers `POST /txns` of the API: the rows of a request into the MySQL table of transactions. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseHandlerSettings } from '../pipeline/handler-environment';
import { answerAdded, answerRequest } from '../pipeline/ingest/answer-request';
import { type ApiAnswer, ApiProblem } from '../pipeline/ingest/api-answer';
import { idempotencyOf } from '../pipeline/ingest/api-request';
import { appendPostedRows } from '../pipeline/ingest/append-posted-rows';
import { parsePostedRows } from '../pipeline/ingest/posted-rows';
import { INGEST_TXNS, requireIngestedTable } from '../pipeline/ingested-tables';
import { mysqlSecret } from '../pipeline/secrets';
import { withTelemetry } from '../pipeline/telemetry';

const settings = parseHandlerSettings('api-txns', process.env);
const table = requireIngestedTable(INGEST_TXNS);
const secret = mysqlSecret(new SecretsManagerClient({}), settings.MYSQL_SECRET_ARN);
const ca = settings.MYSQL_CA === undefined ? {} : { ca: settings.MYSQL_CA };

export const handler = withTelemetry<unknown, ApiAnswer>('api-txns', (event, telemetry) =>
  answerRequest(event, telemetry, async (request) => {
    const startedAt = new Date();
    if (request.operation !== 'POST /txns')
      throw new ApiProblem('NOT_FOUND', `${request.operation} is not an operation of this function`);
    const idempotency = idempotencyOf(request);
    const rows = await parsePostedRows(request, table);
    const isNew = await appendPostedRows({ secret, table, rows, idempotency, startedAt, ...ca });
    return answerAdded(telemetry, { table: table.name, rows: rows.length, isNew });
  }),
);
