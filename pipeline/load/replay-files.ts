/** Files that were loaded before, put back to be loaded again. */
import { CopyObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { LOADED_PREFIX, replayedKey } from '../s3-layout';

export interface ReplayRange {
  /** Loaded at this time or later; the loader moved the file then. */
  readonly fromMs: number;
  /** Loaded before this time. */
  readonly toMs: number;
}

export interface ReplayOptions {
  readonly bucket: string;
  readonly table: string;
  readonly range: ReplayRange;
  /** Letters and digits. Names this replay, so that its batches are not those that the ledger already has. */
  readonly id: string;
}

/**
 * Copies the files to `incoming/`; gives how many there were. They stay under `loaded/` as well. Versions decide in the
 * merge, and tombstones are kept longer than loaded files, so that a replay at any time leaves what is newer and revives
 * nothing. What is itself a copy of an earlier replay is left out, and so is the end of a backfill: an item that the
 * backfill did not see may have come since. Stopped in between, the next call copies all again, under its own id.
 */
export async function replayFiles(client: S3Client, options: ReplayOptions): Promise<number> {
  const { bucket, table, range, id } = options;
  let count = 0;
  let continuation: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: `${LOADED_PREFIX}${table}/`,
        ContinuationToken: continuation,
      }),
    );
    for (const { Key: from = '', LastModified } of page.Contents ?? []) {
      const to = replayedKey(from, id);
      const loadedAtMs = LastModified?.getTime() ?? 0;
      if (to === undefined || loadedAtMs < range.fromMs || loadedAtMs >= range.toMs) continue;
      const source = [bucket, ...from.split('/')].map(encodeURIComponent).join('/');
      await client.send(new CopyObjectCommand({ Bucket: bucket, Key: to, CopySource: source }));
      count += 1;
    }
    continuation = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (continuation !== undefined);
  return count;
}
