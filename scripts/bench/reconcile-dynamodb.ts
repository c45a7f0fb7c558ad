/** A DynamoDB table and its target: every item hashed into the warehouse and joined there, next to a bare Scan. */
import { join } from 'node:path';
import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { dynamodbLocalClientConfig } from '../../local/runtime/ports/dynamodb-local';
import { startDynamodbLocal } from '../../local/services/dynamodb/dynamodb-local';
import { keepAttributeNames } from '../../pipeline/dynamodb/exact-names';
import { ItemWriter } from '../../pipeline/dynamodb/item-writer';
import { projectItem } from '../../pipeline/dynamodb/project-item';
import { versionOf } from '../../pipeline/position';
import {
  CHANGED_AT_COLUMN,
  DIGEST_COLUMN,
  FLAGS_COLUMN,
  ITEM_COLUMN,
  VERSION_COLUMN,
} from '../../pipeline/tables';
import { dynamodbSide } from '../../pipeline/verify/dynamodb-side';
import { SYSTEM_CLOCK } from '../../pipeline/verify/follow-differences';
import { ReadPace } from '../../pipeline/verify/read-pace';
import { scanParts } from '../../pipeline/verify/scan-parts';
import { BENCH_TRADES } from './bench-tables';
import { type BenchWarehouse, reconcileOnce, withBenchWarehouse } from './bench-warehouse';
import { type BenchResult, measured } from './result';

const TABLE_NAME = 'bench-trades';
const ROWS_AT_ONCE = 5_000;
const COLUMNS = [
  ...BENCH_TRADES.columns.map(({ name }) => name),
  ITEM_COLUMN,
  FLAGS_COLUMN,
  DIGEST_COLUMN,
  VERSION_COLUMN,
  CHANGED_AT_COLUMN,
];

type Item = Record<string, AttributeValue>;

export async function benchDynamodbReconciliation(folder: string, rows: number): Promise<BenchResult[]> {
  const local = await startDynamodbLocal({ folder: join(folder, 'dynamodb') });
  const client = keepAttributeNames(new DynamoDBClient(dynamodbLocalClientConfig(local)));
  try {
    await fillSource(client, rows);
    return await withBenchWarehouse(folder, BENCH_TRADES, async (warehouse) => {
      await fillTarget(warehouse, rows);
      const reads = { client, tableName: TABLE_NAME, pace: new ReadPace(undefined, SYSTEM_CLOCK) };
      const side = dynamodbSide(BENCH_TRADES, { ...reads, consistentScan: true });
      const ports = { warehouse: warehouse.api, reads, source: side, nowMs: SYSTEM_CLOCK.nowMs };
      const source = {
        side,
        parts: (target: typeof side) => scanParts(BENCH_TRADES, { ...ports, target }),
      };
      const floor = { name: 'reconcile', rows, floor: 'a bare Scan', runFloor: () => scanAll(client) };
      const run = (mismatches: number) => () => reconcileOnce(warehouse, BENCH_TRADES, source, mismatches);
      return [await measured({ ...floor, shape: `DynamoDB, ${rows} equal items`, run: run(0) })];
    });
  } finally {
    client.destroy();
    await local.stop();
  }
}

async function scanAll(client: DynamoDBClient): Promise<void> {
  let ExclusiveStartKey: Item | undefined;
  do {
    const page = await client.send(
      new ScanCommand({ TableName: TABLE_NAME, ConsistentRead: true, ExclusiveStartKey }),
    );
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
}

async function fillSource(client: DynamoDBClient, rows: number): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: TABLE_NAME,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
  const writer = new ItemWriter(client, {
    tableName: TABLE_NAME,
    onRefused: () => Promise.reject(new Error('an item of the benchmark was refused')),
  });
  for (let at = 0; at < rows; at += 1)
    await writer.add({ item: itemOf(at), key: String(at), byteCount: 500 });
  await writer.finish();
}

async function fillTarget({ session }: BenchWarehouse, rows: number): Promise<void> {
  for (let first = 0; first < rows; first += ROWS_AT_ONCE) {
    const count = Math.min(ROWS_AT_ONCE, rows - first);
    const texts = Array.from({ length: count }, (_, at) => {
      const { columns, item, flags, digest } = projectItem(BENCH_TRADES, itemOf(first + at));
      const own = BENCH_TRADES.columns.map(({ name }) => columns[name] ?? null);
      return [...own, item, flags, digest, versionOf(String(first + at)), '2026-01-01 00:00:00'];
    });
    await session.append('market.trades', COLUMNS, texts);
  }
}

const itemOf = (number: number): Item => ({
  id: { S: `item-${number}` },
  price: { N: `${number % 1000}.25` },
  shares: { N: String(number % 500) },
  ticker: { S: `t${number % 100}` },
  details: {
    M: { lag: { N: '0' }, system: { S: 'abc' }, asks: { L: [{ N: '110.07' }, { N: '110.12' }] } },
  },
  time: { M: { date: { S: '2012-03-02T22:00:00.000Z' } } },
});
