import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
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
let server: S3Server;
let s3: S3Client;
let lines: CapturedLines;
let invoke: (event: DynamoDBStreamEvent) => Promise<DynamoDBBatchResponse>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cdc-stage-'));
  server = await startS3Server({ folder, buckets: [BUCKET] });
  setEnvironment({ AWS_ENDPOINT_URL_S3: server.endpoint, DATA_BUCKET: BUCKET, TABLE_PREFIX });
  lines = captureLines();
  s3 = new S3Client({});
  const { handler } = await import('../../handlers/stage-stream-records');
  invoke = (event) => handler(event, lambdaContext('cdc-dev-stage-stream-records'));
});

afterAll(async () => {
  lines.stop();
  s3.destroy();
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

it('a record that cannot be taken is reported to Lambda by its sequence number', async () => {
  const Records = [
    streamRecord({ sequence: 7, id: 'a', after: {} }),
    streamRecord({ sequence: 8, id: 'a', after: {}, table: 'somebody-elses' }),
  ];
  expect(await invoke({ Records })).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceNumber(8) }] });
  expect(lines.read()).toContainEqual(expect.objectContaining({ code: 'STREAM_RECORD_INVALID' }));
});

it('a bucket that is not there fails the delivery, so that Lambda brings it again', async () => {
  jest.resetModules();
  setEnvironment({ DATA_BUCKET: 'no-such-bucket' });
  const { handler } = await import('../../handlers/stage-stream-records');
  const event = { Records: [streamRecord({ sequence: 9, after: {} })] };
  await expect(handler(event, lambdaContext('x'))).rejects.toMatchObject({ code: 'STAGE_FAILED' });
});
