import {
  CreateTableCommand,
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { rejectedKey } from '../../pipeline/s3-layout';
import { TABLES } from '../../pipeline/tables';
import { type DynamodbBed, startDynamodbBed, TABLE_PREFIX } from '../support/dynamodb-bed';
import { type BundledHandler, bundleHandler, type HandlerRun } from '../support/run-handler';
import { BUCKET, startWarehouseBed, type WarehouseBed } from '../support/warehouse-bed';

let dynamodb: DynamodbBed;
let warehouse: WarehouseBed;
let client: DynamoDBClient;
let handler: BundledHandler<'forget-item'>;

beforeAll(async () => {
  [dynamodb, warehouse, handler] = await Promise.all([
    startDynamodbBed(),
    startWarehouseBed({ tables: TABLES }),
    bundleHandler('forget-item'),
  ]);
  // DynamoDB Local has a database for each access key, and the handler has the one of the warehouse.
  const { AWS_REGION: region, AWS_ACCESS_KEY_ID: accessKeyId = '' } = warehouse.environment;
  const credentials = { accessKeyId, secretAccessKey: 'any' };
  client = new DynamoDBClient({ endpoint: dynamodb.database.endpoint, region: region ?? '', credentials });
  await client.send(
    new CreateTableCommand({
      TableName: 'cdc-dev-trades',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  );
}, 90_000);

afterAll(async () => {
  handler?.remove();
  client?.destroy();
  await warehouse?.stop();
  await dynamodb?.stop();
});

const forget = (event: object): Promise<HandlerRun> =>
  handler.run(
    { CLUSTER_IDENTIFIER: 'cdc-dev', DATABASE_NAME: 'dev', DATA_BUCKET: BUCKET, TABLE_PREFIX },
    {
      ...dynamodb.environment,
      ...warehouse.environment,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.database.endpoint,
    },
    event,
  );

it('an item that its table still has is refused; once it is gone every copy goes, without its key in any line', async () => {
  const Item = { id: { S: 'secret-key' } };
  const TableName = 'cdc-dev-trades';
  await client.send(new PutItemCommand({ TableName, Item }));
  await warehouse.store.writeText(
    rejectedKey('trades', 'run'),
    `${JSON.stringify({ raw: '{"id":"secret-key"}' })}\n`,
  );
  await warehouse.dataApi.execute(
    "INSERT INTO market.trades (id, _cdc_digest, _cdc_version, _cdc_changed_at) VALUES ('secret-key', 'd', '1', GETDATE())",
  );
  const event = { table: 'trades', key: ['secret-key'] };
  const refused = await forget(event);
  expect(refused.failure).toMatch(
    /SOURCE_NOT_READY: nothing was forgotten: the item is still in cdc-dev-trades/,
  );
  await client.send(new DeleteItemCommand({ TableName, Key: Item }));
  const done = await forget(event);
  expect(done.result).toEqual({
    table: 'trades',
    isDone: true,
    copies: { rows: 1, tombstones: 0, incoming: 0, loaded: 0, rejected: 1, oldVersions: 0, unreadable: [] },
  });
  expect(await warehouse.store.readText(rejectedKey('trades', 'run'))).toBe('');
  expect(await warehouse.dataApi.readRows('SELECT id FROM market.trades')).toEqual([]);
  expect(refused.output + done.output.replace(/handler ended.*/, '')).not.toContain('secret-key');
});
