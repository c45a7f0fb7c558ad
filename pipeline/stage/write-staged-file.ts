import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PipelineError } from '../errors';
import type { StagedFile } from './staged-file';

/**
 * Writes a staged file where the next load finds it. S3 shows an object only when it is complete.
 * @throws PipelineError STAGE_FAILED (retry); the SDK has retried on its own already.
 */
export async function writeStagedFile(client: S3Client, bucket: string, file: StagedFile): Promise<void> {
  try {
    await client.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: file.key,
        Body: file.body,
        ContentType: 'application/gzip',
      }),
    );
  } catch (cause) {
    throw new PipelineError({
      code: 'STAGE_FAILED',
      disposition: 'retry',
      message: `the staged file ${file.key} could not be written to the bucket ${bucket}. Usual causes: S3 is not reachable, or the function's role may not put under incoming/. Lambda delivers the records again`,
      context: { bucket, key: file.key, rowCount: file.rowCount },
      cause,
    });
  }
}
