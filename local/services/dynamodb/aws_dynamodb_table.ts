/** A table of DynamoDB Local with the key and the stream of the JSON; one that is there already keeps its items. */
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type KeySchemaElement,
  ResourceNotFoundException,
  type StreamSpecification,
  type TableDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import type { ResourceArguments } from '../../../deployment/resource-arguments';
import { type DynamodbTable, dynamodbTables } from '../../../pipeline/tables';
import { DYNAMODB_LOCAL, dynamodbLocalClientConfig } from '../../runtime/ports/dynamodb-local';
import { ACCOUNT } from '../../runtime/ports/host';
import { TABLE_STREAMS } from '../../runtime/ports/table-stream';
import type { ResourceTwin } from '../../runtime/resource-twin';

/** A stream that is made with its table has nearly the table's time. */
const WITHIN_ONE_CALL_MS = 1_000;

export const awsDynamodbTable: ResourceTwin = {
  type: 'aws_dynamodb_table',
  honoured: [
    'name',
    'hash_key',
    'range_key',
    'attribute.name',
    'attribute.type',
    'stream_enabled',
    'stream_view_type',
  ],
  ignored: {
    billing_mode: 'nobody pays for a laptop',
    read_capacity: 'nothing is throttled',
    write_capacity: 'nothing is throttled',
    on_demand_throughput: 'nothing is throttled',
    table_class: 'nobody pays for a laptop',
    deletion_protection_enabled: 'nothing is destroyed here',
    point_in_time_recovery: 'no backups',
    ttl: 'nothing expires here, and who reads an item looks at its time',
    server_side_encryption: 'the laptop encrypts nothing at rest',
  },
  start: async (resource, registry) => {
    const { region, accountId } = registry.the(ACCOUNT);
    const name = resource.text('name');
    const client = new DynamoDBClient(dynamodbLocalClientConfig(registry.the(DYNAMODB_LOCAL)));
    try {
      const found = await findLocalTable(client, name);
      const table =
        found === undefined
          ? await create(client, resource, name)
          : await adopt(client, resource, { ...found, TableName: name });
      const arn = `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
      const { LatestStreamArn: localArn, LatestStreamLabel: label } = table;
      const attributes = { name, id: name, arn, hash_key: resource.text('hash_key') };
      if (localArn === undefined || label === undefined) return { attributes };
      const streamArn = `${arn}/stream/${label}`;
      const isYounger = Number(table.CreationDateTime) < Date.parse(`${label}Z`) - WITHIN_ONE_CALL_MS;
      const existing = isYounger ? entryOf(name) : undefined;
      const stream = { tableName: name, localArn, ...(existing === undefined ? {} : { existing }) };
      registry.of(TABLE_STREAMS).set(streamArn, stream);
      return { attributes: { ...attributes, stream_arn: streamArn, stream_label: label } };
    } finally {
      client.destroy();
    }
  },
};

/** By the end of the table's name, which the deployment prefixes. */
const entryOf = (tableName: string): DynamodbTable | undefined =>
  dynamodbTables()
    .filter(({ name }) => tableName.endsWith(`-${name}`))
    .sort((one, other) => other.name.length - one.name.length)[0];

/** The table of that name, if there is one. */
export async function findLocalTable(
  client: DynamoDBClient,
  name: string,
): Promise<TableDescription | undefined> {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: name }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function create(
  client: DynamoDBClient,
  resource: ResourceArguments,
  name: string,
): Promise<TableDescription> {
  const { TableDescription: table } = await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keySchemaOf(resource),
      AttributeDefinitions: resource.blocks('attribute').map((attribute) => ({
        AttributeName: String(attribute.name),
        AttributeType: attribute.type === 'N' ? 'N' : attribute.type === 'B' ? 'B' : 'S',
      })),
      StreamSpecification: streamOf(resource),
    }),
  );
  if (table === undefined) throw new Error(`DynamoDB Local made no table ${name}`);
  return table;
}

/**
 * AWS changes the stream of a table in place, and replaces a table for another key, so that its items go: the laptop refuses
 * that. What was unread in a stream that is replaced is for a backfill, as the other stream's ARN tells.
 */
async function adopt(
  client: DynamoDBClient,
  resource: ResourceArguments,
  table: TableDescription,
): Promise<TableDescription> {
  const wantedKey = JSON.stringify(keySchemaOf(resource));
  if (JSON.stringify(table.KeySchema) !== wantedKey) {
    throw resource.refusal('hash_key', 'another key than the table has; start with --fresh to recreate it');
  }
  const wanted = streamOf(resource);
  const current = table.StreamSpecification?.StreamViewType;
  if (current === wanted.StreamViewType) return table;
  const withoutStream =
    current === undefined ? table : await updateStream(client, table, { StreamEnabled: false });
  return wanted.StreamEnabled === true ? updateStream(client, table, wanted) : withoutStream;
}

async function updateStream(
  client: DynamoDBClient,
  { TableName }: TableDescription,
  StreamSpecification: StreamSpecification,
): Promise<TableDescription> {
  await client.send(new UpdateTableCommand({ TableName, StreamSpecification }));
  const table = await findLocalTable(client, TableName ?? '');
  if (table === undefined) throw new Error(`DynamoDB Local lost the table ${TableName}`);
  return table;
}

const streamOf = (resource: ResourceArguments): StreamSpecification =>
  resource.flag('stream_enabled', false)
    ? { StreamEnabled: true, StreamViewType: viewTypeOf(resource) }
    : { StreamEnabled: false };

function keySchemaOf(resource: ResourceArguments): KeySchemaElement[] {
  const rangeKey = resource.optionalText('range_key');
  return [
    { AttributeName: resource.text('hash_key'), KeyType: 'HASH' },
    ...(rangeKey === undefined ? [] : [{ AttributeName: rangeKey, KeyType: 'RANGE' } as const]),
  ];
}

const VIEW_TYPES = ['NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', 'KEYS_ONLY'] as const;

function viewTypeOf(resource: ResourceArguments): (typeof VIEW_TYPES)[number] {
  const given = resource.text('stream_view_type');
  const known = VIEW_TYPES.find((viewType) => viewType === given);
  if (known === undefined)
    throw resource.refusal('stream_view_type', `${given}, which DynamoDB does not know`);
  return known;
}
