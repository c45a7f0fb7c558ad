/** The writer's items in the table `trades`, told from the ingested ones by their id; their value is the price. */
import {
  type AttributeValue,
  BatchWriteItemCommand,
  ListTablesCommand,
  paginateScan,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { uniqueRows } from './mysql-rows';
import type { Random } from './random';
import { connectDynamodb } from './source-access';
import type { PlannedChange, SourceConnection } from './source-writer';

const PREFIX = 'soak-';
const LIVE_ITEMS = 20_000;
/** BatchWriteItem takes at most 25 (Amazon DynamoDB API reference). */
const BATCH_ITEMS = 25;

export function planDynamodbChanges(random: Random, count: number): PlannedChange[] {
  const keys = new Set(Array.from({ length: count }, () => `${PREFIX}${random.below(LIVE_ITEMS)}`));
  return [...keys].map((key) => ({ key, state: random.next() < 0.2 ? null : randomPrice(random) }));
}

/** Twelve digits behind the point, the last one never 0: as the target's column prints it. */
function randomPrice(random: Random): string {
  const digits = String(random.below(10 ** 9)).padStart(9, '0') + String(random.below(100)).padStart(2, '0');
  return `${random.below(10 ** 9)}.${digits}${1 + random.below(9)}`;
}

export async function openDynamodbItems(dataDir: string): Promise<SourceConnection> {
  const client = connectDynamodb(dataDir);
  const table = await tradesTable(dataDir);
  return {
    write: async (changes) => {
      for (let start = 0; start < changes.length; start += BATCH_ITEMS) {
        let requests = changes.slice(start, start + BATCH_ITEMS).map(writeRequest);
        while (requests.length > 0) {
          const { UnprocessedItems = {} } = await client.send(
            new BatchWriteItemCommand({ RequestItems: { [table]: requests } }),
          );
          requests = UnprocessedItems[table] ?? [];
        }
      }
    },
    close: async () => client.destroy(),
  };
}

function writeRequest({ key, state }: PlannedChange): WriteRequest {
  const id = { S: key };
  if (state === null) return { DeleteRequest: { Key: { id } } };
  const details = { M: { system: { S: 'soak' }, asks: { L: [{ N: state }] } } };
  return { PutRequest: { Item: { id, price: { N: state }, details } } };
}

async function tradesTable(dataDir: string): Promise<string> {
  const client = connectDynamodb(dataDir);
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  client.destroy();
  const table = TableNames.find((name) => name.endsWith('-trades'));
  if (table === undefined) throw new Error(`there is no table of trades, only ${TableNames.join(', ')}`);
  return table;
}

/** Every item of the writer's at the source. */
export async function readDynamodbItems(dataDir: string): Promise<Map<string, string>> {
  const client = connectDynamodb(dataDir);
  const rows: [string, string][] = [];
  const pages = paginateScan({ client }, { TableName: await tradesTable(dataDir), ConsistentRead: true });
  for await (const { Items = [] } of pages) {
    for (const item of Items as Record<string, AttributeValue>[]) {
      const [id, price] = [item.id?.S ?? '', item.price?.N ?? ''];
      if (id.startsWith(PREFIX)) rows.push([id, price]);
    }
  }
  client.destroy();
  return uniqueRows(rows);
}

/** The same in the warehouse, for {@link readWarehouseRows}. */
export const DYNAMODB_TARGET = { key: 'id', value: 'price', table: 'market.trades', prefix: PREFIX } as const;
