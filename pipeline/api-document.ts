/**
 * The API in front of the sources as OpenAPI 3.0: which paths there are follows the tables that this project fills.
 * Gateway, laptop and `docs/openapi.json` have this one document; the stack adds to it what only API Gateway reads.
 */

import { ADDED, itemSchema, PROBLEM, rowSchema, type Schema, STARTED, TABLE_STATES } from './api-schemas';
import type { API_HANDLERS } from './handler-environment';
import { findIngestedTable, INGEST_TRADES, INGEST_TXNS, ingestedTables } from './ingested-tables';
import { type ReplicatedTable, TABLES } from './tables';
import {
  IDEMPOTENCY_HEADER,
  IDEMPOTENCY_PATTERN,
  MAX_BODY_BYTES,
  MAX_ITEMS,
  REMEMBERED_HOURS,
} from './values/api-limits';

/** The function that answers an operation. */
export type ApiHandler = (typeof API_HANDLERS)[number];

export interface ApiOperation {
  readonly method: 'get' | 'post';
  /** As in the document, with `{name}` for a parameter. */
  readonly path: string;
  readonly handler: ApiHandler;
  readonly definition: Schema;
}

/** Which of the ingests there are; absent, those of the catalogue. */
export interface ApiScope {
  readonly tables?: readonly ReplicatedTable[];
  /** Names of tables that this deployment does not write into. */
  readonly without?: readonly string[];
}

export function apiOperations({ tables = TABLES, without = [] }: ApiScope = {}): ApiOperation[] {
  const ingested = ingestedTables(tables).filter(({ name }) => !without.includes(name));
  const has = (name: string): boolean => ingested.some((one) => one.name === name);
  return [
    ...(has(INGEST_TXNS.name) ? [postRows()] : []),
    ...(has(INGEST_TRADES.name) ? [postItems()] : []),
    { method: 'get', path: '/tables', handler: 'api-general', definition: READ_TABLES },
    ...(ingested.length === 0 ? [] : [startIngest(ingested.map(({ name }) => name))]),
  ];
}

/** The whole document. It says nothing of an address, which each deployment has for itself. */
export function buildApiDocument(scope: ApiScope = {}): Schema {
  const { tables = TABLES } = scope;
  const operations = apiOperations(scope);
  const paths: Record<string, Record<string, Schema>> = {};
  for (const { path, method, definition } of operations)
    paths[path] = { ...paths[path], [method]: definition };
  const has = (path: string): boolean => paths[path] !== undefined;
  const txns = findIngestedTable(INGEST_TXNS, tables);
  const trades = findIngestedTable(INGEST_TRADES, tables);
  return {
    openapi: '3.0.1',
    info: {
      title: 'Changes into the sources',
      version: '1.0.0',
      description: `Adds rows and items to the sources, from where they reach the warehouse like any other change. A request is taken as a whole or not at all. One that is sent again with the same ${IDEMPOTENCY_HEADER} within ${REMEMBERED_HOURS} hours adds nothing and gets the same answer. Each request has an API key in the header x-api-key, or a signature of IAM, as the deployment asks for.`,
    },
    paths,
    components: {
      schemas: {
        ...(has('/txns') && txns !== undefined ? { Row: rowSchema(txns) } : {}),
        ...(has('/trades') && trades !== undefined ? { Item: itemSchema(trades) } : {}),
        Added: ADDED,
        Started: STARTED,
        TableStates: TABLE_STATES,
        Problem: PROBLEM,
      },
    },
  };
}

const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const json = (name: string): Schema => ({ 'application/json': { schema: ref(name) } });
const good = (status: string, description: string, name: string): Schema => ({
  [status]: { description, content: json(name) },
});
const problem = (description: string): Schema => ({
  description,
  content: { 'application/problem+json': { schema: ref('Problem') } },
});
const oneOrMany = (name: string, limits: Schema = {}): Schema => ({
  oneOf: [ref(name), { type: 'array', minItems: 1, ...limits, items: ref(name) }],
});

const KEY_PARAMETER: Schema = {
  name: IDEMPOTENCY_HEADER,
  in: 'header',
  required: true,
  description: 'Names this request, such as a UUID; a retry has the same one.',
  schema: { type: 'string', pattern: IDEMPOTENCY_PATTERN },
};

const FAILURES: Schema = {
  '403': problem('The caller is not let in, or there is no such operation.'),
  '429': problem('Too many requests: send it again later, with the same key.'),
  '500': problem('The deployment has a fault; its operators are alarmed.'),
  '502': problem('The deployment has a fault; what was done is not known: send it again, with the same key.'),
  '503': problem('A source is not available at the moment: send it again, with the same key.'),
  '504': problem(
    'It took longer than 29 seconds; what was done is not known: send it again, with the same key.',
  ),
};

const REFUSALS: Schema = {
  '400': problem('The request cannot be read.'),
  '413': problem('The request is too large.'),
  '415': problem('The body is of another type.'),
  '422': problem(
    'Rows or items cannot be taken, or the key was used for another request. Nothing was added.',
  ),
  ...FAILURES,
};

const postRows = (): ApiOperation => ({
  method: 'post',
  path: '/txns',
  handler: 'api-txns',
  definition: {
    operationId: 'addRows',
    summary: `Adds one row, an array of rows, or the rows of a CSV file: all of them or none. At most ${MAX_BODY_BYTES / 1024 / 1024} MB and 29 seconds.`,
    parameters: [KEY_PARAMETER],
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: oneOrMany('Row') },
        'text/csv': { schema: { type: 'string', description: 'With a header that names the columns.' } },
      },
    },
    responses: { ...good('201', 'The rows were added.', 'Added'), ...REFUSALS },
  },
});

const postItems = (): ApiOperation => ({
  method: 'post',
  path: '/trades',
  handler: 'api-general',
  definition: {
    operationId: 'putItems',
    summary: `Puts one item, or an array of at most ${MAX_ITEMS} items with different keys: all of them or none.`,
    parameters: [KEY_PARAMETER],
    requestBody: {
      required: true,
      content: { 'application/json': { schema: oneOrMany('Item', { maxItems: MAX_ITEMS }) } },
    },
    responses: { ...good('201', 'The items were put.', 'Added'), ...REFUSALS },
  },
});

const READ_TABLES: Schema = {
  operationId: 'readTables',
  summary: 'Each table of the warehouse: how fresh, how many rows, how late.',
  responses: { ...good('200', 'All tables of the catalogue.', 'TableStates'), ...FAILURES },
};

const startIngest = (names: readonly string[]): ApiOperation => ({
  method: 'post',
  path: '/ingest/{name}',
  handler: 'api-general',
  definition: {
    operationId: 'startIngest',
    summary: 'Runs the scheduled ingest of a table now, once for a key.',
    parameters: [
      { name: 'name', in: 'path', required: true, schema: { type: 'string', enum: names } },
      KEY_PARAMETER,
    ],
    responses: {
      ...good('202', 'It was started.', 'Started'),
      '400': problem('The request cannot be read.'),
      '404': problem('This project does not fill a table of that name.'),
      ...FAILURES,
    },
  },
});
