/** A seed file as a stream of bytes out of S3. */
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type Disposition, PipelineError } from '../errors';

/** Reads on demand: while the consumer is busy, S3 waits. */
export type ByteStream = AsyncIterable<Uint8Array>;

/** A file that cannot be read at all: the run fails with it, and `message` says what is wrong and what to do. */
export function seedUnreadable(
  message: string,
  context: Readonly<Record<string, string | number>> = {},
  options: { readonly disposition?: Disposition; readonly cause?: unknown } = {},
): PipelineError {
  const { disposition = 'halt', cause } = options;
  return new PipelineError({ code: 'SEED_UNREADABLE', disposition, message, context, cause });
}

/**
 * Yields the bytes of one object in order. Nothing is requested before the first read.
 * @throws PipelineError SEED_UNREADABLE: `halt` when there is no such object, `retry` for anything else.
 */
export async function* readSeedFile(s3: S3Client, bucket: string, key: string): ByteStream {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body === undefined) throw new Error('the answer has no body');
    yield* Body as unknown as ByteStream;
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown error';
    const isMissing = name === 'NoSuchKey' || name === 'NotFound' || name === 'NoSuchBucket';
    throw seedUnreadable(
      `s3://${bucket}/${key} could not be read (${name}). ${
        isMissing
          ? 'The storage stack uploads it from seed-data; deploy it again.'
          : "Check the function's role and network; a broken transfer is tried again."
      }`,
      { bucket, key, error: name },
      { disposition: isMissing ? 'halt' : 'retry', cause: error },
    );
  }
}
