/**
 * Stands in for a table that somebody else made, unless that table itself is reached: with items of before its stream was switched on, which only a backfill
 * brings, and under the ARN of the stream that the settings name.
 */
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  type TableDescription,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { keepAttributeNames } from '../../../pipeline/dynamodb/exact-names';
import { ItemWriter } from '../../../pipeline/dynamodb/item-writer';
import { readJsonItems } from '../../../pipeline/files/json-items';
import { Refusal } from '../../../pipeline/files/rejection';
import { buildItem } from '../../../pipeline/ingest/build-item';
import { ingestedTables } from '../../../pipeline/ingested-tables';
import { type DynamodbTable, dynamodbTables } from '../../../pipeline/tables';
import { DYNAMODB_LOCAL, dynamodbLocalClientConfig } from '../../runtime/ports/dynamodb-local';
import { TABLE_STREAMS } from '../../runtime/ports/table-stream';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { findLocalTable } from './aws_dynamodb_table';

const SEED_FOLDER = join(__dirname, '..', '..', '..', 'seed-data');

export const existingDynamodbTable: ResourceTwin = {
  type: 'existing_dynamodb_table',
  honoured: ['name', 'arn', 'stream_arn'],
  ignored: { key_arn: 'the laptop encrypts nothing at rest' },
  start: async (resource, registry) => {
    const name = resource.text('name');
    const { name: catalogueName } = resource.block;
    const table = dynamodbTables().find((one) => one.name === catalogueName);
    if (table === undefined) throw resource.refusal('name', `${name}, which is no table of the catalogue`);
    const database = registry.the(DYNAMODB_LOCAL);
    const client = keepAttributeNames(new DynamoDBClient(dynamodbLocalClientConfig(database)));
    try {
      const there = await findLocalTable(client, name);
      if (there === undefined && database.isReadOnly === true)
        throw resource.refusal('name', `${name}, which is no longer at ${database.endpoint}`);
      const { LatestStreamArn: localArn } = there ?? (await create(client, table, name));
      const streamArn = resource.text('stream_arn');
      if (localArn === undefined)
        throw resource.refusal('stream_arn', 'a stream, and the stand-in has none: start with --fresh');
      registry.of(TABLE_STREAMS).set(streamArn, { tableName: name, localArn, existing: table });
      return { attributes: { name, arn: resource.text('arn'), stream_arn: streamArn } };
    } finally {
      client.destroy();
    }
  },
};

async function create(client: DynamoDBClient, table: DynamodbTable, name: string): Promise<TableDescription> {
  const [partitionKey = '', sortKey] = table.key;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: partitionKey, KeyType: 'HASH' },
        ...(sortKey === undefined ? [] : [{ AttributeName: sortKey, KeyType: 'RANGE' as const }]),
      ],
      AttributeDefinitions: table.key.map((key) => ({
        AttributeName: key,
        AttributeType: table.keyTypes[key] ?? 'S',
      })),
    }),
  );
  await fillWithSeed(client, table, name);
  const { TableDescription: description } = await client.send(
    new UpdateTableCommand({
      TableName: name,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  return description ?? {};
}

/** Items of the seed file, where the table has one. */
async function fillWithSeed(client: DynamoDBClient, table: DynamodbTable, name: string): Promise<void> {
  const seed = ingestedTables().find((one) => one.source === 'dynamodb' && one.name === table.name);
  if (seed === undefined) return;
  const writer = new ItemWriter(client, { tableName: name, onRefused: async () => undefined });
  for await (const items of readJsonItems(createReadStream(join(SEED_FOLDER, seed.seedFile)))) {
    for (const { value } of items) {
      const built = value instanceof Refusal ? value : buildItem(value, table);
      if (!(built instanceof Refusal)) await writer.add(built);
    }
  }
  await writer.finish();
}
