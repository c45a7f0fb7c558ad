/** Items into a DynamoDB table in one transaction with a record of the request: all of them or none, once for a key. */
import {
  type AttributeValue,
  type DynamoDBClient,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { REMEMBERED_HOURS } from '../values/api-limits';
import { dynamodbFailure } from './dynamodb-errors';

export interface PutAtOnceOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly items: readonly Record<string, AttributeValue>[];
  /** Table of the requests, with the key `request_key` and the time to live `expires_at`. */
  readonly requestsTable: string;
  readonly request: { readonly keyHash: string; readonly bodyHash: string };
  readonly nowMs?: () => number;
  /** For tests. */
  readonly wait?: (delayMs: number) => Promise<void>;
}

export type PutAtOnce =
  | { readonly outcome: 'put' | 'put-before' | 'key-reused' }
  /** DynamoDB refuses these items for what they are; nothing was put. */
  | { readonly outcome: 'refused'; readonly indices: readonly number[] };

const REQUEST_KEY = 'request_key';
const REQUEST_EXPIRES_AT = 'expires_at';

const MAX_ATTEMPTS = 4;
const FIRST_DELAY_MS = 100;
const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

interface Cancelled {
  readonly CancellationReasons?: readonly {
    readonly Code?: string;
    readonly Item?: Record<string, AttributeValue>;
  }[];
}

/**
 * A transaction that meets another one is tried again a few times; so is one that is throttled, by the SDK.
 * @throws PipelineError SOURCE_UNAVAILABLE (retry) or SOURCE_NOT_READY (halt).
 */
export async function putAtOnce(options: PutAtOnceOptions): Promise<PutAtOnce> {
  const { client, tableName, wait = sleep } = options;
  const actions = buildActions(options);
  for (let attempt = 1; ; attempt += 1) {
    try {
      await client.send(new TransactWriteItemsCommand({ TransactItems: actions }));
      return { outcome: 'put' };
    } catch (error) {
      const found = readCancellation(error, options.request.bodyHash);
      if (found !== undefined) return found;
      if (!isConflict(error) || attempt === MAX_ATTEMPTS) throw dynamodbFailure(error, tableName);
      await wait(FIRST_DELAY_MS * 2 ** (attempt - 1));
    }
  }
}

/** The record comes first: of several reasons, its own is the one that counts. */
function buildActions({
  tableName,
  items,
  requestsTable,
  request,
  nowMs,
}: PutAtOnceOptions): TransactWriteItem[] {
  const now = Math.floor((nowMs ?? Date.now)() / 1000);
  const record: TransactWriteItem = {
    Put: {
      TableName: requestsTable,
      Item: {
        [REQUEST_KEY]: { S: request.keyHash },
        body_hash: { S: request.bodyHash },
        [REQUEST_EXPIRES_AT]: { N: String(now + REMEMBERED_HOURS * 3600) },
      },
      // DynamoDB deletes a record within days after its time is over.
      ConditionExpression: 'attribute_not_exists(#key) OR #expires < :now',
      ExpressionAttributeNames: { '#key': REQUEST_KEY, '#expires': REQUEST_EXPIRES_AT },
      ExpressionAttributeValues: { ':now': { N: String(now) } },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
  return [record, ...items.map((Item) => ({ Put: { TableName: tableName, Item } }))];
}

const reasonsOf = (error: unknown): NonNullable<Cancelled['CancellationReasons']> =>
  error instanceof Error && error.name === 'TransactionCanceledException'
    ? ((error as Cancelled).CancellationReasons ?? [])
    : [];

function readCancellation(error: unknown, bodyHash: string): PutAtOnce | undefined {
  const [record, ...others] = reasonsOf(error);
  if (record?.Code === 'ConditionalCheckFailed')
    return { outcome: record.Item?.body_hash?.S === bodyHash ? 'put-before' : 'key-reused' };
  const indices = others.flatMap(({ Code }, index) => (Code === 'ValidationError' ? [index] : []));
  return indices.length === 0 ? undefined : { outcome: 'refused', indices };
}

const isConflict = (error: unknown): boolean =>
  (error instanceof Error && error.name === 'TransactionInProgressException') ||
  reasonsOf(error).some(({ Code }) => Code === 'TransactionConflict');
