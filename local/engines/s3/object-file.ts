/**
 * An object as one file: its bytes, then its metadata as JSON on a line, then the length of that JSON and a mark.
 * One rename so puts bytes and metadata in place together, and after a crash a file is either whole or, by its
 * missing mark, known not to be. The bytes come first, so that a body streams in without its length being known.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
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

/** Yields the bytes; returns once they were found to be what the client meant to send, else throws. */
export type Body = AsyncGenerator<Uint8Array, BodyDigest>;

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
  try {
    const md5 = createHash('md5');
    let sizeBytes = 0;
    let step = await body.next();
    while (step.done !== true) {
      md5.update(step.value);
      await handle.writeFile(step.value);
      sizeBytes += step.value.length;
      step = await body.next();
    }
    const metadata: ObjectMetadata = {
      key: about.key,
      sizeBytes,
      etag: about.etag ?? md5.digest('hex'),
      lastModifiedMs: Date.now(),
      headers: about.headers,
      checksums: step.value.checksums,
    };
    await handle.writeFile(footerOf(metadata));
    await handle.datasync();
    return metadata;
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

/** @throws Error when the file is not a whole object. */
export async function readObjectMetadata(file: string): Promise<ObjectMetadata> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const footer = await readAt(handle, size - FOOTER_BYTES, FOOTER_BYTES);
    const jsonBytes = footer.length === FOOTER_BYTES ? footer.readUInt32LE(0) : 0;
    const isWhole =
      footer.subarray(4).equals(MARK) && jsonBytes <= Math.min(LARGEST_METADATA_BYTES, size - FOOTER_BYTES);
    if (!isWhole) {
      throw new Error(`${file} is not a whole object of the S3 twin: its end was cut off or changed by hand`);
    }
    const json = await readAt(handle, size - FOOTER_BYTES - jsonBytes, jsonBytes);
    return JSON.parse(json.toString('utf8')) as ObjectMetadata;
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  if (position < 0 || length === 0) return Buffer.alloc(0);
  const { bytesRead } = await handle.read(buffer, 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Bytes `start` to `end`, both included, of an open object file; closes it at the end. */
export function streamObject(fd: number, file: string, start: number, end: number): Readable {
  return createReadStream(file, { fd, start, end, highWaterMark: 256 * 1024 });
}
