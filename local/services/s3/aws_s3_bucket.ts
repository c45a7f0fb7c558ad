/** A bucket of the S3 server. */
import type { ResourceTwin } from '../../runtime/resource-twin';

export const awsS3Bucket: ResourceTwin = {
  type: 'aws_s3_bucket',
  honoured: ['bucket'],
  ignored: {
    force_destroy: 'nothing is destroyed here; --fresh forgets everything',
    object_lock_enabled: 'nothing is locked on a laptop',
  },
  start: async (resource, { facts, s3 }) => {
    const bucket = resource.text('bucket');
    s3.store.createBucket(bucket);
    return {
      attributes: {
        bucket,
        id: bucket,
        arn: `arn:aws:s3:::${bucket}`,
        bucket_domain_name: `${bucket}.s3.amazonaws.com`,
        bucket_regional_domain_name: `${bucket}.s3.${facts.region}.amazonaws.com`,
      },
    };
  },
};
