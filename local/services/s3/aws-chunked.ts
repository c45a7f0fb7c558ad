/**
 * The body framing `Content-Encoding: aws-chunked`: `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n`, a chunk of size
 * 0, then trailers `name:value` (Amazon S3 user guide, "Signature calculations: transferring payload in chunks").
 */
import { createHash, type Hash } from 'node:crypto';
import type { ChunkSignatures } from '../../protocol/signature';
import { s3Error } from './errors';

/**
 * Yields the bytes; returns the trailers, names in lower case. With `signatures` each chunk must carry its own, and so
 * must the trailers.
 */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
  signatures: ChunkSignatures | undefined,
): AsyncGenerator<Buffer, ReadonlyMap<string, string>> {
  const reader = new ByteReader(source);
  for (;;) {
    const header = CHUNK_HEADER.exec((await reader.readLine()) ?? '');
    if (header === null) throw incomplete('a chunk does not start with its size');
    const sizeBytes = Number.parseInt(header[1] ?? '', 16);
    const hash = createHash('sha256');
    yield* readChunk(reader, sizeBytes, hash);
    if (signatures !== undefined && !signatures.isChunkRight(hash.digest('hex'), header[2] ?? '')) {
      throw wrongSignature(`a chunk of ${sizeBytes} bytes`);
    }
    if (sizeBytes === 0) return readTrailers(reader, signatures);
    if ((await reader.readLine()) !== '') throw incomplete('a chunk is longer than its size');
  }
}

const CHUNK_HEADER = /^([0-9a-f]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/i;
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

async function* readChunk(reader: ByteReader, sizeBytes: number, hash: Hash): AsyncGenerator<Buffer, void> {
  for (let left = sizeBytes; left > 0; ) {
    const piece = await reader.readSome(left);
    if (piece === undefined) throw incomplete('the body ends within a chunk');
    left -= piece.length;
    hash.update(piece);
    yield piece;
  }
}

const incomplete = (why: string): Error =>
  s3Error('IncompleteBody', `The aws-chunked body is broken: ${why}.`);

const wrongSignature = (what: string): Error =>
  s3Error('SignatureDoesNotMatch', `The signature of ${what} is missing or does not match.`);

async function readTrailers(
  reader: ByteReader,
  signatures: ChunkSignatures | undefined,
): Promise<ReadonlyMap<string, string>> {
  const trailers = new Map<string, string>();
  let signed = '';
  for (
    let line = await reader.readLine();
    line !== undefined && line !== '';
    line = await reader.readLine()
  ) {
    const colon = line.indexOf(':');
    if (colon < 1) throw incomplete('a trailer is not "name:value"');
    const [name, value] = [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    trailers.set(name, value);
    if (trailers.size > MOST_TRAILERS) throw incomplete(`it has more than ${MOST_TRAILERS} trailers`);
    if (name !== TRAILER_SIGNATURE) signed += `${name}:${value}\n`;
  }
  if (signatures !== undefined && trailers.size > 0) {
    const signature = trailers.get(TRAILER_SIGNATURE) ?? '';
    if (!signatures.isTrailerRight(signed, signature)) throw wrongSignature('the trailers');
  }
  return trailers;
}

/** A checksum and a signature are all that a client sends. */
const MOST_TRAILERS = 20;
const LONGEST_LINE_BYTES = 8_192;

class ByteReader {
  private readonly source: AsyncIterator<Buffer>;
  private buffered: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.source = source[Symbol.asyncIterator]();
  }

  /** Up to `limit` bytes, at least one; undefined at the end. */
  async readSome(limit: number): Promise<Buffer | undefined> {
    if (this.buffered.length === 0 && !(await this.fill())) return undefined;
    const piece = this.buffered.subarray(0, limit);
    this.buffered = this.buffered.subarray(piece.length);
    return piece;
  }

  /** A line without its CRLF; undefined when the body ends before one. */
  async readLine(): Promise<string | undefined> {
    for (;;) {
      const end = this.buffered.indexOf('\r\n');
      if (end >= 0) {
        const line = this.buffered.toString('latin1', 0, end);
        this.buffered = this.buffered.subarray(end + 2);
        return line;
      }
      if (this.buffered.length > LONGEST_LINE_BYTES) throw incomplete('a line is too long');
      if (!(await this.fill())) return undefined;
    }
  }

  private async fill(): Promise<boolean> {
    const { done, value } = await this.source.next();
    if (done === true) return false;
    this.buffered = this.buffered.length === 0 ? value : Buffer.concat([this.buffered, value]);
    return true;
  }
}
