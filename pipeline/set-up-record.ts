/**
 * Which set-up ran last: its fingerprint, as an object in the data bucket. Terraform stores an invocation that failed on
 * update as done (provider documentation, aws_lambda_invocation), so no later plan shows it; a scheduled run that reads
 * this record does.
 */
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import type { SetUpHandler } from './handler-environment';
import { SET_UP_PREFIX } from './s3-layout';

const keyOf = (handler: SetUpHandler): string => `${SET_UP_PREFIX}${handler}`;

/** Called after everything is set up. A second call writes the same again. */
export async function writeSetUpRecord(
  s3: S3Client,
  bucket: string,
  { handler, fingerprint }: { readonly handler: SetUpHandler; readonly fingerprint: string },
): Promise<void> {
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: keyOf(handler), Body: fingerprint }));
}

export interface OutdatedSetUp {
  readonly handler: SetUpHandler;
  /** What was found instead of the fingerprint: another one, or why none could be read. */
  readonly found: string;
}

/** @returns the set-ups whose last success is not the deployed one; none when all is well. */
export async function findOutdatedSetUps(
  s3: S3Client,
  bucket: string,
  deployed: Readonly<Record<SetUpHandler, string>>,
): Promise<OutdatedSetUp[]> {
  const outdated: OutdatedSetUp[] = [];
  for (const [handler, fingerprint] of Object.entries(deployed) as [SetUpHandler, string][]) {
    const found = await readRecord(s3, bucket, handler);
    if (found !== fingerprint) outdated.push({ handler, found });
  }
  return outdated;
}

/** A caller that may not list a bucket gets 403 for a missing object: both errors mean that there is no record. */
async function readRecord(s3: S3Client, bucket: string, handler: SetUpHandler): Promise<string> {
  try {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: keyOf(handler) }));
    return (await Body?.transformToString()) ?? '';
  } catch (error) {
    return `no record (${error instanceof Error ? error.name : 'unknown error'})`;
  }
}
