/** A DynamoDB table that an application has filled, without a stream, before anybody replicates it. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { dynamodbLocalClientConfig } from '../../local/runtime/ports/dynamodb-local';
import { startDynamodbLocal } from '../../local/services/dynamodb/dynamodb-local';
import { StateFolder } from '../../local/state/state-folder';
import { Random } from '../../scripts/soak/random';
import { askWarehouse } from '../../scripts/soak/warehouse-rows';

const root = join(__dirname, '..', '..');
const TableName = 'cdc-dev-quotes';
const BATCH_ITEMS = 25;
const PARALLEL_BATCHES = 8;
/** A scan keeps DynamoDB Local busy: one writer alone would wait for most of the time. */
const PARALLEL_WRITERS = 8;
const PAGE_ROWS = 5_000;

type Item = Record<string, AttributeValue>;

const idOf = (index: number): string => `quote-${String(index).padStart(7, '0')}`;

function quote(index: number, random: Random): Item {
  const item: Item = {
    id: { S: idOf(index) },
    bid: { N: `${random.below(1_000_000)}.${1 + random.below(9)}` },
    note: { S: `${'é😀 '.repeat(random.below(8))}${index}` },
    book: { M: { depth: { N: String(random.below(50)) }, isOpen: { BOOL: random.next() < 0.5 } } },
    history: { L: [{ N: '0.000125' }, { S: 'x' }, { NULL: true }] },
  };
  if (random.next() < 0.1) delete item.note;
  return item;
}

/**
 * Fills the table in the state folder's DynamoDB, then proposes its entry by the command that a user gives.
 * @returns the folder of a catalogue with the entry beside those of the tests
 */
export async function leaveExistingTable(dataDir: string, count: number): Promise<string> {
  const state = await StateFolder.open(dataDir);
  const server = await startDynamodbLocal({ folder: state.path('dynamodb') });
  const config = dynamodbLocalClientConfig(server);
  const client = new DynamoDBClient(config);
  try {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      }),
    );
    const random = new Random(1);
    for (let at = 0; at < count; at += BATCH_ITEMS * PARALLEL_BATCHES)
      await Promise.all(
        Array.from({ length: PARALLEL_BATCHES }, async (_, batch) => {
          const from = at + batch * BATCH_ITEMS;
          const puts = Array.from({ length: Math.min(BATCH_ITEMS, count - from) }, (__, index) => ({
            PutRequest: { Item: quote(from + index, random) },
          }));
          if (puts.length > 0)
            await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
        }),
      );
    const catalogue = mkdtempSync(join(tmpdir(), 'cdc-catalogue-'));
    cpSync(join(root, '__tests__', 'support', 'tables'), catalogue, { recursive: true });
    const names = ['quotes', '--table', TableName, '--target', 'market.quotes'];
    const where = ['--endpoint', server.endpoint, '--region', server.region, '--tables', catalogue];
    execFileSync(process.execPath, ['scripts/cdc.mjs', 'add-table', 'dynamodb', ...names, ...where], {
      cwd: root,
      env: {
        ...process.env,
        AWS_ACCESS_KEY_ID: config.credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: config.credentials.secretAccessKey,
      },
    });
    if (!existsSync(join(catalogue, 'quotes.json'))) throw new Error('add-table wrote no entry');
    return catalogue;
  } finally {
    client.destroy();
    await server.stop();
    state.release();
  }
}

export interface LiveWriter {
  readonly counts: Readonly<Record<'put' | 'update' | 'delete', number>>;
  /** Ends after the change that is under way. */
  stop(): Promise<void>;
}

/** Puts, updates and deletes items of the whole table, and new ones, until it is stopped. */
export function startLiveWriter(
  client: DynamoDBClient,
  { count, perSecond, seed }: { readonly count: number; readonly perSecond: number; readonly seed: number },
): LiveWriter {
  const random = new Random(seed);
  const counts = { put: 0, update: 0, delete: 0 };
  let isStopped = false;
  const change = async (): Promise<void> => {
    const index = random.below(Math.ceil(count * 1.1));
    const Key = { id: { S: idOf(index) } };
    const kind = random.pick(['put', 'update', 'delete'] as const);
    if (kind === 'put') await client.send(new PutItemCommand({ TableName, Item: quote(index, random) }));
    if (kind === 'delete') await client.send(new DeleteItemCommand({ TableName, Key }));
    if (kind === 'update') {
      const values = { ':bid': { N: String(random.below(1_000)) }, ':one': { N: '1' } };
      const UpdateExpression = 'SET bid = :bid ADD revision :one';
      const update = { TableName, Key, UpdateExpression, ExpressionAttributeValues: values };
      await client.send(new UpdateItemCommand(update));
    }
    counts[kind] += 1;
  };
  const run = async (): Promise<void> => {
    while (!isStopped) {
      await change();
      await pause((1_000 * PARALLEL_WRITERS) / perSecond);
    }
  };
  const running = Promise.all(Array.from({ length: PARALLEL_WRITERS }, run));
  running.catch(() => undefined);
  return {
    counts,
    stop: async () => {
      isStopped = true;
      await running;
    },
  };
}

/** What differs between the table and its target, each item as a whole and its columns; read by none of the code that reconciles. */
export async function compareWholeTable(client: DynamoDBClient, dataDir: string): Promise<string[]> {
  const source = new Map<string, string>();
  for await (const { Items = [] } of paginateScan({ client }, { TableName, ConsistentRead: true }))
    for (const item of Items)
      source.set(item.id?.S ?? '', JSON.stringify([numberOf(item.bid?.N), plain({ M: item })]));
  const target = new Map<string, string>();
  let after = '';
  while (true) {
    const rows = await askWarehouse(
      dataDir,
      `select id, bid, json_serialize(item) from market.quotes where id > '${after}' order by id limit ${PAGE_ROWS}`,
    );
    for (const [id, bid, item] of rows)
      target.set(String(id), JSON.stringify([numberOf(bid), sorted(JSON.parse(String(item)))]));
    if (rows.length < PAGE_ROWS) break;
    after = String(rows.at(-1)?.[0]);
  }
  const ids = new Set([...source.keys(), ...target.keys()]);
  return [...ids]
    .filter((id) => source.get(id) !== target.get(id))
    .map((id) => `${id}: ${source.get(id)} is ${target.get(id)}`);
}

const numberOf = (text: unknown): number | null =>
  text === undefined || text === null ? null : Number(text);

/** As `item` has it: numbers are strings of their digits. */
function plain(value: AttributeValue): unknown {
  if (value.M !== undefined)
    return sorted(Object.fromEntries(Object.entries(value.M).map(([name, one]) => [name, plain(one)])));
  if (value.L !== undefined) return value.L.map(plain);
  return value.NULL === true ? null : (value.S ?? value.N ?? value.BOOL);
}

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, sorted(one)]));
};
