/** A DynamoDB table, scanned and hashed here, by the projection that staging uses. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { PipelineError } from '../errors';
import type { DynamodbTable } from '../tables';
import { itemHasher } from './item-hash';
import { SUMMED_DIGITS } from './queries';
import type { Bucket, ComparedSide, HashedRow, SoughtKey } from './side';

export interface DynamodbSideOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** Reads what was written before, at twice the price. Keys that are looked up again are always read so. */
  readonly consistentScan: boolean;
}

/** Scanned at the same time; a segment is a share of the key space. */
const SEGMENTS = 4;
/** BatchGetItem takes at most so many keys (Amazon DynamoDB API reference). */
const KEYS_A_CALL = 100;
const MAX_ATTEMPTS = 8;

type SdkItem = Record<string, AttributeValue>;

export function dynamodbSide(table: DynamodbTable, options: DynamodbSideOptions): ComparedSide {
  const hashItem = itemHasher(table);
  const scan = (take: (row: HashedRow) => void): Promise<void> =>
    scanItems(options, (item) => take(hashItem(item)));
  return {
    async readBuckets(digits) {
      const buckets = new Map<string, Bucket>();
      await scan((row) => addTo(buckets, row, digits));
      return buckets;
    },
    async readRows(buckets, take) {
      const wanted = new Set(buckets);
      const digits = buckets[0]?.length ?? 1;
      await scan((row) => {
        if (wanted.has(row.keyHash.slice(0, digits))) take(row);
      });
    },
    async readKeys(keys, take) {
      const known = keys.flatMap((sought) => keyOf(table, sought));
      for (let at = 0; at < known.length; at += KEYS_A_CALL) {
        await getItems(options, known.slice(at, at + KEYS_A_CALL), (item) => take(hashItem(item)));
      }
    },
  };
}

function addTo(buckets: Map<string, Bucket>, row: HashedRow, digits: number): void {
  const name = row.keyHash.slice(0, digits);
  const { rowCount, hashSum } = buckets.get(name) ?? { rowCount: 0n, hashSum: 0n };
  buckets.set(name, {
    rowCount: rowCount + 1n,
    hashSum: hashSum + BigInt(`0x${row.rowHash.slice(0, SUMMED_DIGITS)}`),
    flagged: 0n,
  });
}

async function scanItems(options: DynamodbSideOptions, take: (item: SdkItem) => void): Promise<void> {
  const scanSegment = async (segment: number): Promise<void> => {
    let from: SdkItem | undefined;
    do {
      const page = await options.client.send(
        new ScanCommand({
          TableName: options.tableName,
          Segment: segment,
          TotalSegments: SEGMENTS,
          ConsistentRead: options.consistentScan,
          ExclusiveStartKey: from,
        }),
      );
      for (const item of page.Items ?? []) take(item);
      from = page.LastEvaluatedKey;
    } while (from !== undefined);
  };
  await Promise.all(Array.from({ length: SEGMENTS }, (_, segment) => scanSegment(segment)));
}

/** The key as DynamoDB wants it; nothing for a key that only its hash is known of. */
function keyOf(table: DynamodbTable, { key }: SoughtKey): SdkItem[] {
  if (key === undefined) return [];
  const attributes = table.key.map((name, at) => {
    const text = key[at] ?? '';
    return [name, table.keyTypes[name] === 'N' ? { N: text } : { S: text }] as const;
  });
  return [Object.fromEntries(attributes)];
}

/** Keys that a call did not come to are asked for again, a little later each time. */
async function getItems(
  { client, tableName }: DynamodbSideOptions,
  keys: readonly SdkItem[],
  take: (item: SdkItem) => void,
): Promise<void> {
  let left: SdkItem[] = [...keys];
  for (let attempt = 0; left.length > 0; attempt += 1) {
    if (attempt === MAX_ATTEMPTS) throw stillUnprocessed(tableName, left.length);
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 50 * 2 ** attempt));
    const answer = await client.send(
      new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } }),
    );
    for (const item of answer.Responses?.[tableName] ?? []) take(item);
    left = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
}

function stillUnprocessed(tableName: string, keyCount: number): PipelineError {
  return new PipelineError({
    code: 'SOURCE_UNAVAILABLE',
    disposition: 'retry',
    message: `DynamoDB left ${keyCount} keys of ${tableName} unread after ${MAX_ATTEMPTS} attempts. The table is being throttled; raise its read capacity or run again.`,
    context: { tableName, keyCount },
  });
}
