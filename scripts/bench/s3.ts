/** Puts and gets of 100 KB through the S3 twin, next to the same bytes written, synced and read as plain files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { open, readFile, rename } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startGateway } from '../../local/protocol/gateway';
import { S3Service } from '../../local/services/s3/s3-service';
import { type BenchResult, measured } from './result';

const OBJECTS = 200;
const BODY = Buffer.alloc(100 * 1024, 'abcdefghij');
const Bucket = 'data';

export async function bench(): Promise<BenchResult[]> {
  const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-s3-'));
  const s3 = await S3Service.open(join(folder, 's3'));
  s3.store.createBucket(Bucket);
  const gateway = await startGateway({ services: new Map([['s3', s3]]) });
  const client = new S3Client({
    endpoint: gateway.endpoint,
    region: 'us-east-1',
    credentials: gateway.registerCaller('bench'),
  });
  try {
    const shape = `${OBJECTS} × 100 KB, one at a time, SDK over HTTP`;
    const puts = await measured({
      name: 's3 puts',
      shape,
      rows: OBJECTS,
      floor: 'file write, sync, rename',
      run: () => each((Key) => client.send(new PutObjectCommand({ Bucket, Key, Body: BODY }))),
      runFloor: () => each((key) => writeSynced(join(folder, key))),
    });
    const gets = await measured({
      name: 's3 gets',
      shape,
      rows: OBJECTS,
      floor: 'file read',
      run: () =>
        each(async (Key) => {
          const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
          await Body?.transformToByteArray();
        }),
      runFloor: () => each((key) => readFile(join(folder, key))),
    });
    return [puts, gets];
  } finally {
    client.destroy();
    await gateway.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function each(work: (key: string) => Promise<unknown>): Promise<void> {
  for (let index = 0; index < OBJECTS; index += 1) await work(`object-${index}`);
}

async function writeSynced(path: string): Promise<void> {
  const file = await open(`${path}.unfinished`, 'w');
  await file.writeFile(BODY);
  await file.datasync();
  await file.close();
  await rename(`${path}.unfinished`, path);
}
