/**
 * The body framing `Content-Encoding: aws-chunked`: `<hex size>[;chunk-signature=…]\r\n<bytes>\r\n`, a chunk of size
 * 0, then trailers `name:value` (Amazon S3 user guide, "Signature calculations: transferring payload in chunks").
 * The signatures of single chunks are not verified: the checksum trailer and the request's signature are.
 */
import { s3Error } from './errors';

/** Yields the bytes; returns the trailers, names in lower case. */
export async function* decodeAwsChunked(
  source: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer, ReadonlyMap<string, string>> {
  const reader = new ByteReader(source);
  for (;;) {
    const header = (await reader.readLine()) ?? '';
    const size = /^([0-9a-f]{1,12})(;.*)?$/i.exec(header)?.[1];
    if (size === undefined) throw incomplete('a chunk does not start with its size');
    let left = Number.parseInt(size, 16);
    if (left === 0) return readTrailers(reader);
    while (left > 0) {
      const piece = await reader.readSome(left);
      if (piece === undefined) throw incomplete('the body ends within a chunk');
      left -= piece.length;
      yield piece;
    }
    if ((await reader.readLine()) !== '') throw incomplete('a chunk is longer than its size');
  }
}

const incomplete = (why: string): Error =>
  s3Error('IncompleteBody', `The aws-chunked body is broken: ${why}.`);

async function readTrailers(reader: ByteReader): Promise<ReadonlyMap<string, string>> {
  const trailers = new Map<string, string>();
  for (
    let line = await reader.readLine();
    line !== undefined && line !== '';
    line = await reader.readLine()
  ) {
    const colon = line.indexOf(':');
    if (colon < 1) throw incomplete('a trailer is not "name:value"');
    trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return trailers;
}

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
