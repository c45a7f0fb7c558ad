import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  BatchExecuteStatementCommand,
  DescribeStatementCommand,
  ExecuteStatementCommand,
  GetStatementResultCommand,
  RedshiftDataClient,
} from '@aws-sdk/client-redshift-data';
import { type JsonService, ServiceError } from '../../../../../local/protocol/service';
import { createDataApi } from '../../../../../local/services/redshift/data-api/data-api';
import { openBed, type WarehouseBed } from '../twin-bed';

let bed: WarehouseBed;
let server: Server;
let client: RedshiftDataClient;
const TARGET = { ClusterIdentifier: 'cdc-dev', Database: 'dev', WaitTimeSeconds: 30 };

beforeAll(async () => {
  bed = await openBed();
  server = serve(createDataApi({ warehouse: bed.warehouse, clusterIdentifier: 'cdc-dev' }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = new RedshiftDataClient({
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
  });
});

afterAll(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  await bed.close();
});

/** JSON 1.1 over HTTP, as the gateway speaks it. */
function serve(service: JsonService): Server {
  return createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const operation = String(request.headers['x-amz-target']).split('.')[1]!;
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    try {
      const answer = await service.handle(operation, JSON.parse(Buffer.concat(chunks).toString()), {
        identity: 'test',
      });
      response.end(JSON.stringify(answer));
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      response.statusCode = error.statusCode;
      response.end(JSON.stringify({ __type: error.name, Message: error.message, ...error.members }));
    }
  });
}

it('the SDK submits, waits, describes and reads', async () => {
  const submitted = await client.send(
    new ExecuteStatementCommand({
      ...TARGET,
      Sql: 'SELECT :a::int AS a, :b AS b',
      Parameters: [
        { name: 'a', value: '1' },
        { name: 'b', value: 'x' },
      ],
    }),
  );
  expect(submitted).toMatchObject({ Status: 'FINISHED', HasResultSet: true });
  expect(submitted.CreatedAt).toBeInstanceOf(Date);
  const described = await client.send(new DescribeStatementCommand({ Id: submitted.Id }));
  expect(described).toMatchObject({
    Status: 'FINISHED',
    ResultRows: 1,
    QueryParameters: [
      { name: 'a', value: '1' },
      { name: 'b', value: 'x' },
    ],
  });
  expect(Math.abs(described.UpdatedAt!.getTime() - Date.now())).toBeLessThan(60_000);
  const result = await client.send(new GetStatementResultCommand({ Id: submitted.Id }));
  expect(result.Records).toEqual([[{ longValue: 1 }, { stringValue: 'x' }]]);
  expect(result.ColumnMetadata).toMatchObject([
    { name: 'a', typeName: 'int4' },
    { name: 'b', typeName: 'varchar' },
  ]);
});

it('the SDK sees the sub-statements of a batch', async () => {
  const { Id } = await client.send(
    new BatchExecuteStatementCommand({ ...TARGET, Sqls: ['SELECT 1', 'SELECT x'] }),
  );
  const described = await client.send(new DescribeStatementCommand({ Id }));
  expect(described).toMatchObject({
    Status: 'FAILED',
    Error: expect.stringMatching(/^Query #2 failed with ERROR: /),
  });
  expect(described.SubStatements).toMatchObject([
    { Id: `${Id}:1`, Status: 'FINISHED' },
    { Id: `${Id}:2`, Status: 'FAILED' },
  ]);
});

it('the SDK gets exceptions by name', async () => {
  await expect(
    client.send(new ExecuteStatementCommand({ ...TARGET, ClusterIdentifier: 'other', Sql: 'SELECT 1' })),
  ).rejects.toMatchObject({
    name: 'ValidationException',
    message: "Redshift endpoint doesn't exist in this region.",
  });
  await expect(
    client.send(new DescribeStatementCommand({ Id: '00000000-0000-0000-0000-000000000000' })),
  ).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    ResourceId: '00000000-0000-0000-0000-000000000000',
  });
});
