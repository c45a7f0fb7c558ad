/** Items that no seed file has, of any table of DynamoDB Local. */
import { DynamoDBClient, paginateListTables, paginateScan } from '@aws-sdk/client-dynamodb';
import type { Item } from '../../pipeline/dynamodb/attribute-value';
import { keepAttributeNames } from '../../pipeline/dynamodb/exact-names';
import { digestOfItem } from '../../pipeline/dynamodb/item-digest';
import { readJsonItems } from '../../pipeline/files/json-items';
import { Refusal } from '../../pipeline/files/rejection';
import type { ByteStream } from '../../pipeline/files/seed-file';
import { buildItem } from '../../pipeline/ingest/build-item';
import { findIngestedTable, INGEST_TRADES } from '../../pipeline/ingested-tables';
import { type DynamodbDatabase, dynamodbLocalClientConfig } from '../runtime/ports/dynamodb-local';

/** Of one table. */
export interface OwnData {
  readonly table: string;
  readonly count: number;
  readonly what: 'items' | 'rows';
}

/** Counts by table; tables without such items are left out. An item of the seed that was changed counts. */
export async function countOwnItems(
  database: DynamodbDatabase,
  seeds: readonly ByteStream[],
): Promise<OwnData[]> {
  const seeded = await digestsOf(seeds);
  const client = keepAttributeNames(new DynamoDBClient(dynamodbLocalClientConfig(database)));
  const found: OwnData[] = [];
  try {
    for await (const { TableNames: names = [] } of paginateListTables({ client }, {})) {
      for (const TableName of names) {
        let count = 0;
        for await (const { Items: items = [] } of paginateScan({ client }, { TableName })) {
          count += items.filter((item) => !seeded.has(digestOfItem(item as Item))).length;
        }
        if (count > 0) found.push({ table: TableName, count, what: 'items' });
      }
    }
  } finally {
    client.destroy();
  }
  return found;
}

async function digestsOf(seeds: readonly ByteStream[]): Promise<ReadonlySet<string>> {
  const digests = new Set<string>();
  const table = findIngestedTable(INGEST_TRADES);
  if (table === undefined) return digests;
  for (const seed of seeds) {
    for await (const items of readJsonItems(seed)) {
      for (const { value } of items) {
        const built = value instanceof Refusal ? value : buildItem(value, table);
        if (!(built instanceof Refusal)) digests.add(digestOfItem(built.item as Item));
      }
    }
  }
  return digests;
}
