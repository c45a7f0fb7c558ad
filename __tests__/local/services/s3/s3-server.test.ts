import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import * as fc from 'fast-check';
import { type S3Server, startS3Server } from '../../../support/s3-server';

const folder = mkdtempSync(join(tmpdir(), 'cdc-s3-'));
let server: S3Server;
let client: S3Client;
const Bucket = 'data';

const start = async (): Promise<void> => {
  server = await startS3Server({ folder, buckets: [Bucket] });
  client = new S3Client({
    endpoint: server.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
    maxAttempts: 1,
  });
};
const stop = async (): Promise<void> => {
  client.destroy();
  await server.stop();
};

beforeAll(start);
afterAll(async () => {
  await stop();
  rmSync(folder, { recursive: true, force: true });
});

const put = (Key: string, Body: string | Buffer | Readable, more: object = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = async (Key: string, more: object = {}): Promise<Buffer> => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, ...more }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
};
const list = async (more: object): Promise<{ keys: string[]; prefixes: string[] }> => {
  const page = await client.send(new ListObjectsV2Command({ Bucket, ...more }));
  return {
    keys: (page.Contents ?? []).map(({ Key }) => Key as string),
    prefixes: (page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix as string),
  };
};
const failure = async (
  work: Promise<unknown>,
): Promise<{ name: string; status: number; message: string }> => {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught as Error & { $metadata: { httpStatusCode: number } },
  );
  if (error === undefined) throw new Error('it did not fail');
  return { name: error.name, status: error.$metadata?.httpStatusCode, message: error.message };
};

describe('an object', () => {
  it('comes back with its bytes, ETag and metadata', async () => {
    const written = await put('a b/c.txt', 'hello', {
      ContentType: 'text/plain',
      ContentEncoding: 'gzip',
      Metadata: { origin: 'here' },
    });
    expect(written.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const got = await client.send(new GetObjectCommand({ Bucket, Key: 'a b/c.txt' }));
    expect(await got.Body?.transformToString()).toBe('hello');
    expect(got).toMatchObject({
      ETag: written.ETag,
      ContentType: 'text/plain',
      ContentEncoding: 'gzip',
      ContentLength: 5,
      Metadata: { origin: 'here' },
    });
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: 'a b/c.txt' }));
    expect(head).toMatchObject({ ETag: written.ETag, ContentLength: 5, Metadata: { origin: 'here' } });
  });

  it('streams in as aws-chunked with a checksum trailer', async () => {
    const bytes = Buffer.alloc(700_000, 'abcdefg');
    const pieces = [bytes.subarray(0, 10), bytes.subarray(10, 300_000), bytes.subarray(300_000)];
    for (const ChecksumAlgorithm of ['CRC32', 'CRC32C', 'SHA1', 'SHA256'] as const) {
      const answer = await put('streamed', Readable.from(pieces), {
        ContentLength: bytes.length,
        ChecksumAlgorithm,
      });
      expect(answer[`Checksum${ChecksumAlgorithm}`]).toEqual(expect.any(String));
      // Compared by itself: jest takes seconds over buffers of this size.
      expect((await get('streamed')).equals(bytes)).toBe(true);
    }
  });

  it('gives parts by range', async () => {
    await put('range', '0123456789');
    expect((await get('range', { Range: 'bytes=2-4' })).toString()).toBe('234');
    expect((await get('range', { Range: 'bytes=7-' })).toString()).toBe('789');
    expect((await get('range', { Range: 'bytes=-3' })).toString()).toBe('789');
    expect((await get('range', { Range: 'bytes=8-99' })).toString()).toBe('89');
    expect(await failure(get('range', { Range: 'bytes=10-' }))).toMatchObject({
      name: 'InvalidRange',
      status: 416,
    });
  });

  it('can be empty', async () => {
    await put('empty', '', { ContentLength: 0 });
    expect(await get('empty')).toEqual(Buffer.alloc(0));
  });

  it('is refused, and the old one kept, when a checksum is wrong', async () => {
    await put('checked', 'old');
    const wrong = [
      { ContentMD5: Buffer.alloc(16).toString('base64') },
      { ChecksumCRC32: 'AAAAAA==' },
      { ChecksumSHA256: Buffer.alloc(32).toString('base64') },
    ];
    for (const checksum of wrong) {
      expect(await failure(put('checked', 'new', checksum))).toMatchObject({
        name: 'BadDigest',
        status: 400,
      });
    }
    expect((await get('checked')).toString()).toBe('old');
  });

  it('is gone after it was deleted, once or twice', async () => {
    await put('short-lived', 'x');
    for (let time = 0; time < 2; time += 1) {
      await client.send(new DeleteObjectCommand({ Bucket, Key: 'short-lived' }));
      expect(await failure(get('short-lived'))).toMatchObject({ name: 'NoSuchKey', status: 404 });
    }
    expect(await failure(client.send(new HeadObjectCommand({ Bucket, Key: 'short-lived' })))).toMatchObject({
      name: 'NotFound',
      status: 404,
    });
  });
});

describe('a condition', () => {
  it('If-None-Match: * lets one of many writers through', async () => {
    const writers = Array.from({ length: 8 }, (_, index) =>
      put('once', `writer ${index}`, { IfNoneMatch: '*' }),
    );
    const outcomes = await Promise.allSettled(writers);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const winner = outcomes.findIndex(({ status }) => status === 'fulfilled');
    expect((await get('once')).toString()).toBe(`writer ${winner}`);
    expect(await failure(put('once', 'late', { IfNoneMatch: '*' }))).toMatchObject({
      name: 'PreconditionFailed',
      status: 412,
    });
  });

  it('If-Match replaces only the object that was seen', async () => {
    const { ETag } = await put('seen', 'first');
    await put('seen', 'second', { IfMatch: ETag });
    expect(await failure(put('seen', 'third', { IfMatch: ETag }))).toMatchObject({ status: 412 });
    expect(await failure(put('never', 'x', { IfMatch: ETag }))).toMatchObject({ name: 'NoSuchKey' });
    expect((await get('seen')).toString()).toBe('second');
  });

  it('If-None-Match spares an unchanged download', async () => {
    const { ETag } = await put('cached', 'x');
    expect(await failure(get('cached', { IfNoneMatch: ETag }))).toMatchObject({ status: 304 });
    expect(await failure(get('cached', { IfMatch: '"other"' }))).toMatchObject({ status: 412 });
  });
});

describe('a copy', () => {
  it('carries bytes and metadata, or new metadata when told so', async () => {
    await put('from/ä+b %.txt', 'content', { ContentType: 'text/x', Metadata: { a: '1' } });
    const CopySource = `${Bucket}/${encodeURIComponent('from/ä+b %.txt')}`;
    await client.send(new CopyObjectCommand({ Bucket, Key: 'to/1', CopySource }));
    await client.send(
      new CopyObjectCommand({
        Bucket,
        Key: 'to/2',
        CopySource,
        MetadataDirective: 'REPLACE',
        Metadata: { b: '2' },
      }),
    );
    const first = await client.send(new GetObjectCommand({ Bucket, Key: 'to/1' }));
    const second = await client.send(new GetObjectCommand({ Bucket, Key: 'to/2' }));
    expect(await first.Body?.transformToString()).toBe('content');
    expect(first).toMatchObject({ ContentType: 'text/x', Metadata: { a: '1' } });
    expect(await second.Body?.transformToString()).toBe('content');
    expect(second.Metadata).toEqual({ b: '2' });
    const missing = new CopyObjectCommand({ Bucket, Key: 'to/3', CopySource: `${Bucket}/none` });
    expect(await failure(client.send(missing))).toMatchObject({ name: 'NoSuchKey' });
  });
});

describe('a listing', () => {
  const keys = ['l/a', 'l/a/b', 'l/a/c', 'l/a/d/e', 'l/b', 'l/c/1', 'l/c/2', 'l/d', 'l/￿', 'l/😀'];
  beforeAll(async () => {
    for (const key of [...keys].reverse()) await put(key, 'x');
  });

  it('is sorted by UTF-8 bytes', async () => {
    expect((await list({ Prefix: 'l/' })).keys).toEqual(keys);
  });

  it('folds keys at the delimiter', async () => {
    const page = await list({ Prefix: 'l/', Delimiter: '/' });
    expect(page).toEqual({
      keys: ['l/a', 'l/b', 'l/d', 'l/￿', 'l/😀'],
      prefixes: ['l/a/', 'l/c/'],
    });
  });

  it.each([undefined, '/'])(
    'comes in pages that together are the whole (delimiter %s)',
    async (Delimiter) => {
      const whole = await list({ Prefix: 'l/', Delimiter });
      const seen: string[] = [];
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(
          new ListObjectsV2Command({ Bucket, Prefix: 'l/', Delimiter, MaxKeys: 2, ContinuationToken }),
        );
        expect(page.KeyCount).toBeLessThanOrEqual(2);
        expect(page.KeyCount).toBe((page.Contents ?? []).length + (page.CommonPrefixes ?? []).length);
        seen.push(...(page.Contents ?? []).map(({ Key }) => Key as string));
        seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix as string));
        ContinuationToken = page.NextContinuationToken;
      } while (ContinuationToken !== undefined);
      expect(seen.sort()).toEqual([...whole.keys, ...whole.prefixes].sort());
    },
  );

  it('starts after a key, and can be url-encoded', async () => {
    expect((await list({ Prefix: 'l/', StartAfter: 'l/c/1' })).keys).toEqual(['l/c/2', 'l/d', 'l/￿', 'l/😀']);
    const encoded = await list({ Prefix: 'l/', StartAfter: 'l/d', EncodingType: 'url' });
    expect(encoded.keys.map(decodeURIComponent)).toEqual(['l/￿', 'l/😀']);
    expect((await list({ Prefix: 'l/', MaxKeys: 0 })).keys).toEqual([]);
  });
});

it('deletes many objects with one request', async () => {
  const Objects = ['m/1', 'm/&<>"\'', 'm/ü', 'm/none'].map((Key) => ({ Key }));
  for (const { Key } of Objects.slice(0, 3)) await put(Key, 'x');
  const answer = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  expect(answer.Deleted?.map(({ Key }) => Key)).toEqual(Objects.map(({ Key }) => Key));
  expect((await list({ Prefix: 'm/' })).keys).toEqual([]);
});

it('puts the parts of a multipart upload together', async () => {
  const Key = 'large';
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ Bucket, Key, ContentType: 'application/x' }),
  );
  const bodies = [Buffer.alloc(5 * 1024 * 1024, 'a'), Buffer.from('tail')];
  const Parts: CompletedPart[] = [];
  for (const [index, Body] of bodies.entries()) {
    const PartNumber = index + 1;
    const { ETag } = await client.send(new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }));
    Parts.push({ ETag, PartNumber });
  }
  const complete = (parts: typeof Parts) =>
    client.send(
      new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts: parts } }),
    );
  expect(await failure(complete([...Parts].reverse()))).toMatchObject({ name: 'InvalidPartOrder' });
  expect(await failure(complete([{ PartNumber: 1, ETag: '"no"' }]))).toMatchObject({ name: 'InvalidPart' });
  expect((await complete(Parts)).ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
  const got = await client.send(new GetObjectCommand({ Bucket, Key }));
  expect(got.ContentType).toBe('application/x');
  expect(Buffer.from((await got.Body?.transformToByteArray()) ?? []).equals(Buffer.concat(bodies))).toBe(
    true,
  );
  const abort = new AbortMultipartUploadCommand({ Bucket, Key, UploadId });
  expect(await failure(client.send(abort))).toMatchObject({ name: 'NoSuchUpload' });
});

it('answers for buckets', async () => {
  server.createBucket('second');
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  expect(Buckets.map(({ Name }) => Name)).toEqual([Bucket, 'second']);
  await client.send(new HeadBucketCommand({ Bucket }));
  await client.send(new GetBucketLocationCommand({ Bucket }));
  expect(await failure(client.send(new HeadBucketCommand({ Bucket: 'none' })))).toMatchObject({
    status: 404,
  });
  const elsewhere = new PutObjectCommand({ Bucket: 'none', Key: 'k', Body: 'x' });
  expect(await failure(client.send(elsewhere))).toMatchObject({ name: 'NoSuchBucket', status: 404 });
});

it('refuses what it does not implement by name', async () => {
  await put('acl', 'x');
  const refused = await failure(client.send(new GetObjectAclCommand({ Bucket, Key: 'acl' })));
  expect(refused).toMatchObject({ name: 'NotImplemented', status: 501 });
  expect(refused.message).toContain('acl');
  // Buckets are what the stacks declare.
  const created = await failure(client.send(new CreateBucketCommand({ Bucket: 'third' })));
  expect(created).toMatchObject({ name: 'NotImplemented', status: 501 });
  const tagged = await failure(put('tagged', 'x', { Tagging: 'a=b' }));
  expect(tagged.message).toContain('x-amz-tagging');
});

const anyKey = fc
  .oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
    fc
      .array(
        fc.constantFrom(
          'a',
          'A',
          'b',
          '.',
          '..',
          '/',
          '//',
          '%',
          '%2f',
          '=',
          ' ',
          '+',
          '~',
          'ü',
          '😀',
          '?',
          '#',
          '&',
          '\n',
        ),
        {
          minLength: 1,
          maxLength: 12,
        },
      )
      .map((parts) => parts.join('')),
    fc.integer({ min: 240, max: 1000 }).map((length) => 'k'.repeat(length)),
  )
  // A client drops an empty first path segment; XML 1.0 cannot carry these characters.
  .filter((key) => !key.startsWith('/') && Buffer.byteLength(key) <= 1024)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  .filter((key) => !/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(key));

it('refuses to start on an object that was changed by hand, and names the file', async () => {
  const damagedFolder = mkdtempSync(join(tmpdir(), 'cdc-s3-damaged-'));
  const first = await startS3Server({ folder: damagedFolder, buckets: [Bucket] });
  await fetch(`${first.endpoint}/${Bucket}/some/key`, { method: 'PUT', body: 'content' });
  await first.stop();
  const file = join(damagedFolder, 'buckets', Bucket, 'some', 'key=');
  truncateSync(file, statSync(file).size - 1);
  await expect(startS3Server({ folder: damagedFolder })).rejects.toThrow(`${file} is not a whole object`);
  rmSync(damagedFolder, { recursive: true });
});

it('keeps any set of keys and bodies apart, also across a restart', async () => {
  const kept = new Map<string, Buffer>();
  await fc.assert(
    fc.asyncProperty(anyKey, fc.uint8Array({ maxLength: 3_000 }), async (key, bytes) => {
      await put(key, Buffer.from(bytes));
      kept.set(key, Buffer.from(bytes));
      expect(await get(key)).toEqual(kept.get(key));
    }),
    { numRuns: 150 },
  );
  await stop();
  await start();
  for (const [key, bytes] of kept) expect(await get(key)).toEqual(bytes);
  // Encoded: the client's XML parser drops a key of line ends alone.
  const listed = (await list({ EncodingType: 'url' })).keys.map(decodeURIComponent);
  expect(listed).toEqual(expect.arrayContaining([...kept.keys()]));
});
