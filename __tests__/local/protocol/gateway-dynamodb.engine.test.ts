import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { EngineProxy } from '../../../local/protocol/engine-proxy';
import { type Gateway, startGateway } from '../../../local/protocol/gateway';
import type { DynamodbLocal } from '../../../local/runtime/ports/dynamodb-local';
import { startDynamodbLocal } from '../../../local/services/dynamodb/dynamodb-local';

const folder = mkdtempSync(join(tmpdir(), 'cdc-gateway-dynamodb-'));
let engine: DynamodbLocal;
let gateway: Gateway;
let proxy: EngineProxy;
const asked: string[] = [];

beforeAll(async () => {
  engine = await startDynamodbLocal({ folder });
  proxy = new EngineProxy('DynamoDB Local', engine);
  gateway = await startGateway({
    services: new Map([['dynamodb', proxy]]),
    authorize: ({ identity, operation, input }) =>
      void asked.push(`${identity} ${operation} ${String(input.TableName ?? '')}`),
  });
});
afterAll(async () => {
  await gateway?.stop();
  proxy?.stop();
  await engine?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const settings = (identity: string) => ({
  endpoint: gateway.endpoint,
  region: 'eu-west-1',
  credentials: gateway.registerCaller(identity),
});

it('carries tables, large batches, exceptions and streams between callers and DynamoDB Local', async () => {
  const TableName = 'cdc-dev-trades';
  const owner = new DynamoDBClient(settings('owner'));
  await owner.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  // Another caller, of another region, sees the same table.
  const writer = new DynamoDBClient({ ...settings('writer'), region: 'us-east-1' });
  const text = 'ü'.repeat(150_000);
  const puts = Array.from({ length: 25 }, (_, index) => ({
    PutRequest: { Item: { id: { S: `id ${index}` }, price: { N: '110.0700' }, text: { S: text } } },
  }));
  await writer.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
  const { Item } = await owner.send(new GetItemCommand({ TableName, Key: { id: { S: 'id 3' } } }));
  expect(Item).toMatchObject({ price: { N: '110.07' } });
  expect(Item?.text?.S === text).toBe(true);
  expect((await owner.send(new ScanCommand({ TableName, Select: 'COUNT' }))).Count).toBeGreaterThan(0);

  const doubled = new PutItemCommand({
    TableName,
    Item: { id: { S: 'id 3' } },
    ConditionExpression: 'attribute_not_exists(id)',
  });
  await expect(writer.send(doubled)).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });

  const streams = new DynamoDBStreamsClient(settings('reader'));
  const { Streams = [] } = await streams.send(new ListStreamsCommand({ TableName }));
  const StreamArn = Streams[0]?.StreamArn;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId;
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 2 }));
  expect(Records[0]?.eventName).toBe('INSERT');

  expect(asked).toEqual(
    expect.arrayContaining([
      `owner CreateTable ${TableName}`,
      'writer BatchWriteItem ',
      `owner GetItem ${TableName}`,
      `writer PutItem ${TableName}`,
      `reader ListStreams ${TableName}`,
      'reader GetRecords ',
    ]),
  );
  for (const client of [owner, writer, streams]) client.destroy();
});
