/**
 * Buckets and objects in a folder. What is listed and looked up is an index in memory, read from the files at start;
 * the files alone are the truth.
 *
 * A put: 1. body and metadata go to a file in `unfinished/`; 2. it is synced; 3. its conditions are checked and it is
 * renamed into place, in one go that no other request can come between; 4. its folder is synced. Stopped before 3, the
 * old object stands and the next start removes the leftover; stopped after 3, the new one stands.
 */
import { randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  unlinkSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import { noSuchBucket, noSuchKey, s3Error } from './errors';
import { SortedKeys } from './key-order';
import { keyPath, OBJECT_FILE_ENDING } from './key-path';
import {
  type Body,
  type ObjectMetadata,
  readObjectMetadata,
  streamObject,
  writeObjectFile,
} from './object-file';

interface Bucket {
  readonly folder: string;
  readonly createdAtMs: number;
  readonly objects: Map<string, ObjectMetadata>;
  readonly keys: SortedKeys;
}

/** Called when the new object is about to take its place; throws to leave all as it is. */
export type Precondition = (current: ObjectMetadata | undefined) => void;

export interface PutOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly etag?: string;
  readonly precondition?: Precondition;
}

export class ObjectStore {
  private readonly buckets = new Map<string, Bucket>();
  private readonly unfinishedFolder: string;

  private constructor(private readonly folder: string) {
    this.unfinishedFolder = join(folder, 'unfinished');
  }

  /** Opens the store, made at the first call. One process at a time may have it open. */
  static async open(folder: string): Promise<ObjectStore> {
    const store = new ObjectStore(folder);
    rmSync(store.unfinishedFolder, { recursive: true, force: true });
    mkdirSync(store.unfinishedFolder, { recursive: true });
    mkdirSync(join(folder, 'buckets'), { recursive: true });
    for (const name of readdirSync(join(folder, 'buckets')).sort()) store.readBucket(name);
    return store;
  }

  /** A second call does nothing. */
  createBucket(name: string): void {
    if (this.buckets.has(name)) return;
    if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name)) {
      throw s3Error('InvalidBucketName', 'The specified bucket is not valid.', { BucketName: name });
    }
    const folder = join(this.folder, 'buckets', name);
    mkdirSync(folder, { recursive: true });
    this.buckets.set(name, {
      folder,
      createdAtMs: Math.floor(statSync(folder).birthtimeMs),
      objects: new Map(),
      keys: SortedKeys.of([]),
    });
  }

  hasBucket(name: string): boolean {
    return this.buckets.has(name);
  }

  listBuckets(): { readonly name: string; readonly createdAtMs: number }[] {
    return [...this.buckets].map(([name, { createdAtMs }]) => ({ name, createdAtMs }));
  }

  keys(bucket: string): SortedKeys {
    return this.bucket(bucket).keys;
  }

  find(bucket: string, key: string): ObjectMetadata | undefined {
    return this.bucket(bucket).objects.get(key);
  }

  /** @throws ServiceError NoSuchKey */
  head(bucket: string, key: string): ObjectMetadata {
    const metadata = this.find(bucket, key);
    if (metadata === undefined) throw noSuchKey(key);
    return metadata;
  }

  /** Opens the object as it is now; a later put or delete does not touch what is read. */
  openRead(bucket: string, key: string): { metadata: ObjectMetadata; fd: number; file: string } {
    const metadata = this.head(bucket, key);
    const file = join(this.bucket(bucket).folder, keyPath(key));
    return { metadata, fd: openSync(file, 'r'), file };
  }

  /** The bytes of an object, `start` to `end` both included. */
  read(bucket: string, key: string, start = 0, end?: number): Readable {
    const { metadata, fd, file } = this.openRead(bucket, key);
    return streamObject(fd, file, start, end ?? Math.max(0, metadata.sizeBytes - 1));
  }

  /** Writes an object. Old or new is seen, never a part; it is on the disk when this returns. */
  async put(bucket: string, key: string, body: Body, options: PutOptions = {}): Promise<ObjectMetadata> {
    this.bucket(bucket);
    const { headers = {}, etag, precondition } = options;
    const unfinished = join(this.unfinishedFolder, randomUUID());
    try {
      const about = etag === undefined ? { key, headers } : { key, headers, etag };
      const metadata = await writeObjectFile(unfinished, body, about);
      const file = this.place(unfinished, bucket, metadata, precondition);
      await syncFolder(dirname(file));
      return metadata;
    } catch (error) {
      rmSync(unfinished, { force: true });
      throw error;
    }
  }

  /** Deletes an object; one that does not exist is no error. */
  delete(bucket: string, key: string, precondition?: Precondition): void {
    const { folder, objects, keys } = this.bucket(bucket);
    precondition?.(objects.get(key));
    if (!objects.delete(key)) return;
    keys.remove(key);
    const file = join(folder, keyPath(key));
    unlinkSync(file);
    removeEmptyFolders(dirname(file), folder);
  }

  /** Synchronous throughout: nothing else runs between the check, the rename and the index. */
  private place(
    unfinished: string,
    bucketName: string,
    metadata: ObjectMetadata,
    precondition: Precondition | undefined,
  ): string {
    const { folder, objects, keys } = this.bucket(bucketName);
    precondition?.(objects.get(metadata.key));
    const file = join(folder, keyPath(metadata.key));
    mkdirSync(dirname(file), { recursive: true });
    renameSync(unfinished, file);
    objects.set(metadata.key, metadata);
    keys.add(metadata.key);
    return file;
  }

  private bucket(name: string): Bucket {
    const bucket = this.buckets.get(name);
    if (bucket === undefined) throw noSuchBucket(name);
    return bucket;
  }

  private readBucket(name: string): void {
    const folder = join(this.folder, 'buckets', name);
    if (!statSync(folder).isDirectory()) return;
    const objects = new Map<string, ObjectMetadata>();
    for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      if (!file.isFile() || !file.name.endsWith(OBJECT_FILE_ENDING)) continue;
      const metadata = readObjectMetadata(join(file.parentPath, file.name));
      objects.set(metadata.key, metadata);
    }
    const createdAtMs = Math.floor(statSync(folder).birthtimeMs);
    this.buckets.set(name, { folder, createdAtMs, objects, keys: SortedKeys.of(objects.keys()) });
  }
}

/** Makes a rename survive a power cut; Windows cannot open a folder, and needs no such thing. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32' || !existsSync(folder)) return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function removeEmptyFolders(from: string, upTo: string): void {
  for (let folder = from; folder !== upTo; folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch {
      return; // it holds other objects
    }
  }
}
