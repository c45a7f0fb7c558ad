/** Somebody's own DynamoDB tables: reached and checked, and an entry proposed for each. Nothing is written there. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  DescribeTableCommand,
  DynamoDBClient,
  paginateListTables,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { keepAttributeNames } from '../../pipeline/dynamodb/exact-names';
import { dynamodbLocalClientConfig } from '../runtime/ports/dynamodb-local';
import { reachOwnDatabase } from '../services/dynamodb/own-database';
import { type LeftOutTable, type OwnDynamodb, ownTablesFolder } from '../state/own-source';
import { USUAL_SAMPLE } from './add-dynamodb-arguments';
import { addDynamodbTable } from './add-dynamodb-table';
import { bringEntryBack, entryNameOf, entryOfDynamodb, entryTaken, setEntryAside } from './own-entries';
import { keyOfTable } from './read-sample-items';

export interface CheckedDynamodb {
  readonly place: string;
  /** Of the endpoint: nothing can start. */
  readonly problems: readonly string[];
  /** The others start without them. */
  readonly leftOut: readonly LeftOutTable[];
  readonly tableCount: number;
  readonly source: OwnDynamodb;
  readonly existing: readonly OwnTable[];
}

interface OwnTable {
  /** In the catalogue. */
  readonly entry: string;
  readonly table: string;
  /** When its stream was switched on, as its ARN ends. */
  readonly streamLabel: string;
}

/** An entry that is there stays as it is: it may have been edited. Every problem is found at once. */
export async function checkOwnDynamodb(source: OwnDynamodb, dataDir: string): Promise<CheckedDynamodb> {
  const { endpoint: place, region } = source;
  const config = dynamodbLocalClientConfig(await reachOwnDatabase(source));
  const client = keepAttributeNames(new DynamoDBClient({ ...config, maxAttempts: 1 }));
  const tablesFolder = ownTablesFolder(dataDir);
  const problems: string[] = [];
  const leftOut: LeftOutTable[] = [];
  const existing: OwnTable[] = [];
  try {
    const seen = await listTables(client);
    for (const table of source.tables) {
      const entry = entryOfDynamodb(table);
      const other = existing.find((one) => one.entry === entry);
      if (other !== undefined) {
        leftOut.push({ table, reason: entryTaken(entry, other.table) });
        continue;
      }
      bringEntryBack(tablesFolder, entry);
      const described = seen.includes(table) ? await describeTable(client, table) : undefined;
      const reasons =
        described === undefined ? [notThere(table, region, seen)] : streamProblems(described, source);
      if (described !== undefined && reasons.length === 0)
        reasons.push(...(await adopt({ entry, described, tablesFolder, config })));
      if (reasons.length === 0)
        existing.push({ entry, table, streamLabel: described?.LatestStreamLabel ?? '' });
      else {
        setEntryAside(tablesFolder, entry);
        leftOut.push(...reasons.map((reason) => ({ table, reason })));
      }
    }
  } catch (error) {
    problems.push(`cannot be read: ${reasonOf(error)}`);
  } finally {
    client.destroy();
  }
  return { place, problems, leftOut, tableCount: existing.length, source, existing };
}

async function describeTable(client: DynamoDBClient, table: string): Promise<TableDescription> {
  const { Table: described = {} } = await client.send(new DescribeTableCommand({ TableName: table }));
  return described;
}

const notThere = (table: string, region: string, seen: readonly string[]): string =>
  `there is no table ${table} in ${region}; there ${seen.length === 0 ? 'is none at all' : `are ${seen.join(', ')}`}. DynamoDB Local without -sharedDb keeps the tables of each region and access key apart: --region, and AWS_ACCESS_KEY_ID or --profile`;

async function listTables(client: DynamoDBClient): Promise<string[]> {
  const found: string[] = [];
  for await (const { TableNames: names = [] } of paginateListTables({ client }, {})) found.push(...names);
  return found;
}

/** Node gives several addresses' failures without a text of their own. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, name, code } = error as Error & { readonly code?: string };
  const text = message.trim() || code || name;
  return code === 'ECONNREFUSED' ? `${text}: nothing listens there` : text;
}

/** What staging needs: each change with the whole new item. */
const VIEW_TYPES = ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE'];

function streamProblems(
  { TableName: table = '', StreamSpecification: stream }: TableDescription,
  { endpoint, region }: OwnDynamodb,
): string[] {
  const isOn = stream?.StreamEnabled === true;
  if (isOn && VIEW_TYPES.includes(stream.StreamViewType ?? '')) return [];
  const setting = `aws dynamodb update-table --endpoint-url ${endpoint} --region ${region} --table-name ${table} --stream-specification`;
  const on = `${setting} StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES`;
  if (!isOn)
    return [`it has no stream, which tells of each change; one is not switched on from here. Run: ${on}`];
  return [
    `its stream has ${stream.StreamViewType}, and must have the new image of each item (${VIEW_TYPES.join(' or ')}). A stream that is switched on is not changed: switch it off, then on again: ${setting} StreamEnabled=false; ${on}`,
  ];
}

interface Adopting {
  readonly entry: string;
  readonly described: TableDescription;
  readonly tablesFolder: string;
  readonly config: ReturnType<typeof dynamodbLocalClientConfig>;
}

async function adopt({ entry, described, tablesFolder, config }: Adopting): Promise<string[]> {
  const { TableName: table = '' } = described;
  const file = join(tablesFolder, `${entry}.json`);
  try {
    if (existsSync(file)) return checkKey(described, JSON.parse(readFileSync(file, 'utf8')));
    const plain = entryNameOf(table).replaceAll('-', '_');
    await addDynamodbTable(
      {
        name: entry,
        table,
        ...config,
        key: [],
        sampleCount: USUAL_SAMPLE,
        target: { schema: 'dynamodb', table: plain },
        isDryRun: false,
        tablesFolder,
        mayBeEmpty: true,
      },
      () => undefined,
    );
    console.error(`${table}: its entry was made from the items that it has, to be looked at: ${file}`);
    return [];
  } catch (error) {
    return [reasonOf(error)];
  }
}

/** Of an entry from before. @throws UsageError for a key of bytes */
function checkKey(
  described: TableDescription,
  entry: { readonly key?: readonly { readonly name: string; readonly type: string }[] },
): string[] {
  const key = keyOfTable(described);
  const describe = (parts: readonly { name: string; type: string }[]): string =>
    parts.map(({ name, type }) => `${name}:${type}`).join(', ');
  if (describe(key) === describe(entry.key ?? [])) return [];
  return [
    `it has the key ${describe(key)}, and had ${describe(entry.key ?? [])} when its entry was written: it is another table. Start with --fresh, or with another --data-dir`,
  ];
}
