/** Amazon S3: objects in a folder, behind the gateway. */
import { GATEWAY_SERVICES, STATE } from '../../runtime/ports/host';
import { OBJECTS } from '../../runtime/ports/object-store';
import type { ServiceDescription } from '../../runtime/service-description';
import { awsS3Bucket, BUCKETS } from './aws_s3_bucket';
import { awsS3Object } from './aws_s3_object';
import type { Body } from './object-file';
import type { ObjectStore } from './object-store';
import { S3_ACCESS } from './required-access';
import { S3Service } from './s3-service';

const EVALUATED = 'it is not started: the gateway evaluates it at each call';
const PUBLIC = 'the S3 server is reachable from this machine only';

export const S3_SERVICE: ServiceDescription = {
  twins: [awsS3Bucket, awsS3Object],
  withoutATwin: {
    aws_s3_bucket_server_side_encryption_configuration: 'the laptop encrypts nothing at rest',
    aws_s3_bucket_logging: 'no CloudWatch: a person watches, and the logs are files',
    aws_s3_bucket_policy: EVALUATED,
    aws_s3_bucket_public_access_block: PUBLIC,
    aws_s3_bucket_ownership_controls: PUBLIC,
    aws_s3_bucket_lifecycle_configuration: 'nothing expires on a laptop; --fresh forgets everything',
    aws_s3_bucket_versioning: 'the S3 server keeps the last version only',
    aws_s3_bucket_notification: 'nothing here listens to bucket events',
  },
  access: { s3: S3_ACCESS },
  unexercised: [
    {
      role: '-forget-item',
      action: /^s3:(Get|Delete)ObjectVersion$/,
      reason: 'the S3 server keeps the last version only',
    },
  ],
  open: async (registry) => {
    const s3 = await S3Service.open(registry.the(STATE).path('s3'));
    const { store } = s3;
    registry.provide(BUCKETS, store);
    registry.provide(OBJECTS, {
      hasBucket: (bucket) => store.hasBucket(bucket),
      read: (bucket, key) => store.read(bucket, key),
      list: (prefix) => store.listBuckets().flatMap(({ name }) => keysOf(store, name, prefix)),
      putText: async (bucket, key, text) => void (await store.put(bucket, key, bodyOf(text))),
    });
    registry.of(GATEWAY_SERVICES).set('s3', s3);
    return { stop: async () => undefined };
  },
};

function keysOf(store: ObjectStore, bucket: string, prefix: string): { bucket: string; key: string }[] {
  const keys = store.keys(bucket);
  const found: { bucket: string; key: string }[] = [];
  for (let at = keys.firstFrom(prefix); at < keys.count; at += 1) {
    const key = keys.at(at) ?? '';
    if (!key.startsWith(prefix)) break;
    found.push({ bucket, key });
  }
  return found;
}

async function* bodyOf(text: string): Body {
  yield Buffer.from(text);
  return { checksums: {} };
}
