import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  DatabaseMigrationServiceClient,
  DescribeReplicationTasksCommand,
} from '@aws-sdk/client-database-migration-service';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient, ListStreamsCommand } from '@aws-sdk/client-dynamodb-streams';
import { ExecuteStatementCommand, RedshiftDataClient } from '@aws-sdk/client-redshift-data';
import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { AdmissionRequest } from '../../../local/protocol/admission';
import { endpointVariables } from '../../../local/protocol/endpoint-variables';
import { EngineProxy } from '../../../local/protocol/engine-proxy';
import { type Gateway, startGateway } from '../../../local/protocol/gateway';
import {
  type Caller,
  type GatewayService,
  type JsonObject,
  type JsonService,
  ServiceError,
} from '../../../local/protocol/service';
import { S3Service } from '../../../local/services/s3/s3-service';

const folder = mkdtempSync(join(tmpdir(), 'cdc-gateway-'));
const asked: AdmissionRequest[] = [];
const handled: { operation: string; input: JsonObject; caller: Caller }[] = [];
let deny: ((request: AdmissionRequest) => boolean) | undefined;
let gateway: Gateway;
let engine: Server;
let proxy: EngineProxy;

const warehouseTwin: JsonService = {
  handle: async (operation, input, caller) => {
    handled.push({ operation, input, caller });
    if (input.Sql === 'fail') throw new ServiceError('ValidationException', 'no such cluster');
    if (input.Sql === 'crash') throw new TypeError('a fault of the twin');
    return { Id: 'statement-1', ClusterIdentifier: input.ClusterIdentifier };
  },
};

beforeAll(async () => {
  // Stands in for DynamoDB Local: it says what it was sent.
  engine = createServer((message, response) => {
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(JSON.stringify({ TableNames: [String(message.headers['x-amz-target'])], Streams: [] }));
  });
  await new Promise<void>((resolve) => engine.listen(0, '127.0.0.1', resolve));
  const address = engine.address();
  if (address === null || typeof address !== 'object') throw new Error('no port');
  proxy = new EngineProxy('DynamoDB Local', {
    endpoint: `http://127.0.0.1:${address.port}`,
    accessKeyId: 'AKIA',
    region: 'us-east-1',
  });
  const s3 = await S3Service.open(folder);
  s3.store.createBucket('data');
  gateway = await startGateway({
    services: new Map<string, GatewayService>([
      ['s3', s3],
      ['dynamodb', proxy],
      ['redshift-data', warehouseTwin],
    ]),
    authorize: (request) => {
      asked.push(request);
      if (deny?.(request)) {
        const name = request.service === 's3' ? 'AccessDenied' : 'AccessDeniedException';
        throw new ServiceError(name, `${request.identity} may not ${request.operation}`, 403);
      }
    },
  });
});
beforeEach(() => {
  asked.length = 0;
  deny = undefined;
});
afterAll(async () => {
  await gateway.stop();
  proxy.stop();
  await new Promise((resolve) => engine.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const clients: { destroy(): void }[] = [];
afterAll(() => {
  for (const client of clients) client.destroy();
});
const withClient = <Client extends { destroy(): void }>(client: Client): Client => {
  clients.push(client);
  return client;
};
const settings = (identity = 'loader') => ({
  endpoint: gateway.endpoint,
  region: 'eu-west-1',
  maxAttempts: 1,
  credentials: gateway.registerCaller(identity),
});
const s3 = (more: object = {}) => withClient(new S3Client({ ...settings(), ...more }));
const warehouse = (more: object = {}) => withClient(new RedshiftDataClient({ ...settings(), ...more }));

const runSql = (Sql: string) =>
  new ExecuteStatementCommand({ ClusterIdentifier: 'cluster', Database: 'dev', Sql });

describe('routing', () => {
  it('sends a JSON service its operation, input and caller', async () => {
    const answer = await warehouse().send(runSql('select 1'));
    expect(answer.Id).toBe('statement-1');
    expect(handled.at(-1)).toMatchObject({
      operation: 'ExecuteStatement',
      input: { ClusterIdentifier: 'cluster', Database: 'dev', Sql: 'select 1' },
      caller: { identity: 'loader' },
    });
  });

  it('answers S3 itself, for odd keys, ranges and streams too', async () => {
    const client = s3();
    for (const Key of ['plain', "a b+c/ü%(1)!*'/../~.txt", 'x//y', 'q?a=b&c#d']) {
      await client.send(new PutObjectCommand({ Bucket: 'data', Key, Body: `body of ${Key}` }));
      const got = await client.send(new GetObjectCommand({ Bucket: 'data', Key, Range: 'bytes=0-3' }));
      expect(await got.Body?.transformToString()).toBe('body');
    }
    const stream = { Body: Readable.from([Buffer.from('in '), Buffer.from('pieces')]), ContentLength: 9 };
    await client.send(new PutObjectCommand({ Bucket: 'data', Key: 'streamed', ...stream }));
    const listed = await client.send(
      new ListObjectsV2Command({ Bucket: 'data', Prefix: 'a b+c/ü%(1)', Delimiter: '/' }),
    );
    expect(listed.CommonPrefixes).toEqual([{ Prefix: "a b+c/ü%(1)!*'/" }]);
  });

  it('passes DynamoDB and its streams on to their engine', async () => {
    const tables = await withClient(new DynamoDBClient(settings())).send(new ListTablesCommand({}));
    expect(tables.TableNames).toEqual(['DynamoDB_20120810.ListTables']);
    const streams = withClient(new DynamoDBStreamsClient(settings())).send(new ListStreamsCommand({}));
    expect((await streams).Streams).toEqual([]);
  });

  it('refuses a service without a twin by name', async () => {
    const client = withClient(new DatabaseMigrationServiceClient(settings()));
    await expect(client.send(new DescribeReplicationTasksCommand({}))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
      message: expect.stringMatching(
        /no twin of the service dms; loader asked it for .*DescribeReplicationTasks/,
      ),
    });
  });

  it("carries a service's own exceptions, and calls a fault of a twin a fault", async () => {
    await expect(warehouse().send(runSql('fail'))).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'no such cluster',
    });
    await expect(warehouse().send(runSql('crash'))).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
  });
});

describe('a caller', () => {
  const put = new PutObjectCommand({ Bucket: 'data', Key: 'k', Body: 'x' });

  it('keeps its credentials within one run, and has none in common with others', () => {
    expect(gateway.registerCaller('a')).toEqual(gateway.registerCaller('a'));
    expect(gateway.registerCaller('a').accessKeyId).not.toBe(gateway.registerCaller('b').accessKeyId);
  });

  it('with an unknown key is refused', async () => {
    const credentials = { accessKeyId: 'AKIAUNKNOWN', secretAccessKey: 'x' };
    await expect(s3({ credentials }).send(put)).rejects.toMatchObject({ name: 'InvalidAccessKeyId' });
    await expect(warehouse({ credentials }).send(runSql('select 1'))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
  });

  it('with a wrong secret is refused', async () => {
    const credentials = { ...gateway.registerCaller('loader'), secretAccessKey: 'guessed' };
    await expect(s3({ credentials }).send(put)).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
    await expect(warehouse({ credentials }).send(runSql('select 1'))).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
  });

  it('that does not sign is refused', async () => {
    expect((await fetch(`${gateway.endpoint}/data/k`)).status).toBe(403);
    const json = await fetch(gateway.endpoint, {
      method: 'POST',
      headers: { 'x-amz-target': 'RedshiftData.ExecuteStatement' },
      body: '{}',
    });
    expect(await json.json()).toMatchObject({ __type: 'MissingAuthenticationTokenException' });
  });
});

describe('the authorization hook', () => {
  it('hears caller, service, operation and resource before anything is done', async () => {
    await s3().send(new PutObjectCommand({ Bucket: 'data', Key: 'told/1', Body: 'x' }));
    await s3().send(new ListObjectsV2Command({ Bucket: 'data', Prefix: 'told/' }));
    await warehouse().send(runSql('select 1'));
    const identity = 'loader';
    const region = 'eu-west-1';
    expect(asked).toMatchObject([
      { identity, region, service: 's3', operation: 'PutObject', input: { Bucket: 'data', Key: 'told/1' } },
      {
        identity,
        region,
        service: 's3',
        operation: 'ListObjectsV2',
        input: { Bucket: 'data', prefix: 'told/' },
      },
      {
        identity,
        region,
        service: 'redshift-data',
        operation: 'ExecuteStatement',
        input: { Database: 'dev' },
      },
    ]);
  });

  it('is asked for each key that one request deletes', async () => {
    for (const Key of ['many/1', 'many/2']) {
      await s3().send(new PutObjectCommand({ Bucket: 'data', Key, Body: 'x' }));
    }
    deny = ({ operation, input }) => operation === 'DeleteObject' && input.Key === 'many/2';
    const Objects = [{ Key: 'many/1' }, { Key: 'many/2' }];
    const answer = await s3().send(new DeleteObjectsCommand({ Bucket: 'data', Delete: { Objects } }));
    expect(answer.Deleted).toEqual([{ Key: 'many/1' }]);
    expect(answer.Errors).toMatchObject([{ Key: 'many/2', Code: 'AccessDenied' }]);
  });

  it('can deny a call, which then has no effect', async () => {
    deny = ({ operation }) => operation === 'PutObject' || operation === 'ListTables';
    const put = new PutObjectCommand({ Bucket: 'data', Key: 'denied', Body: 'x' });
    await expect(s3().send(put)).rejects.toMatchObject({
      name: 'AccessDenied',
      message: 'loader may not PutObject',
    });
    await expect(s3().send(new GetObjectCommand({ Bucket: 'data', Key: 'denied' }))).rejects.toMatchObject({
      name: 'NoSuchKey',
    });
    const list = withClient(new DynamoDBClient(settings())).send(new ListTablesCommand({}));
    await expect(list).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});

it('is reached by every client through the environment alone, AWS by none', async () => {
  const before = { ...process.env };
  const { accessKeyId, secretAccessKey } = gateway.registerCaller('by-environment');
  Object.assign(process.env, endpointVariables(gateway), {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  });
  try {
    await withClient(new S3Client({})).send(new ListObjectsV2Command({ Bucket: 'data' }));
    await withClient(new RedshiftDataClient({})).send(runSql('select 1'));
    await withClient(new DynamoDBClient({})).send(new ListTablesCommand({}));
    await withClient(new DynamoDBStreamsClient({})).send(new ListStreamsCommand({}));
    const refused = { $metadata: { httpStatusCode: 501 } };
    const dms = withClient(new DatabaseMigrationServiceClient({}));
    await expect(dms.send(new DescribeReplicationTasksCommand({}))).rejects.toMatchObject(refused);
    const secrets = withClient(new SecretsManagerClient({}));
    await expect(secrets.send(new GetSecretValueCommand({ SecretId: 's' }))).rejects.toMatchObject(refused);
    expect(new Set(asked.map(({ identity }) => identity))).toEqual(new Set(['by-environment']));
  } finally {
    process.env = before;
  }
});
