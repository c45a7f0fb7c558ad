/** A file beside the stack's JSON becomes an object, again when its hash in the JSON changed. */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { STACK_FOLDERS } from '../../runtime/ports/host';
import type { ResourceTwin } from '../../runtime/resource-twin';
import { BUCKETS } from './aws_s3_bucket';
import type { Body } from './object-file';

/** Which content of its file an object has; the JSON's `source_hash` is the same. */
export const HASH_HEADER = 'x-amz-meta-source-hash';

export const awsS3Object: ResourceTwin = {
  type: 'aws_s3_object',
  honoured: ['bucket', 'key', 'source', 'source_hash', 'etag'],
  ignored: {
    content_type: 'no reader here asks for it',
    server_side_encryption: 'the laptop encrypts nothing at rest',
    bucket_key_enabled: 'the laptop encrypts nothing at rest',
    force_destroy: 'nothing is destroyed here',
  },
  start: async (resource, registry) => {
    const store = registry.the(BUCKETS);
    const bucket = resource.text('bucket');
    const key = resource.text('key');
    const source = join(registry.the(STACK_FOLDERS)(resource.block.stack), resource.text('source'));
    if (!existsSync(source)) throw resource.refusal('source', `a file that is not there: ${source}`);
    const hash = resource.optionalText('source_hash') ?? resource.optionalText('etag');
    const kept = store.find(bucket, key)?.headers[HASH_HEADER];
    if (hash === undefined || kept !== hash) {
      const headers: Record<string, string> = hash === undefined ? {} : { [HASH_HEADER]: hash };
      await store.put(bucket, key, bodyOfFile(source), { headers });
    }
    return { attributes: { bucket, key, id: `${bucket}/${key}`, arn: `arn:aws:s3:::${bucket}/${key}` } };
  },
};

export async function* bodyOfFile(path: string): Body {
  yield* createReadStream(path);
  return { checksums: {} };
}
