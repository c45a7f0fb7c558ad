/**
 * An object as one file: its bytes, then its metadata as JSON on a line, then the length of that JSON and a mark.
 * One rename so puts bytes and metadata in place together, and after a crash a file is either whole or, by its
 * missing mark, known not to be. The bytes come first, so that a body streams in without its length being known.
 */
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';

export interface ObjectMetadata {
  readonly key: string;
  readonly sizeBytes: number;
  /** MD5 of the bytes in hex; for a multipart object, of its parts' MD5s, and `-<parts>`. Without quotes. */
  readonly etag: string;
  readonly lastModifiedMs: number;
  /** Headers to answer with: content-type, x-amz-meta-*, … in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Checksum headers that the client sent and that were found right. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** What is known of a body once all its bytes passed. */
export interface BodyDigest {
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * Yields the bytes; returns once they were found to be what the client meant to send, else throws. A plain stream, which
 * returns nothing, is taken as it is.
 */
export type Body = AsyncIterable<Uint8Array, BodyDigest | undefined>;

const MARK = Buffer.from('\ncdcobj1\n');
const FOOTER_BYTES = 4 + MARK.length;
const LARGEST_METADATA_BYTES = 64 * 1024;

/** Writes and syncs a file that must not exist yet. */
export async function writeObjectFile(
  file: string,
  body: Body,
  about: { readonly key: string; readonly headers: Readonly<Record<string, string>>; readonly etag?: string },
): Promise<ObjectMetadata> {
  const handle = await open(file, 'wx', 0o600);
  const bytes = body[Symbol.asyncIterator]();
  try {
    const md5 = createHash('md5');
    let sizeBytes = 0;
    let step = await bytes.next();
    while (step.done !== true) {
      md5.update(step.value);
      await handle.writeFile(step.value);
      sizeBytes += step.value.length;
      step = await bytes.next();
    }
    const metadata: ObjectMetadata = {
      key: about.key,
      sizeBytes,
      etag: about.etag ?? md5.digest('hex'),
      lastModifiedMs: Date.now(),
      headers: about.headers,
      checksums: step.value?.checksums ?? {},
    };
    await handle.writeFile(footerOf(metadata));
    await handle.datasync();
    return metadata;
  } catch (error) {
    await bytes.return?.();
    throw error;
  } finally {
    await handle.close();
  }
}

function footerOf(metadata: ObjectMetadata): Buffer {
  const json = Buffer.from(`\n${JSON.stringify(metadata)}`);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(json.length);
  return Buffer.concat([json, length, MARK]);
}

/** Nearly always enough for the whole footer, so that a start with many objects reads each once. */
const TAIL_BYTES = 2_048;

/** Synchronous: ten thousand objects at a start take a fraction of the time. @throws Error when the file is not whole */
export function readObjectMetadata(file: string): ObjectMetadata {
  const fd = openSync(file, 'r');
  try {
    const { size } = fstatSync(fd);
    const tail = readTail(fd, size, TAIL_BYTES);
    const jsonBytes = tail.length < FOOTER_BYTES ? 0 : tail.readUInt32LE(tail.length - FOOTER_BYTES);
    const isWhole = tail.subarray(-MARK.length).equals(MARK) && jsonBytes <= LARGEST_METADATA_BYTES;
    if (!isWhole) {
      throw new Error(`${file} is not a whole object of the S3 twin: its end was cut off or changed by hand`);
    }
    const footer =
      tail.length >= jsonBytes + FOOTER_BYTES ? tail : readTail(fd, size, jsonBytes + FOOTER_BYTES);
    const end = footer.length - FOOTER_BYTES;
    return JSON.parse(footer.toString('utf8', end - jsonBytes, end)) as ObjectMetadata;
  } finally {
    closeSync(fd);
  }
}

function readTail(fd: number, size: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(Math.min(bytes, size));
  const read = readSync(fd, buffer, 0, buffer.length, size - buffer.length);
  return buffer.subarray(0, read);
}

/** Bytes `start` to `end`, both included, of an open object file; closes it at the end. */
export function streamObject(fd: number, file: string, start: number, end: number): Readable {
  return createReadStream(file, { fd, start, end, highWaterMark: 256 * 1024 });
}
