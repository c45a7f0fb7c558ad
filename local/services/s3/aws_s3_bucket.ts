/** A bucket of the S3 server. */
import { ACCOUNT } from '../../runtime/ports/host';
import { Single } from '../../runtime/registry';
import type { ResourceTwin } from '../../runtime/resource-twin';
import type { ObjectStore } from './object-store';

/** What the twins of this room write to. */
export const BUCKETS = new Single<ObjectStore>('the buckets');

export const awsS3Bucket: ResourceTwin = {
  type: 'aws_s3_bucket',
  honoured: ['bucket'],
  ignored: {
    force_destroy: 'nothing is destroyed here; --fresh forgets everything',
    object_lock_enabled: 'nothing is locked on a laptop',
  },
  start: async (resource, registry) => {
    const { region } = registry.the(ACCOUNT);
    const bucket = resource.text('bucket');
    registry.the(BUCKETS).createBucket(bucket);
    return {
      attributes: {
        bucket,
        id: bucket,
        arn: `arn:aws:s3:::${bucket}`,
        bucket_domain_name: `${bucket}.s3.amazonaws.com`,
        bucket_regional_domain_name: `${bucket}.s3.${region}.amazonaws.com`,
      },
    };
  },
};
