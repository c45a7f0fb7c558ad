/** DynamoDB Local with the tables of the catalogue, as the storage stack declares them. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { type DynamodbDatabase, dynamodbLocalClientConfig } from '../../local/runtime/ports/dynamodb-local';
import { startDynamodbLocal } from '../../local/services/dynamodb/dynamodb-local';
import { type DynamodbTable, dynamodbTableName } from '../../pipeline/tables';
import { TRADES } from './tables';

export const TABLE_PREFIX = 'cdc-dev-';

export interface DynamodbBed {
  readonly database: DynamodbDatabase;
  /** What tells a function's SDK of this server. */
  readonly environment: Readonly<Record<string, string>>;
  readonly client: DynamoDBClient;
  /** Makes a table like that of the catalogue under another name. */
  createTable(tableName: string, table?: DynamodbTable): Promise<void>;
  /** Every item of the table, by its `id`. */
  items(tableName: string): Promise<Map<string, Record<string, AttributeValue>>>;
  stop(): Promise<void>;
}

export async function startDynamodbBed(): Promise<DynamodbBed> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-dynamodb-'));
  const local = await startDynamodbLocal({ folder });
  const config = dynamodbLocalClientConfig(local);
  const client = new DynamoDBClient(config);
  const createTable = async (TableName: string, table: DynamodbTable = TRADES): Promise<void> => {
    await client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: table.key.map((AttributeName) => ({
          AttributeName,
          AttributeType: table.keyTypes[AttributeName] ?? 'S',
        })),
        KeySchema: table.key.map((AttributeName, place) => ({
          AttributeName,
          KeyType: place === 0 ? 'HASH' : 'RANGE',
        })),
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
  };
  await createTable(dynamodbTableName(TRADES, TABLE_PREFIX));
  return {
    database: local,
    environment: {
      AWS_ENDPOINT_URL_DYNAMODB: config.endpoint,
      AWS_REGION: config.region,
      AWS_ACCESS_KEY_ID: config.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: config.credentials.secretAccessKey,
    },
    client,
    createTable,
    items: async (TableName) => {
      const found = new Map<string, Record<string, AttributeValue>>();
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
      do {
        const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey }));
        for (const item of page.Items ?? []) found.set(item.id?.S ?? '', item);
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey !== undefined);
      return found;
    },
    stop: async () => {
      client.destroy();
      await local.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
