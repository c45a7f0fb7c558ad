/** The data bucket as a backfill sees it: its state, its files, its end. */
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PipelineError } from '../errors';
import { backfillEndKey, backfillStateKey } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import type { BackfillFile } from './backfill-file';
import { type BackfillState, parseBackfillState } from './backfill-state';

export class BackfillStore {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  /** Undefined before the first backfill. */
  async readState(table: DynamodbTable): Promise<BackfillState | undefined> {
    const key = backfillStateKey(table.name);
    // Listed first: to read a missing object is a denial or not, depending on what else the role may do.
    const list = new ListObjectsV2Command({ Bucket: this.bucket, Prefix: key, MaxKeys: 1 });
    const { Contents: found = [] } = await this.client.send(list);
    if (found[0]?.Key !== key) return undefined;
    const object = await this.client.send(new GetObjectCommand({ Bucket: this.bucket, Key: key }));
    return parseBackfillState((await object.Body?.transformToString()) ?? '', key);
  }

  saveState(table: DynamodbTable, state: BackfillState): Promise<void> {
    return this.put(backfillStateKey(table.name), `${JSON.stringify(state, null, 2)}\n`, 'application/json');
  }

  writeFile({ key, body }: BackfillFile): Promise<void> {
    return this.put(key, body, 'application/gzip');
  }

  writeEnd(table: DynamodbTable, runId: string, { itemCount, reason }: BackfillState): Promise<void> {
    const text = `${JSON.stringify({ itemCount, reason })}\n`;
    return this.put(backfillEndKey(table.name, runId), text, 'application/json');
  }

  private async put(Key: string, Body: string | Buffer, ContentType: string): Promise<void> {
    try {
      await this.client.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body, ContentType }));
    } catch (cause) {
      throw new PipelineError({
        code: 'STAGE_FAILED',
        disposition: 'retry',
        message: `${Key} could not be written to the bucket ${this.bucket}. Usual causes: S3 is not reachable, or the function's role may not put there. The next step continues from the last state`,
        context: { bucket: this.bucket, key: Key },
        cause,
      });
    }
  }
}
