/** An S3 bucket that is private, encrypted, TLS-only, without ACLs, and whose objects expire. */
import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Construct } from 'constructs';
import { buildResourcePolicy, type ResourceStatement } from './policy';
import { type Skips, skipChecks } from './skip-checks';
import { stackOf } from './stack-of';

export interface ExpiryRule {
  readonly id: string;
  /** Empty for the whole bucket. */
  readonly prefix: string;
  readonly afterDays: number;
}

export interface PrivateBucketProps {
  readonly name: string;
  /** Absent for a bucket that S3 itself writes logs into: it cannot use a customer's key. */
  readonly keyArn?: string;
  readonly versioned: boolean;
  readonly expiry: readonly ExpiryRule[];
  /** Prefixes whose objects are moved away within minutes: what a move leaves behind expires after a day. */
  readonly drained?: readonly string[];
  /** Access is logged there, under the bucket's own name. */
  readonly accessLogBucket?: string;
  /** Rules that this bucket does not follow, besides those that no bucket here follows. */
  readonly skips?: Skips;
  /** Besides the denial of everything that does not come over TLS. */
  readonly statements?: readonly ResourceStatement[];
}

const SKIPS_OF_ALL: Skips = {
  CKV_AWS_144: 'the sources are the copy: everything here can be recreated from them',
  CKV2_AWS_62: 'nothing reacts to an object: the loader lists them on its schedule',
};

/**
 * Old versions, and the delete markers that they leave: a listing reads each marker, so without an expiry it
 * slows down from month to month (Amazon S3 user guide, "Removing expired object delete markers").
 */
const versionsGone = (id: string, prefix: string, days: number): S3BucketLifecycleConfigurationRule => ({
  id,
  status: 'Enabled',
  filter: [{ prefix }],
  noncurrentVersionExpiration: [{ noncurrentDays: days }],
  expiration: [{ expiredObjectDeleteMarker: true }],
});

const gone = (prefix: string): S3BucketLifecycleConfigurationRule =>
  versionsGone(`drained-${prefix.replace(/\/$/, '')}`, prefix, 1);

export class PrivateBucket extends Construct {
  readonly bucket: S3Bucket;
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    const { protectData } = stackOf(this).settings;
    this.bucket = new S3Bucket(this, 's3_bucket', {
      bucket: props.name,
      forceDestroy: !protectData,
      lifecycle: { preventDestroy: protectData },
    });
    skipChecks(this.bucket, { ...SKIPS_OF_ALL, ...props.skips });
    const bucket = this.bucket.bucket;
    const closed = new S3BucketPublicAccessBlock(this, 's3_bucket_public_access_block', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    new S3BucketOwnershipControls(this, 's3_bucket_ownership_controls', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
    });
    this.addEncryption(bucket, props.keyArn);
    new S3BucketVersioningA(this, 's3_bucket_versioning', {
      bucket,
      versioningConfiguration: { status: props.versioned ? 'Enabled' : 'Disabled' },
    });
    new S3BucketLifecycleConfiguration(this, 's3_bucket_lifecycle_configuration', {
      bucket,
      rule: this.lifecycleRules(props),
    });
    this.policy = new S3BucketPolicy(this, 's3_bucket_policy', {
      bucket,
      policy: buildResourcePolicy([this.tlsOnly(props.name), ...(props.statements ?? [])]),
      // S3 refuses two concurrent changes of a bucket's access settings.
      dependsOn: [closed],
    });
    if (props.accessLogBucket !== undefined) {
      new S3BucketLoggingA(this, 's3_bucket_logging', {
        bucket,
        targetBucket: props.accessLogBucket,
        targetPrefix: `${props.name}/`,
      });
    }
  }

  private addEncryption(bucket: string, keyArn?: string): void {
    new S3BucketServerSideEncryptionConfigurationA(this, 's3_bucket_server_side_encryption_configuration', {
      bucket,
      rule: [
        keyArn === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
              // One KMS call for many objects.
              bucketKeyEnabled: true,
            },
      ],
    });
  }

  private lifecycleRules({
    expiry,
    versioned,
    drained = [],
  }: PrivateBucketProps): S3BucketLifecycleConfigurationRule[] {
    const rules = expiry.map(({ id, prefix, afterDays }) => ({
      id,
      status: 'Enabled',
      filter: [{ prefix }],
      expiration: [{ days: afterDays }],
    }));
    const leftovers: S3BucketLifecycleConfigurationRule = {
      id: 'leftovers',
      status: 'Enabled',
      filter: [{ prefix: '' }],
      abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
    };
    return [
      ...rules,
      leftovers,
      ...(versioned ? [versionsGone('versions', '', 30)] : []),
      ...drained.map(gone),
    ];
  }

  private tlsOnly(name: string): ResourceStatement {
    const arn = stackOf(this).names.bucketArn(name);
    return {
      sid: 'TlsOnly',
      effect: 'Deny',
      principals: '*',
      actions: ['s3:*'],
      resources: [arn, `${arn}/*`],
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    };
  }
}
