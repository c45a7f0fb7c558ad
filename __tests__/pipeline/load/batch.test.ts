import type { S3Client } from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { selectBatch } from '../../../pipeline/load/batch-selection';
import { BatchStore, rejectedFileKey } from '../../../pipeline/load/batch-store';
import { buildManifest, parseManifest } from '../../../pipeline/load/manifest';
import { batchIdOf } from '../../../pipeline/s3-layout';

const keys = fc.uniqueArray(
  fc.stringMatching(/^[a-z0-9]{1,6}$/).map((name) => `incoming/trades/${name}.json.gz`),
  { minLength: 1 },
);

it('a manifest lists each file once, mandatory, and is read back as it was written', () => {
  fc.assert(
    fc.property(keys, (files) => {
      const text = buildManifest('bucket', [...files, ...files]);
      expect(parseManifest(text, 'bucket')).toEqual([...files].sort());
      const { entries } = JSON.parse(text) as { entries: { mandatory: boolean }[] };
      expect(entries.every(({ mandatory }) => mandatory)).toBe(true);
    }),
  );
});

it.each([
  ['no JSON', '{'],
  ['another shape', '{"files":[]}'],
  ['no entries', '{"entries":[]}'],
  ['another bucket', '{"entries":[{"url":"s3://other/incoming/x"}]}'],
])('a text that has %s is no manifest', (_what, text) => {
  expect(parseManifest(text, 'bucket')).toBeUndefined();
});

it('the same files in any order are the same batch', () => {
  fc.assert(
    fc.property(keys, (files) => {
      expect(batchIdOf([...files].reverse())).toBe(batchIdOf([...files, files[0] ?? '']));
    }),
  );
});

const file = (key: string, writtenAtMs: number, sizeBytes = 10) => ({ key, writtenAtMs, sizeBytes });

it('a batch takes the oldest files, up to both limits', () => {
  const waiting = [file('c', 3), file('b', 2), file('a', 2), file('d', 1)];
  expect(selectBatch(waiting, { maxFiles: 3, maxBytes: 1000 })).toEqual(['d', 'a', 'b']);
  expect(selectBatch(waiting, { maxFiles: 9, maxBytes: 25 })).toEqual(['d', 'a']);
  expect(selectBatch([], { maxFiles: 9, maxBytes: 25 })).toEqual([]);
});

it('a file above the limit makes a batch of its own instead of waiting indefinitely', () => {
  expect(selectBatch([file('a', 1, 99), file('b', 2)], { maxFiles: 9, maxBytes: 25 })).toEqual(['a']);
});

it('a file that cannot be read is rejected under its own name', () => {
  expect(rejectedFileKey('incoming/trades/0a1b/1-2.json.gz')).toBe('rejected/trades/files/0a1b/1-2.json.gz');
});

it('of more than 20,000 waiting files so many are listed, oldest key first, and a backfill’s end never before its files', async () => {
  const keys = Array.from(
    { length: 20_500 },
    (_, at) => `backfill-1/0-${String(at).padStart(6, '0')}.json.gz`,
  );
  const all = [...keys, 'backfill-1/end.json'].map((key) => `incoming/trades/${key}`).sort();
  let left = all;
  const client = {
    send: async ({ input }: { readonly input: { readonly ContinuationToken?: string } }) => {
      const from = Number(input.ContinuationToken ?? 0);
      const page = left.slice(from, from + 1_000);
      const isTruncated = from + page.length < left.length;
      return {
        Contents: page.map((Key) => ({ Key, Size: 1 })),
        IsTruncated: isTruncated,
        ...(isTruncated ? { NextContinuationToken: String(from + page.length) } : {}),
      };
    },
  } as unknown as S3Client;
  const store = new BatchStore(client, 'bucket');
  const waiting = await store.listWaiting('trades');
  expect(waiting.map(({ key }) => key)).toEqual(all.slice(0, 20_000));
  // What was listed has been loaded and moved.
  left = all.slice(20_000);
  expect((await store.listWaiting('trades')).map(({ key }) => key).at(-1)).toBe(
    'incoming/trades/backfill-1/end.json',
  );
});

it('a file that S3 copies and does not delete fails the move, named', async () => {
  const key = 'incoming/trades/1.json.gz';
  const client = {
    send: async ({ input }: { readonly input: { readonly Delete?: unknown } }) =>
      input.Delete === undefined
        ? {}
        : { Errors: [{ Key: key, Code: 'InternalError', Message: 'try again' }] },
  } as unknown as S3Client;
  await expect(new BatchStore(client, 'bucket').moveToLoaded([key])).rejects.toThrow(
    `S3 did not delete ${key}: InternalError, try again`,
  );
});
