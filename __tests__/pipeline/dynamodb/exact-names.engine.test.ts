import { type AttributeValue, BatchWriteItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { creationOf } from '../../../local/services/lambda/stream-mapping/shard-lineage';
import { buildEventRecord } from '../../../local/services/lambda/stream-mapping/stream-event';
import type { Item } from '../../../pipeline/dynamodb/attribute-value';
import { keepAttributeNames } from '../../../pipeline/dynamodb/exact-names';
import { projectItem } from '../../../pipeline/dynamodb/project-item';
import { parseExactJson } from '../../../pipeline/files/exact-json';
import { buildItem } from '../../../pipeline/ingest/build-item';
import type { DynamodbTable } from '../../../pipeline/tables';
import { type DynamodbBed, startDynamodbBed } from '../../support/dynamodb-bed';
import { TRADES } from '../../support/tables';

let bed: DynamodbBed;
beforeAll(async () => {
  bed = await startDynamodbBed();
});
afterAll(() => bed.stop());

const NAMES = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'];
const members = (value: string): string => NAMES.map((name) => `"${name}":${value}`).join(',');
const TEXT = `{"id":"a",${members('{"__proto__":["x",{"__proto__":1,"constructor":null}]}')}}`;
const built = buildItem(parseExactJson(TEXT) as never, TRADES) as { item: Record<string, AttributeValue> };
const expected = projectItem(TRADES, built.item as Item);

it('an item with the names of JavaScript is written, scanned and streamed as it is', async () => {
  const TableName = 'names';
  await bed.createTable(TableName);
  keepAttributeNames(keepAttributeNames(bed.client));
  await bed.client.send(
    new BatchWriteItemCommand({ RequestItems: { [TableName]: [{ PutRequest: { Item: built.item } }] } }),
  );

  const { Items = [] } = await bed.client.send(new ScanCommand({ TableName }));
  expect(Object.keys(Items[0] ?? {}).sort()).toEqual(['id', ...NAMES].sort());
  expect(projectItem(TRADES, Items[0] as Item)).toEqual(expected);

  const streams = keepAttributeNames(
    new DynamoDBStreamsClient({
      endpoint: bed.environment.AWS_ENDPOINT_URL_DYNAMODB ?? '',
      region: bed.environment.AWS_REGION ?? '',
      credentials: {
        accessKeyId: bed.environment.AWS_ACCESS_KEY_ID ?? '',
        secretAccessKey: bed.environment.AWS_SECRET_ACCESS_KEY ?? '',
      },
    }),
  );
  const { Streams = [] } = await streams.send(new ListStreamsCommand({ TableName }));
  const StreamArn = Streams[0]?.StreamArn ?? '';
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const ShardId = StreamDescription?.Shards?.[0]?.ShardId ?? '';
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
  );
  const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
  const [record] = Records;
  const event = buildEventRecord(record as never, {
    eventSourceArn: StreamArn,
    region: 'eu-central-1',
    generation: creationOf(ShardId),
    notBefore: { timeMs: 0, at: 0 },
  });
  const { dynamodb } = JSON.parse(JSON.stringify(event.json)) as { dynamodb: { NewImage: Item } };
  expect(projectItem(TRADES, dynamodb.NewImage)).toEqual(expected);
  streams.destroy();
});

it('the whole item holds every name, and nothing is flagged', () => {
  const nested = '{"__proto__":["x",{"__proto__":"1","constructor":null}]}';
  expect(expected.item).toBe(
    `{${[...NAMES, 'id']
      .sort()
      .map((name) => (name === 'id' ? '"id":"a"' : `"${name}":${nested}`))
      .join(',')}}`,
  );
  expect(expected.flags).toBeNull();
});

it('a column may be called as JavaScript calls things, and is NULL where the item has no such attribute', () => {
  const table: DynamodbTable = {
    ...TRADES,
    columns: [
      ...TRADES.columns.slice(0, 1),
      ...NAMES.map((name) => ({
        name,
        path: [name],
        type: { kind: 'text', characters: 64 } as const,
        nullable: true,
      })),
    ],
  };
  const absent = projectItem(table, { id: { S: 'a' } }).columns;
  const item = JSON.parse('{"id":{"S":"a"},"__proto__":{"S":"p"},"toString":{"S":"t"}}') as Item;
  const present = projectItem(table, item).columns;
  for (const name of NAMES) expect(absent[name]).toBeNull();
  expect(Object.entries(present)).toContainEqual(['__proto__', 'p']);
  expect(present.toString).toBe('t');
});
