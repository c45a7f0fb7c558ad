/** The items of a request into a DynamoDB table: all of them or none, once for a key. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { putAtOnce } from '../dynamodb/put-at-once';
import { Refusal } from '../files/rejection';
import { type DynamodbTable, dynamodbTableName, type TableNames } from '../tables';
import { rejectAll } from './api-answer';
import { type ApiRequest, idempotencyOf, keyReused } from './api-request';
import { parsePostedItems } from './posted-items';
import { describeRefusal } from './posted-rows';

export interface PutPostedItemsOptions {
  readonly client: DynamoDBClient;
  readonly table: DynamodbTable;
  readonly names: TableNames;
  readonly requestsTable: string;
}

/**
 * @returns how many items the request has, and whether they were put now.
 * @throws ApiProblem KEY_MISSING, WRONG_TYPE, BODY_UNREADABLE, TOO_LARGE, REJECTED or KEY_REUSED; PipelineError
 * SOURCE_UNAVAILABLE or SOURCE_NOT_READY.
 */
export async function putPostedItems(
  request: ApiRequest,
  { client, table, names, requestsTable }: PutPostedItemsOptions,
): Promise<{ readonly rows: number; readonly isNew: boolean }> {
  const idempotency = idempotencyOf(request);
  const items = await parsePostedItems(request, table);
  const put = await putAtOnce({
    client,
    tableName: dynamodbTableName(table, names),
    items: items.map(({ item }) => item),
    requestsTable,
    request: idempotency,
  });
  switch (put.outcome) {
    case 'put':
    case 'put-before':
      return { rows: items.length, isNew: put.outcome === 'put' };
    case 'key-reused':
      throw keyReused();
    case 'refused':
      throw rejectAll(
        put.indices.map((index) =>
          describeRefusal(new Refusal('REFUSED_BY_SOURCE', 'DynamoDB refuses the item'), { index }),
        ),
        'item',
      );
  }
}
