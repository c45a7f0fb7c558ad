/** The reads of a DynamoDB table that a comparison makes, each within the pace of the table. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { PipelineError } from '../errors';
import { canonicalNumber } from '../values/decimal';
import type { ReadPace } from './read-pace';

export type ReadItem = Record<string, AttributeValue>;

export interface DynamodbReads {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly pace: ReadPace;
}

export interface ScanPosition {
  readonly segment: number;
  readonly totalSegments: number;
  /** The key after which the page begins; undefined at the segment's beginning. */
  readonly from: ReadItem | undefined;
}

export interface ScanPage {
  readonly items: readonly ReadItem[];
  /** Where the segment's next page begins; undefined at its end. */
  readonly next: ReadItem | undefined;
}

/** BatchGetItem takes at most this many keys (Amazon DynamoDB API reference). */
const KEYS_A_CALL = 100;
const MAX_ATTEMPTS = 8;

export function scanPage(
  { client, tableName, pace }: DynamodbReads,
  { segment, totalSegments, from }: ScanPosition,
  options: { readonly consistent: boolean; readonly maxItems?: number },
): Promise<ScanPage> {
  return pace.run(async () => {
    const page = await client.send(
      new ScanCommand({
        TableName: tableName,
        Segment: segment,
        TotalSegments: totalSegments,
        // Half the price of a consistent read; what is found to differ is read again consistently.
        ConsistentRead: options.consistent,
        ExclusiveStartKey: from,
        Limit: fewer(pace.pageItems(), options.maxItems),
        ReturnConsumedCapacity: 'TOTAL',
      }),
    );
    const items = page.Items ?? [];
    return {
      answer: { items, next: page.LastEvaluatedKey },
      units: page.ConsumedCapacity?.CapacityUnits ?? 0,
      items: items.length,
    };
  });
}

const fewer = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);

/**
 * Consistent; gives an item once however often its key is asked for. Keys that a call did not come to are asked for
 * again, a little later each time.
 */
export async function getItems(
  reads: DynamodbReads,
  keys: readonly ReadItem[],
  take: (item: ReadItem) => void,
): Promise<void> {
  // A call that names one key twice is refused as a whole, and `1` and `1.0` are one key (ValidationException).
  const distinct = [...new Map(keys.map((key) => [identityOf(key), key])).values()];
  for (let at = 0; at < distinct.length; at += KEYS_A_CALL) {
    await getBatch(reads, distinct.slice(at, at + KEYS_A_CALL), take);
  }
}

const identityOf = (key: ReadItem): string =>
  JSON.stringify(
    Object.entries(key).map(([name, { S, N }]) => [
      name,
      S ?? null,
      N === undefined ? null : (canonicalNumber(N) ?? N),
    ]),
  );

async function getBatch(
  { client, tableName, pace }: DynamodbReads,
  keys: readonly ReadItem[],
  take: (item: ReadItem) => void,
): Promise<void> {
  let left: ReadItem[] = [...keys];
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt === MAX_ATTEMPTS) throw stillUnprocessed(tableName, left.length);
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
    const Keys = left;
    const answer = await pace.run(async () => {
      const output = await client.send(
        new BatchGetItemCommand({
          RequestItems: { [tableName]: { Keys, ConsistentRead: true } },
          ReturnConsumedCapacity: 'TOTAL',
        }),
      );
      const units = (output.ConsumedCapacity ?? []).reduce(
        (sum, { CapacityUnits = 0 }) => sum + CapacityUnits,
        0,
      );
      return { answer: output, units, items: 0 };
    });
    for (const item of answer.Responses?.[tableName] ?? []) take(item);
    left = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
}

/** As DynamoDB counted it within the last six hours (Amazon DynamoDB API reference, TableDescription). */
export async function readTableBytes({ client, tableName }: DynamodbReads): Promise<number> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
  return Table?.TableSizeBytes ?? 0;
}

function stillUnprocessed(tableName: string, keyCount: number): PipelineError {
  return new PipelineError({
    code: 'SOURCE_UNAVAILABLE',
    disposition: 'retry',
    message: `DynamoDB left ${keyCount} keys of ${tableName} unread after ${MAX_ATTEMPTS} attempts. The table is being throttled; raise its read capacity or run again.`,
    context: { tableName, keyCount },
  });
}
