/** Items of DynamoDB that a person looks at and changes by the page. */
import type { AttributeValue, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { keepAttributeNames } from '../../pipeline/dynamodb/exact-names';
import type { DynamodbTable } from '../../pipeline/tables';
import type { ColumnType } from '../../pipeline/values/column-type';
import { DYNAMODB_LOCAL, dynamodbLocalClientConfig } from '../runtime/ports/dynamodb-local';
import { TABLE_STREAMS } from '../runtime/ports/table-stream';
import type { Registry } from '../runtime/registry';
import type { AskedChange, RowValues } from './asked-change';
import { fieldKindOf } from './table-forms';

/** Opens a client past the gateway, as the runtime itself has one, and always closes it. */
export async function withItemPlace<Result>(
  registry: Registry,
  table: DynamodbTable,
  work: (place: ItemPlace) => Promise<Result>,
): Promise<Result> {
  const { DynamoDBClient } = await import('@aws-sdk/client-dynamodb');
  const database = registry.the(DYNAMODB_LOCAL);
  const client = keepAttributeNames(new DynamoDBClient(dynamodbLocalClientConfig(database)));
  const isReadOnly = database.isReadOnly === true;
  try {
    return await work({ client, tableName: tableNameOf(registry, table), table, isReadOnly });
  } finally {
    client.destroy();
  }
}

/** The stacks give tables a prefix, but for those that somebody else made. */
function tableNameOf(registry: Registry, { name }: DynamodbTable): string {
  const streams = [...registry.of(TABLE_STREAMS).values()];
  const found =
    streams.find(({ existing }) => existing?.name === name) ??
    streams.find(({ existing, tableName }) => existing === undefined && tableName.endsWith(`-${name}`));
  if (found === undefined) throw new Error(`no stack declares the table ${name}`);
  return found.tableName;
}

type Item = Record<string, AttributeValue>;

const MOST_ITEMS = 25;

export interface ItemPlace {
  readonly client: DynamoDBClient;
  /** As DynamoDB calls it. */
  readonly tableName: string;
  readonly table: DynamodbTable;
  /** Somebody else's. */
  readonly isReadOnly: boolean;
}

/** Some items, by the columns that the catalogue has for them; a value that is no scalar is left out. */
export async function readItems({ client, tableName, table }: ItemPlace): Promise<RowValues[]> {
  const { ScanCommand } = await import('@aws-sdk/client-dynamodb');
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName, Limit: MOST_ITEMS }));
  return Items.map((item) =>
    Object.fromEntries(
      table.columns.flatMap(({ name, path }) => {
        const text = scalarText(attributeAt(item, path));
        return text === undefined ? [] : [[name, text]];
      }),
    ),
  );
}

function attributeAt(item: Item, path: readonly string[]): AttributeValue | undefined {
  const [first = '', ...rest] = path;
  const found = Object.hasOwn(item, first) ? item[first] : undefined;
  return rest.length === 0 || found === undefined ? found : attributeAt(found.M ?? {}, rest);
}

function scalarText(value: AttributeValue | undefined): string | null | undefined {
  if (value === undefined) return null;
  return value.S ?? value.N ?? (value.BOOL === undefined ? undefined : value.BOOL ? '1' : '0');
}

/**
 * An update reads the item and puts it back whole, so that what the catalogue does not know of it stays.
 * @returns the key @throws Error when there is no such item, or an insert would replace one
 */
export async function changeItem(place: ItemPlace, change: AskedChange): Promise<RowValues> {
  const { GetItemCommand, PutItemCommand, DeleteItemCommand } = await import('@aws-sdk/client-dynamodb');
  const { client, tableName: TableName, table, isReadOnly } = place;
  if (isReadOnly)
    throw new Error(`the table ${TableName} is somebody else's: none of its items is changed from here`);
  const named = change.operation === 'insert' ? change.values : change.key;
  const Key = buildKey(table, named);
  const current = (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
  if (change.operation === 'insert' && current !== undefined) {
    throw new Error(`${table.name} has an item with this key already: update it, or give another key`);
  }
  if (change.operation !== 'insert' && current === undefined) {
    throw new Error(`${table.name} has no item with this key`);
  }
  if (change.operation === 'delete') await client.send(new DeleteItemCommand({ TableName, Key }));
  else {
    const item = buildChangedItem(table, { ...current, ...Key }, change.values);
    await client.send(new PutItemCommand({ TableName, Item: item }));
  }
  return Object.fromEntries(table.key.map((name) => [name, named[name] ?? null]));
}

function buildKey({ key, keyTypes }: DynamodbTable, values: RowValues): Item {
  return Object.fromEntries(
    key.map((name): [string, AttributeValue] => {
      const value = values[name] ?? '';
      if (value === '') throw new Error(`an item needs its key: ${name}`);
      return [name, keyTypes[name] === 'N' ? { N: value } : { S: value }];
    }),
  );
}

/** A null takes the attribute away. What lies around an attribute in the middle of a path stays. */
export function buildChangedItem({ columns, key }: DynamodbTable, current: Item, values: RowValues): Item {
  const item = structuredClone(current);
  for (const { name, path, type } of columns) {
    const value = values[name];
    if (value === undefined || key.includes(name)) continue;
    if (value === null) removeAt(item, path);
    else setAt(item, path, attributeOf(type, value));
  }
  return item;
}

function setAt(item: Item, [first = '', ...rest]: readonly string[], value: AttributeValue): void {
  if (rest.length === 0) {
    item[first] = value;
    return;
  }
  const inner = item[first]?.M ?? {};
  item[first] = { M: inner };
  setAt(inner, rest, value);
}

function removeAt(item: Item, [first = '', ...rest]: readonly string[]): void {
  if (rest.length === 0) delete item[first];
  else removeAt(item[first]?.M ?? {}, rest);
}

function attributeOf(type: ColumnType, value: string): AttributeValue {
  switch (fieldKindOf(type)) {
    case 'number':
      return { N: value };
    case 'boolean':
      return { BOOL: value === '1' };
    default:
      return { S: value };
  }
}
