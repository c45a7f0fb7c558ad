/** The body of a request as its bytes, checked against everything that the client said about them. */
import { createHash, type Hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { decodeAwsChunked } from './aws-chunked';
import {
  algorithmOfHeader,
  CHECKSUM_HEADER_PREFIX,
  type ChecksumAlgorithm,
  type RunningChecksum,
  startChecksum,
} from './checksums';
import { notImplemented, s3Error } from './errors';
import type { BodyDigest } from './object-file';
import type { S3Call } from './operation';

/** What a body is read from: the request, and what the chunks of the body must be signed with. */
export type CheckedBody = Pick<S3Call, 'message' | 'chunks'>;

/**
 * Checks the length, the signatures of chunks, Content-MD5, `x-amz-content-sha256`, and each `x-amz-checksum-*`, sent as a header or as a
 * trailer. The body throws at its end when one is wrong, so nothing of it may be kept until then.
 */
export async function* readCheckedBody({
  message: request,
  chunks,
}: CheckedBody): AsyncGenerator<Uint8Array, BodyDigest, undefined> {
  const checks = new BodyChecks(request);
  const framing = headerOf(request, 'x-amz-content-sha256');
  const isChunked = framing.startsWith('STREAMING-');
  const signatures = framing.startsWith('STREAMING-AWS4-') ? chunks : undefined;
  const source = request as AsyncIterable<Buffer>;
  const bytes = isChunked ? decodeAwsChunked(source, signatures) : plain(source);
  let step = await bytes.next();
  while (step.done !== true) {
    checks.update(step.value);
    yield step.value;
    step = await bytes.next();
  }
  return { checksums: checks.finish(step.value) };
}

/** All bytes of a small body. */
export async function readWholeBody(body: CheckedBody, limitBytes = 4 * 1024 * 1024): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of readCheckedBody(body)) {
    size += piece.length;
    if (size > limitBytes)
      throw s3Error('InvalidRequest', `The request body is longer than ${limitBytes} bytes.`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

async function* plain(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer, ReadonlyMap<string, string>> {
  for await (const chunk of source) yield chunk;
  return new Map();
}

const headerOf = (request: IncomingMessage, name: string): string => String(request.headers[name] ?? '');

const SHA256_HEX = /^[0-9a-f]{64}$/;

class BodyChecks {
  private readonly checksums = new Map<ChecksumAlgorithm, RunningChecksum>();
  private readonly md5: Hash | undefined;
  private readonly sha256: Hash | undefined;
  private sizeBytes = 0;

  constructor(private readonly request: IncomingMessage) {
    for (const header of [...Object.keys(request.headers), ...this.announcedTrailers()]) {
      const algorithm = algorithmOfHeader(header);
      if (algorithm !== undefined) this.checksums.set(algorithm, startChecksum(algorithm));
      else if (isOtherChecksum(header)) throw notImplemented(`the checksum ${header}`);
    }
    if (request.headers['content-md5'] !== undefined) this.md5 = createHash('md5');
    if (SHA256_HEX.test(headerOf(request, 'x-amz-content-sha256'))) this.sha256 = createHash('sha256');
  }

  update(bytes: Uint8Array): void {
    this.sizeBytes += bytes.length;
    this.md5?.update(bytes);
    this.sha256?.update(bytes);
    for (const checksum of this.checksums.values()) checksum.update(bytes);
  }

  /** @returns the checksums that were found right */
  finish(trailers: ReadonlyMap<string, string>): Record<string, string> {
    const { headers } = this.request;
    const decodedLength = headers['x-amz-decoded-content-length'] ?? headers['content-length'];
    if (decodedLength !== undefined && Number(decodedLength) !== this.sizeBytes) {
      throw s3Error(
        'IncompleteBody',
        `You did not provide the number of bytes specified by the Content-Length HTTP header: got ${this.sizeBytes}, expected ${String(decodedLength)}.`,
      );
    }
    if (this.md5 !== undefined && this.md5.digest('base64') !== headers['content-md5']) {
      throw s3Error('BadDigest', 'The Content-MD5 you specified did not match what we received.');
    }
    if (this.sha256 !== undefined && this.sha256.digest('hex') !== headers['x-amz-content-sha256']) {
      throw s3Error(
        'XAmzContentSHA256Mismatch',
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
      );
    }
    return this.finishChecksums(trailers);
  }

  private finishChecksums(trailers: ReadonlyMap<string, string>): Record<string, string> {
    const right: Record<string, string> = {};
    for (const [algorithm, checksum] of this.checksums) {
      const header = CHECKSUM_HEADER_PREFIX + algorithm;
      const expected = trailers.get(header) ?? this.request.headers[header];
      const computed = checksum.digest();
      if (computed !== expected) {
        throw s3Error(
          'BadDigest',
          `The ${algorithm.toUpperCase()} you specified did not match what we received.`,
        );
      }
      right[header] = computed;
    }
    return right;
  }

  private announcedTrailers(): string[] {
    return headerOf(this.request, 'x-amz-trailer')
      .split(',')
      .map((name) => name.trim())
      .filter(Boolean);
  }
}

/** Beside the values themselves there are `x-amz-checksum-algorithm`, `-mode` and `-type`. */
const isOtherChecksum = (header: string): boolean =>
  header.startsWith(CHECKSUM_HEADER_PREFIX) && !/-(algorithm|mode|type)$/.test(header);
