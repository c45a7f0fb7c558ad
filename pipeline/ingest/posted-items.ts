/** The items of a request, by the rules of the seed file, as one transaction of DynamoDB can hold them. */

import { Refusal } from '../files/rejection';
import type { DynamodbTable } from '../tables';
import { MAX_ITEMS, MAX_ITEMS_BYTES } from '../values/api-limits';
import { ApiProblem, type RejectedEntry, rejectAll, wrongType } from './api-answer';
import type { ApiRequest } from './api-request';
import { buildItem, type SizedItem } from './build-item';
import { readPostedValues } from './posted-body';
import { describeRefusal } from './posted-rows';

/**
 * @returns all items of the request, in order, each with another key.
 * @throws ApiProblem: WRONG_TYPE, BODY_UNREADABLE, TOO_LARGE, or REJECTED with each item that cannot be taken.
 */
export async function parsePostedItems(
  { contentType, body }: Pick<ApiRequest, 'contentType' | 'body'>,
  table: DynamodbTable,
): Promise<SizedItem[]> {
  if (contentType !== 'application/json') throw wrongType(contentType, 'application/json');
  const values = await readPostedValues(body);
  if (values.length > MAX_ITEMS)
    throw new ApiProblem(
      'TOO_LARGE',
      `the request has ${values.length} items, and at most ${MAX_ITEMS} are put at once. Send them in parts, each with its own key.`,
    );
  const items: SizedItem[] = [];
  const rejected: RejectedEntry[] = [];
  const indexByKey = new Map<string, number>();
  for (const [index, { line, value }] of values.entries()) {
    const built = value instanceof Refusal ? value : buildItem(value, table);
    const outcome = built instanceof Refusal ? built : (repeated(built, indexByKey) ?? built);
    if (outcome instanceof Refusal) rejected.push(describeRefusal(outcome, { index, line }));
    else {
      indexByKey.set(outcome.key, index);
      items.push(outcome);
    }
  }
  if (rejected.length > 0) throw rejectAll(rejected, 'item');
  const byteCount = items.reduce((sum, item) => sum + item.byteCount, 0);
  if (byteCount <= MAX_ITEMS_BYTES) return items;
  throw new ApiProblem(
    'TOO_LARGE',
    `the items have ${byteCount} bytes as DynamoDB counts them, and at most ${MAX_ITEMS_BYTES} are put at once. Send them in parts, each with its own key.`,
  );
}

function repeated({ key }: SizedItem, indexByKey: ReadonlyMap<string, number>): Refusal | undefined {
  const first = indexByKey.get(key);
  if (first === undefined) return undefined;
  return new Refusal(
    'DUPLICATE_KEY',
    `it has the key of the item with index ${first}; which of the two is meant?`,
  );
}
