import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { freePort } from '../../../../local/runtime/free-port';
import {
  type DynamodbLocal,
  dynamodbLocalClientConfig,
} from '../../../../local/runtime/ports/dynamodb-local';
import { waitUntil } from '../../../../local/runtime/wait-until';
import { startDynamodbLocal } from '../../../../local/services/dynamodb/dynamodb-local';
import { emulatorFolder } from '../../../../local/services/dynamodb/emulator';

const TableName = 'cdc-dev-trades';
const folder = mkdtempSync(join(tmpdir(), 'cdc-dynamodb-doors-'));
let server: DynamodbLocal;

/** What the version before kept: one database for all keys. */
async function leaveSharedDatabase(): Promise<void> {
  const dataFolder = join(folder, 'data');
  mkdirSync(dataFolder, { recursive: true });
  const emulator = emulatorFolder();
  const port = await freePort();
  const earlier = spawn(
    'java',
    [
      `-Djava.library.path=${join(emulator, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(emulator, 'DynamoDBLocal.jar'),
      '-port',
      String(port),
      '-dbPath',
      dataFolder,
      '-sharedDb',
      '-disableTelemetry',
    ],
    { stdio: 'ignore', cwd: folder },
  );
  const client = clientOf(`http://127.0.0.1:${port}`, 'ANYKEY');
  try {
    await waitUntil(() => client.send(new ListTablesCommand({})), {
      what: 'the earlier server',
      timeoutMs: 60_000,
    });
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
    await client.send(new PutItemCommand({ TableName, Item: { id: { S: 'kept' }, price: { N: '1.50' } } }));
  } finally {
    client.destroy();
    await ended(earlier);
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  // Killed, as a laptop whose battery is empty.
  child.kill('SIGKILL');
  await exit;
}

const clientOf = (endpoint: string, accessKeyId: string, region = 'us-east-1'): DynamoDBClient =>
  new DynamoDBClient({ endpoint, region, credentials: { accessKeyId, secretAccessKey: 'any' } });

beforeAll(async () => {
  await leaveSharedDatabase();
  server = await startDynamodbLocal({ folder });
}, 120_000);

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('takes over the items and the stream of the database that every key opened', async () => {
  const config = dynamodbLocalClientConfig(server);
  const client = new DynamoDBClient(config);
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { id: { S: 'kept' } } }));
  expect(Item).toEqual({ id: { S: 'kept' }, price: { N: '1.5' } });
  client.destroy();
  const streams = new DynamoDBStreamsClient(config);
  const { Streams = [] } = await streams.send(new ListStreamsCommand({ TableName }));
  expect(Streams).toHaveLength(1);
  const StreamArn = Streams[0]?.StreamArn;
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  const { ShardIterator } = await streams.send(
    new GetShardIteratorCommand({
      StreamArn,
      ShardId: StreamDescription?.Shards?.[0]?.ShardId,
      ShardIteratorType: 'TRIM_HORIZON',
    }),
  );
  const { Records = [] } = await streams.send(new GetRecordsCommand({ ShardIterator }));
  expect(Records.map(({ eventName, dynamodb }) => [eventName, dynamodb?.Keys?.id?.S])).toEqual([
    ['INSERT', 'kept'],
  ]);
  streams.destroy();
});

it('shows an empty database to every other access key, and to its own key in another region', async () => {
  for (const [accessKeyId, region] of [
    ['ANYKEY', 'us-east-1'],
    ['laptop', 'us-east-1'],
    [server.accessKeyId, 'eu-central-1'],
  ] as const) {
    const client = clientOf(server.endpoint, accessKeyId, region);
    expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
    client.destroy();
  }
});

it('keeps its key, the same at each start, where only the owner reads', async () => {
  expect(server.accessKeyId).toMatch(/^AKIA[0-9A-F]{32}$/);
  expect(statSync(join(folder, 'access-key')).mode & 0o777).toBe(0o600);
  const before = server.accessKeyId;
  await server.stop();
  server = await startDynamodbLocal({ folder });
  expect(server.accessKeyId).toBe(before);
  expect(readdirSync(join(folder, 'data'))).toContain(`${before}_us-east-1.db`);
}, 90_000);

it('refuses a connection to any address of the machine but the loopback address', async () => {
  const port = Number(new URL(server.endpoint).port);
  const others = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
  // The whole of 127.0.0.0/8 is the machine's own on Linux, so there is another address on a machine without network.
  if (process.platform === 'linux') others.push('127.0.0.2');
  for (const host of others) expect(await outcomeOfConnecting(host, port)).toBe('ECONNREFUSED');
  expect(await outcomeOfConnecting('127.0.0.1', port)).toBe('connected');
});

const outcomeOfConnecting = (host: string, port: number): Promise<string> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
