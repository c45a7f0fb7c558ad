/** The data bucket as the loader sees it: waiting files, manifests, and where files go afterwards. */
import {
  CopyObjectCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { INCOMING_PREFIX, incomingPrefix, loadedKey, MANIFEST_PREFIX, REJECTED_PREFIX } from '../s3-layout';
import type { WaitingFile } from './batch-selection';

/** More are left for the next listing. */
const MAX_LISTED = 20_000;
/** Requests that run at once while files are moved. */
const PARALLEL_MOVES = 16;

export class BatchStore {
  constructor(
    private readonly client: S3Client,
    readonly bucket: string,
  ) {}

  listWaiting(table: string): Promise<WaitingFile[]> {
    return this.list(incomingPrefix(table));
  }

  /** Keys of manifests whose batch was not finished: a manifest is deleted last. */
  async listManifests(table: string): Promise<string[]> {
    return (await this.list(`${MANIFEST_PREFIX}${table}/`)).map(({ key }) => key).sort();
  }

  async readText(key: string): Promise<string> {
    const object = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return (await object.Body?.transformToString()) ?? '';
  }

  async writeText(key: string, text: string): Promise<void> {
    await this.client.send(
      new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: text, ContentType: 'application/json' }),
    );
  }

  async remove(key: string): Promise<void> {
    await this.client.send(new DeleteObjectCommand({ Bucket: this.bucket, Key: key }));
  }

  /** Moves files of a committed batch to `loaded/`; one that is gone already was moved before. */
  async moveToLoaded(keys: readonly string[]): Promise<void> {
    const left = [...keys];
    const worker = async (): Promise<void> => {
      for (let key = left.pop(); key !== undefined; key = left.pop()) await this.move(key, loadedKey(key));
    };
    await Promise.all(Array.from({ length: PARALLEL_MOVES }, worker));
  }

  /** Moves a file that cannot be read to `rejected/<table>/files/…`, its reason beside it; both can be replayed. */
  async reject(key: string, reason: Readonly<Record<string, unknown>>): Promise<string> {
    const target = rejectedFileKey(key);
    await this.writeText(`${target}.reason.json`, `${JSON.stringify({ file: key, ...reason }, null, 2)}\n`);
    await this.move(key, target);
    return target;
  }

  private async move(from: string, to: string): Promise<void> {
    const source = [this.bucket, ...from.split('/')].map(encodeURIComponent).join('/');
    try {
      await this.client.send(new CopyObjectCommand({ Bucket: this.bucket, Key: to, CopySource: source }));
    } catch (error) {
      if (error instanceof NoSuchKey || (error instanceof Error && error.name === 'NoSuchKey')) return;
      throw error;
    }
    await this.remove(from);
  }

  private async list(prefix: string): Promise<WaitingFile[]> {
    const files: WaitingFile[] = [];
    let continuation: string | undefined;
    do {
      const page = await this.client.send(
        new ListObjectsV2Command({ Bucket: this.bucket, Prefix: prefix, ContinuationToken: continuation }),
      );
      for (const { Key: key, Size, LastModified } of page.Contents ?? []) {
        if (key === undefined || key.endsWith('/')) continue;
        files.push({ key, sizeBytes: Size ?? 0, writtenAtMs: LastModified?.getTime() ?? 0 });
      }
      continuation = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (continuation !== undefined && files.length < MAX_LISTED);
    return files;
  }
}

/** `incoming/<table>/<rest>` becomes `rejected/<table>/files/<rest>`. */
export function rejectedFileKey(incomingKey: string): string {
  const [table, ...rest] = incomingKey.slice(INCOMING_PREFIX.length).split('/');
  return `${REJECTED_PREFIX}${table}/files/${rest.join('/')}`;
}
