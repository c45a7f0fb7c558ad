/** The S3 twin with one bucket, and what the ingest functions read and write there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { RejectedFile } from '../../pipeline/files/rejected-file';
import type { Rejection } from '../../pipeline/files/rejection';
import { startS3Server } from './s3-server';

export const DATA_BUCKET = 'cdc-dev-123456789012-data';

export interface S3Bed {
  readonly endpoint: string;
  readonly s3: S3Client;
  put(key: string, body: string | Buffer): Promise<void>;
  text(key: string): Promise<string>;
  keys(prefix: string): Promise<string[]>;
  /** Every rejection in the files that begin with this key, in the order of keys and lines. */
  rejections(keyPrefix: string): Promise<Rejection[]>;
  rejectedFile(table: string, runId: string): RejectedFile;
  stop(): Promise<void>;
}

export async function startS3Bed(): Promise<S3Bed> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-s3-'));
  const server = await startS3Server({ folder, buckets: [DATA_BUCKET] });
  const s3 = new S3Client({
    endpoint: server.endpoint,
    forcePathStyle: true,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const keys = async (Prefix: string): Promise<string[]> => {
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: DATA_BUCKET, Prefix }));
    return Contents.map(({ Key = '' }) => Key);
  };
  return {
    endpoint: server.endpoint,
    s3,
    keys,
    put: async (Key, Body) => {
      await s3.send(new PutObjectCommand({ Bucket: DATA_BUCKET, Key, Body }));
    },
    text: async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: DATA_BUCKET, Key }));
      return (await Body?.transformToString()) ?? '';
    },
    rejections: async (keyPrefix) => {
      const found: Rejection[] = [];
      for (const Key of await keys(keyPrefix)) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: DATA_BUCKET, Key }));
        const text = (await Body?.transformToString()) ?? '';
        for (const line of text.split('\n').slice(0, -1)) found.push(JSON.parse(line) as Rejection);
      }
      return found;
    },
    rejectedFile: (table, runId) => new RejectedFile(s3, { bucket: DATA_BUCKET, table, runId }),
    stop: async () => {
      s3.destroy();
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
