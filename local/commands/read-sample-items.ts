/** A sample of a DynamoDB table's items, and its key: from the table itself, or from a file of items. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import {
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  paginateScan,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import type { Item } from '../../pipeline/dynamodb/attribute-value';
import { keepAttributeNames } from '../../pipeline/dynamodb/exact-names';
import { readJsonItems } from '../../pipeline/files/json-items';
import { Refusal } from '../../pipeline/files/rejection';
import { buildItem } from '../../pipeline/ingest/build-item';
import type { DynamodbEntry } from '../../pipeline/values/catalogue-entry';
import { UsageError } from './usage-error';

export interface TableOfItems {
  readonly table: string;
  /** `http://127.0.0.1:8000`; without it AWS. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/**
 * Reads at most `count` items, from the beginning of a Scan: so much read capacity it costs.
 * @throws Error of the SDK, UsageError for a key of bytes
 */
export async function readFromTable(
  { table: TableName, endpoint, region, credentials }: TableOfItems,
  count: number,
): Promise<{ readonly key: DynamodbEntry['key']; readonly items: readonly Item[] }> {
  const config: DynamoDBClientConfig = {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? {} : { region }),
    ...(credentials === undefined ? {} : { credentials }),
  };
  const client = keepAttributeNames(new DynamoDBClient(config));
  try {
    const { Table: described } = await client.send(new DescribeTableCommand({ TableName }));
    const key = keyOfTable(described ?? {});
    const items: Item[] = [];
    for await (const page of paginateScan({ client }, { TableName, Limit: count })) {
      items.push(...((page.Items ?? []) as Item[]));
      if (items.length >= count) break;
    }
    return { key, items: items.slice(0, count) };
  } finally {
    client.destroy();
  }
}

/** As the table has it. @throws UsageError for a key of bytes */
export const keyOfTable = ({
  KeySchema = [],
  AttributeDefinitions = [],
}: TableDescription): DynamodbEntry['key'] =>
  KeySchema.map(({ AttributeName: name = '' }) =>
    keyPart(name, AttributeDefinitions.find((one) => one.AttributeName === name)?.AttributeType ?? ''),
  );

/** @throws UsageError */
export function keyPart(name: string, type: string): DynamodbEntry['key'][number] {
  if (type === 'S' || type === 'N') return { name, type };
  throw new UsageError(
    `the key ${name} has the type ${type || 'unknown'}; keys are replicated of the types S and N`,
  );
}

/**
 * Items in DynamoDB's own JSON (what `aws dynamodb scan` prints, or a file of an export to S3, also as .gz), or plain ones as in
 * `seed-data/`: a list, or an object with `data`.
 * @throws Error when the file is none of these
 */
export async function readFromFile(file: string, count: number): Promise<readonly Item[]> {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  if (/^\{\s*"Item"\s*:/.test(text)) return typedLines(text, count);
  if (/^\{[^{[]*"Items"\s*:/.test(text)) return (JSON.parse(text) as { Items: Item[] }).Items.slice(0, count);
  return plainItems(text.startsWith('[') ? `{"data":${text}}` : text, count);
}

const typedLines = (text: string, count: number): Item[] =>
  text
    .split('\n', count)
    .filter((line) => line.trim() !== '')
    .map((line) => (JSON.parse(line) as { Item: Item }).Item);

/** Numbers stay exact; an item that cannot be one is left out. */
async function plainItems(text: string, count: number): Promise<Item[]> {
  async function* source() {
    yield Buffer.from(text);
  }
  const keyless = {
    source: 'dynamodb',
    name: '',
    target: { schema: '', table: '' },
    key: [],
    keyTypes: {},
    columns: [],
  };
  const found: Item[] = [];
  for await (const items of readJsonItems(source())) {
    for (const { value } of items) {
      const built = value instanceof Refusal ? value : buildItem(value, { ...keyless, source: 'dynamodb' });
      if (!(built instanceof Refusal)) found.push(built.item as Item);
      if (found.length === count) return found;
    }
  }
  return found;
}
