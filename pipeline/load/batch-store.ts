/** The data bucket as the loader sees it: waiting files, manifests, and where files go afterwards. */
import { hash } from 'node:crypto';
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { INCOMING_PREFIX, incomingPrefix, loadedKey, MANIFEST_PREFIX, REJECTED_PREFIX } from '../s3-layout';
import type { WaitingFile } from './batch-selection';

/** An object under `incoming/` that belongs to no table of the catalogue. */
export interface StrangeObject {
  readonly key: string;
  /** Where it lies now. */
  readonly movedTo: string;
  readonly reason: string;
}

/**
 * More are left for the next listing, which comes to them: what is listed leaves its prefix. A backfill's end is listed after
 * the backfill's files, so that it is never found without one that waits.
 */
const MAX_LISTED = 20_000;
/** Keys that one request deletes (Amazon S3 API reference, "DeleteObjects"). */
const MOST_DELETED = 1_000;
/** Requests that run at once while files are moved. */
const PARALLEL_MOVES = 16;
/** Strange objects that one run moves, so that thousands of them leave it the time to load. */
const MAX_STRANGE = 500;
/** In bytes of UTF-8 (Amazon S3 user guide, "Naming Amazon S3 objects"). */
const LONGEST_KEY = 1024;
const REASON_SUFFIX = '.reason.json';

export class BatchStore {
  constructor(
    private readonly client: S3Client,
    readonly bucket: string,
  ) {}

  listWaiting(table: string): Promise<WaitingFile[]> {
    return this.list(incomingPrefix(table));
  }

  async countObjects(prefix: string): Promise<number> {
    return (await this.list(prefix)).length;
  }

  /** Keys of manifests whose batch was not finished: a manifest is deleted last. */
  async listManifests(table: string): Promise<string[]> {
    return (await this.list(`${MANIFEST_PREFIX}${table}/`)).map(({ key }) => key).sort();
  }

  async readText(key: string): Promise<string> {
    return Buffer.from(await this.readBytes(key)).toString('utf8');
  }

  async readBytes(key: string): Promise<Uint8Array> {
    const object = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return (await object.Body?.transformToByteArray()) ?? new Uint8Array();
  }

  async writeText(key: string, text: string): Promise<void> {
    await this.write(key, text, 'application/json');
  }

  async writeBytes(key: string, bytes: Uint8Array): Promise<void> {
    await this.write(key, bytes, 'application/gzip');
  }

  private async write(Key: string, Body: string | Uint8Array, ContentType: string): Promise<void> {
    await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body, ContentType }));
  }

  async remove(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
  }

  /**
   * Moves files of a committed batch to `loaded/`; one that is gone already was moved before. All are copied first, so
   * that one request deletes a thousand.
   */
  async moveToLoaded(keys: readonly string[]): Promise<void> {
    const copied: string[] = [];
    await inParallel(keys, async (key) => {
      if (await this.copy(key, loadedKey(key))) copied.push(key);
    });
    for (let at = 0; at < copied.length; at += MOST_DELETED)
      await this.removeTogether(copied.slice(at, at + MOST_DELETED));
  }

  /** Of what is not deleted, the answer is a success that names it. */
  async removeTogether(keys: readonly string[]): Promise<void> {
    const Objects = keys.map((Key) => ({ Key }));
    const { Errors: [failed] = [] } = await this.client.send(
      new DeleteObjectsCommand({ Bucket: this.bucket, Delete: { Objects, Quiet: true } }),
    );
    if (failed !== undefined)
      throw new Error(`S3 did not delete ${failed.Key}: ${failed.Code}, ${failed.Message}`);
  }

  /** Moves a file that cannot be read to `rejected/<table>/files/…`, its reason beside it; both can be replayed. */
  async reject(key: string, reason: Readonly<Record<string, unknown>>): Promise<string> {
    const target = rejectedFileKey(key);
    await this.moveWithReason(key, target, reason);
    return target;
  }

  /**
   * Moves what lies under `incoming/` and is no table's staged file to `rejected/not-staged/`, its reason beside it:
   * no load would ever look at it. Of very many, the next run moves the rest.
   */
  async rejectStrange(tables: readonly string[]): Promise<StrangeObject[]> {
    const known = new Set(tables);
    const strange: StrangeObject[] = [];
    const add = (key: string, reason: string): void => {
      if (strange.length < MAX_STRANGE) strange.push({ key, movedTo: strangeObjectKey(key), reason });
    };
    const { keys, folders } = await this.listLevel(INCOMING_PREFIX);
    for (const key of keys) add(key, "the object lies directly under incoming/, in no table's folder");
    for (const folder of folders) {
      const name = folder.slice(INCOMING_PREFIX.length, -1);
      if (known.has(name) || strange.length === MAX_STRANGE) continue;
      const reason = `the catalogue has no DynamoDB table of this folder's name; it has ${tables.join(', ')}`;
      for (const { key } of await this.list(folder)) add(key, reason);
    }
    await inParallel(strange, ({ key, movedTo, reason }) => this.moveWithReason(key, movedTo, { reason }));
    return strange;
  }

  /** Moves a damaged manifest away: its files are still under `incoming/`, and make another batch. */
  async rejectManifest(key: string, reason: string): Promise<string> {
    const target = shortEnough(`${REJECTED_PREFIX}not-staged/${key}`);
    await this.moveWithReason(key, target, { reason });
    return target;
  }

  private async moveWithReason(
    from: string,
    to: string,
    reason: Readonly<Record<string, unknown>>,
  ): Promise<void> {
    await this.writeText(`${to}${REASON_SUFFIX}`, `${JSON.stringify({ file: from, ...reason }, null, 2)}\n`);
    await this.move(from, to);
  }

  private async move(from: string, to: string): Promise<void> {
    if (await this.copy(from, to)) await this.remove(from);
  }

  /** @returns false when there is nothing to copy. */
  async copy(from: string, to: string): Promise<boolean> {
    const source = [this.bucket, ...from.split('/')].map(encodeURIComponent).join('/');
    try {
      await this.client.send(new CopyObjectCommand({ Bucket: this.bucket, Key: to, CopySource: source }));
      return true;
    } catch (error) {
      if (error instanceof NoSuchKey || (error instanceof Error && error.name === 'NoSuchKey')) return false;
      throw error;
    }
  }

  /** Objects and folders just below a prefix; what is left out is found by the next run. */
  private async listLevel(prefix: string): Promise<{ readonly keys: string[]; readonly folders: string[] }> {
    const page = await this.client.send(
      new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, Delimiter: '/' }),
    );
    return {
      keys: (page.Contents ?? []).flatMap(({ Key: key }) =>
        key === undefined || key === prefix ? [] : [key],
      ),
      folders: (page.CommonPrefixes ?? []).flatMap(({ Prefix: folder }) => folder ?? []),
    };
  }

  private async list(prefix: string): Promise<WaitingFile[]> {
    const files: WaitingFile[] = [];
    let continuation: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ContinuationToken: continuation }),
      );
      for (const { Key: key, Size, LastModified } of page.Contents ?? []) {
        // Consoles make an empty object for a folder; one that has bytes is a file, whatever its name.
        if (key === undefined || (key.endsWith('/') && (Size ?? 0) === 0)) continue;
        files.push({ key, sizeBytes: Size ?? 0, writtenAtMs: LastModified?.getTime() ?? 0 });
      }
      continuation = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (continuation !== undefined && files.length < MAX_LISTED);
    return files;
  }
}

async function inParallel<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: PARALLEL_MOVES }, worker));
}

/** A name that no table has: the catalogue's names have no hyphen. */
const strangeObjectKey = (incomingKey: string): string =>
  shortEnough(`${REJECTED_PREFIX}not-staged/${incomingKey.slice(INCOMING_PREFIX.length)}`);

/** `incoming/<table>/<rest>` becomes `rejected/<table>/files/<rest>`. */
export function rejectedFileKey(incomingKey: string): string {
  const [table, ...rest] = incomingKey.slice(INCOMING_PREFIX.length).split('/');
  return shortEnough(`${REJECTED_PREFIX}${table}/files/${rest.join('/')}`);
}

/**
 * Names under `rejected/` are longer than those under `incoming/`. One that S3 would not take, its reason beside it, ends in
 * a hash; the reason has the whole name.
 */
function shortEnough(key: string): string {
  if (Buffer.byteLength(key) + REASON_SUFFIX.length <= LONGEST_KEY) return key;
  const [top = '', room = '', folder = ''] = key.split('/');
  return `${top}/${room}/${folder.slice(0, 32)}/${hash('sha256', key, 'hex')}`;
}
