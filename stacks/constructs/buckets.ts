/** The buckets: staged files, files of DMS, and their access logs. */
import type { Construct } from 'constructs';
import {
  INCOMING_PREFIX,
  LOADED_PREFIX,
  MANIFEST_PREFIX,
  REJECTED_PREFIX,
  UNDELIVERED_PREFIX,
} from '../../pipeline/s3-layout';
import { PrivateBucket } from './private-bucket';
import { stackOf } from './stack-of';

export interface Buckets {
  readonly data: PrivateBucket;
  readonly dms: PrivateBucket;
}

export function addBuckets(scope: Construct, keyArn: string): Buckets {
  const accessLogs = addAccessLogBucket(scope);
  const accessLogBucket = accessLogs.bucket.bucket;
  const { names, settings } = stackOf(scope);
  const { loadedDays, rejectedDays } = settings.objects;
  const data = new PrivateBucket(scope, 'data', {
    name: names.dataBucket,
    keyArn,
    versioned: true,
    accessLogBucket,
    drained: [INCOMING_PREFIX],
    // Waiting staged files never expire: they leave `incoming/` only after the commit of their load.
    expiry: [
      { id: 'loaded', prefix: LOADED_PREFIX, afterDays: loadedDays },
      { id: 'manifests', prefix: MANIFEST_PREFIX, afterDays: loadedDays },
      { id: 'rejected', prefix: REJECTED_PREFIX, afterDays: rejectedDays },
      ...(settings.observability === undefined
        ? []
        : [{ id: 'undelivered', prefix: UNDELIVERED_PREFIX, afterDays: rejectedDays }]),
    ],
  });
  const dms = new PrivateBucket(scope, 'dms', {
    name: names.dmsBucket,
    keyArn,
    // DMS lists the bucket at each batch; with versions the listing grows until it times out.
    versioned: false,
    skips: { CKV_AWS_21: 'DMS lists the bucket at each batch; versions would slow it until it times out' },
    accessLogBucket,
    expiry: [{ id: 'leftover', prefix: '', afterDays: 7 }],
  });
  return { data, dms };
}

function addAccessLogBucket(scope: Construct): PrivateBucket {
  const { names, settings } = stackOf(scope);
  const arn = names.bucketArn(names.accessLogBucket);
  return new PrivateBucket(scope, 'access-logs', {
    name: names.accessLogBucket,
    versioned: true,
    skips: {
      CKV_AWS_145: 'S3 writes access logs only to buckets that use its own keys',
    },
    expiry: [{ id: 'all', prefix: '', afterDays: settings.logRetentionDays }],
    statements: [
      {
        sid: 'AccessLogsOfOwnBuckets',
        principals: { Service: 'logging.s3.amazonaws.com' },
        actions: ['s3:PutObject'],
        resources: [`${arn}/*`],
        conditions: {
          StringEquals: { 'aws:SourceAccount': settings.accountId },
          ArnEquals: {
            'aws:SourceArn': [names.bucketArn(names.dataBucket), names.bucketArn(names.dmsBucket)],
          },
        },
      },
    ],
  });
}
