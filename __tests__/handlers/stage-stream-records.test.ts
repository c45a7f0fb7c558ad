import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { type Gateway, startGateway } from '../../local/protocol/gateway';
import { MessageQueue } from '../../local/services/sqs/message-queue';
import { createQueueApi } from '../../local/services/sqs/queue-api';
import {
  type CapturedLines,
  captureLines,
  lambdaContext,
  setEnvironment,
} from '../support/handler-environment';
import { type S3Server, startS3Server } from '../support/s3-server';
import { sequenceNumber, streamRecord, TABLE_PREFIX } from '../support/stream-records';

const BUCKET = 'data';
let folder: string;
const LETTERS = 'cdc-dev-stage-stream-records-dead-letters';
let queue: MessageQueue;
let gateway: Gateway;
let server: S3Server;
let s3: S3Client;
let lines: CapturedLines;
let invoke: (event: DynamoDBStreamEvent & { readonly isRedrive?: boolean }) => Promise<DynamoDBBatchResponse>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cdc-stage-'));
  server = await startS3Server({ folder, buckets: [BUCKET] });
  queue = MessageQueue.open(folder, LETTERS);
  const queues = new Map([[`arn:aws:sqs:eu-central-1:123456789012:${LETTERS}`, queue]]);
  gateway = await startGateway({ services: new Map([['sqs', createQueueApi(queues)]]) });
  const { accessKeyId, secretAccessKey } = gateway.registerCaller('cdc-dev-stage-stream-records');
  setEnvironment({
    AWS_ENDPOINT_URL_S3: server.endpoint,
    AWS_ENDPOINT_URL_SQS: gateway.endpoint,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    DATA_BUCKET: BUCKET,
    TABLE_PREFIX,
    DEAD_LETTER_QUEUE_URL: `https://sqs.eu-central-1.amazonaws.com/123456789012/${LETTERS}`,
  });
  lines = captureLines();
  s3 = new S3Client({});
  const { handler } = await import('../../handlers/stage-stream-records');
  invoke = (event) => handler(event, lambdaContext('cdc-dev-stage-stream-records'));
});

afterAll(async () => {
  lines.stop();
  s3.destroy();
  await gateway.stop();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

it('a delivery is staged in the data bucket and reported with rows, lag and flagged values', async () => {
  const Records = [
    streamRecord({ sequence: 1, id: 'a', after: { price: { N: '1' } } }),
    streamRecord({ sequence: 2, id: 'b', after: { price: { S: 'not a number' } } }),
  ];
  expect(await invoke({ Records })).toEqual({ batchItemFailures: [] });
  const listed = await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'incoming/trades/' }));
  expect(listed.Contents).toHaveLength(1);
  const object = await s3.send(new GetObjectCommand({ Bucket: BUCKET, Key: listed.Contents?.[0]?.Key }));
  const body = await object.Body?.transformToByteArray();
  expect(
    gunzipSync(body ?? '')
      .toString()
      .trimEnd()
      .split('\n'),
  ).toHaveLength(2);
  const [outcome] = lines.read().filter((line) => line.outcome === 'staged');
  expect(outcome).toMatchObject({ table: 'trades', rows: 2, files: 1, flagged: 1 });
  expect(outcome?.lagMs).toBeGreaterThan(0);
  expect(lines.read()).toContainEqual(expect.objectContaining({ table: 'trades', FlaggedValues: 1 }));
  expect(JSON.stringify(lines.read())).not.toContain('not a number');
});

it('a record of a table that the catalogue does not have is a dead letter, and its shard goes on', async () => {
  const Records = [
    streamRecord({ sequence: 8, id: 'a', after: {}, table: 'somebody-elses' }),
    streamRecord({ sequence: 7, id: 'a', after: {} }),
  ];
  expect(await invoke({ Records })).toEqual({ batchItemFailures: [] });
  expect(queue.read()).toMatchObject([{ body: { sequenceNumber: sequenceNumber(8), table: '' } }]);
  expect(lines.read()).toContainEqual(
    expect.objectContaining({ code: 'STREAM_RECORD_INVALID', outcome: 'dead-letter' }),
  );
});

it('a record that can never be a row is a dead letter at once, with the reason in the log and no value anywhere', async () => {
  const Records = [
    streamRecord({ sequence: 20, id: 'x'.repeat(2049), after: {} }),
    streamRecord({ sequence: 21, id: 'good', after: {} }),
  ];
  expect(await invoke({ Records })).toEqual({ batchItemFailures: [] });
  const letter = {
    code: 'STREAM_RECORD_INVALID',
    message: expect.stringContaining('an item of trades has a key that its target cannot hold: id '),
    table: 'trades',
    sequenceNumber: sequenceNumber(20),
  };
  expect(queue.read().at(-1)).toMatchObject({ body: letter });
  const { message, ...where } = letter;
  expect(lines.read()).toContainEqual(
    expect.objectContaining({ level: 'WARN', outcome: 'dead-letter', message, ...where }),
  );
  expect(lines.read()).toContainEqual(expect.objectContaining({ InvalidRecords: 1 }));
  expect(JSON.stringify([queue.read(), lines.read()])).not.toContain('xxx');
});

it('while letters are worked off, a record that still cannot be taken is reported, and makes no new letter', async () => {
  const Records = [streamRecord({ sequence: 22, id: 'x'.repeat(2049), after: {} })];
  const before = queue.count();
  expect(await invoke({ Records, isRedrive: true })).toEqual({
    batchItemFailures: [{ itemIdentifier: sequenceNumber(22) }],
  });
  expect(queue.count()).toBe(before);
});

it('a bucket that is not there fails the delivery, so that Lambda brings it again', async () => {
  jest.resetModules();
  setEnvironment({ DATA_BUCKET: 'no-such-bucket' });
  const { handler } = await import('../../handlers/stage-stream-records');
  const event = { Records: [streamRecord({ sequence: 9, after: {} })] };
  await expect(handler(event, lambdaContext('x'))).rejects.toMatchObject({ code: 'STAGE_FAILED' });
});
