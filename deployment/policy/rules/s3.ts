import type { Resource } from '../../deployment';
import { isMap, listOf, valueAt } from '../../json';
import { demandedValues } from '../../policy-document';
import { is, isTrue, lacks, type PolicyRule, type Predicate, withCompanion, withCompanionIn } from '../rule';
import { isOpenToAll } from './kms';

const BUCKET = 'aws_s3_bucket';
const BLOCK = 'aws_s3_bucket_public_access_block';
const ENCRYPTION = 'aws_s3_bucket_server_side_encryption_configuration';
const LIFECYCLE = 'aws_s3_bucket_lifecycle_configuration';
const POLICY = 'aws_s3_bucket_policy';
const ALGORITHM = 'rule.apply_server_side_encryption_by_default.sse_algorithm';

const encryptedBy = (...algorithms: readonly string[]): Predicate =>
  withCompanion(ENCRYPTION, is(ALGORITHM, ...algorithms));

/** In the same stack, since a scan sees one stack at a time. */
/** A scan sees one stack at a time, and finds nothing wrong with a key that it does not see. */
const hasNoIdleKeyBeside: Predicate = (encryption) =>
  encryption
    .targets('rule')
    .every(
      ({ resource }) =>
        resource.type !== 'aws_kms_key' ||
        resource.stack !== encryption.stack ||
        isTrue('enable_key_rotation')(resource),
    );

const abortsLeftovers = (lifecycle: Resource): boolean =>
  listOf(lifecycle.at('rule'))
    .filter(isMap)
    .some(
      (rule) =>
        rule.status === 'Enabled' &&
        valueAt(rule, 'filter.prefix') === '' &&
        Number(valueAt(rule, 'abort_incomplete_multipart_upload.days_after_initiation')) > 0,
    );

/** No statement shuts out everybody: a Deny of all has a condition. */
const locksNobodyOut: Predicate = (policy) =>
  policy
    .statements()
    .every(
      ({ allows, principals, conditions }) => allows || !principals.includes('*') || conditions.length > 0,
    );

const refusesPlainHttp: Predicate = (policy) =>
  policy
    .statements()
    .some(
      (statement) =>
        !statement.allows &&
        statement.principals.includes('*') &&
        statement.resources.length === 2 &&
        demandedValues(statement, 'Bool', 'aws:SecureTransport').join() === 'false',
    );

const removesMarkers: Predicate = (lifecycle) => {
  const isVersioned = lifecycle
    .targets('bucket')
    .flatMap(({ resource }) => lifecycle.deployment.usersOf(resource, 'aws_s3_bucket_versioning'))
    .some((versioning) => versioning.at('versioning_configuration.status') === 'Enabled');
  const rules = listOf(lifecycle.at('rule')).map((rule) => JSON.stringify(rule));
  return (
    !isVersioned ||
    rules.some((rule) => rule.includes('"expired_object_delete_marker":true') && rule.includes('"prefix":""'))
  );
};

export const S3_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_18',
    on: BUCKET,
    requires: 'its access logged, or the logs of others in it',
    holds: withCompanion('aws_s3_bucket_logging'),
    trivy: 'AVD-AWS-0089',
  },
  {
    id: 'CKV_AWS_19',
    on: BUCKET,
    requires: 'encrypted',
    holds: withCompanion(ENCRYPTION),
    trivy: 'AVD-AWS-0088',
  },
  {
    id: 'CKV_AWS_20',
    on: BUCKET,
    requires: 'no ACL for public reading',
    holds: lacks('acl'),
    trivy: 'AVD-AWS-0092',
  },
  {
    id: 'CKV_AWS_21',
    on: BUCKET,
    requires: 'versioning',
    holds: withCompanion('aws_s3_bucket_versioning', is('versioning_configuration.status', 'Enabled')),
    trivy: 'AVD-AWS-0090',
  },
  {
    id: 'CKV_AWS_53',
    on: BLOCK,
    requires: 'public ACLs refused',
    holds: isTrue('block_public_acls'),
    trivy: 'AVD-AWS-0086',
  },
  {
    id: 'CKV_AWS_54',
    on: BLOCK,
    requires: 'public policies refused',
    holds: isTrue('block_public_policy'),
    trivy: 'AVD-AWS-0087',
  },
  {
    id: 'CKV_AWS_55',
    on: BLOCK,
    requires: 'public ACLs ignored',
    holds: isTrue('ignore_public_acls'),
    trivy: 'AVD-AWS-0091',
  },
  {
    id: 'CKV_AWS_56',
    on: BLOCK,
    requires: 'public access restricted',
    holds: isTrue('restrict_public_buckets'),
    trivy: 'AVD-AWS-0093',
  },
  { id: 'CKV_AWS_57', on: BUCKET, requires: 'no ACL for public writing', holds: lacks('acl') },
  {
    id: 'CKV_AWS_70',
    on: POLICY,
    requires: 'no statement that allows everybody',
    holds: (policy) => !policy.statements().some(isOpenToAll),
  },
  { id: 'CKV_AWS_93', on: POLICY, requires: 'a condition where everybody is denied', holds: locksNobodyOut },
  {
    id: 'CKV_AWS_143',
    on: BUCKET,
    requires: 'no object lock that is off',
    holds: (bucket) =>
      lacks('object_lock_configuration')(bucket) ||
      is('object_lock_configuration.object_lock_enabled', 'Enabled')(bucket),
  },
  {
    id: 'CKV_AWS_144',
    on: BUCKET,
    requires: 'replication to another region',
    holds: withCompanion('aws_s3_bucket_replication_configuration'),
  },
  {
    id: 'CKV_AWS_145',
    on: BUCKET,
    requires: 'encrypted with a KMS key',
    holds: encryptedBy('aws:kms', 'aws:kms:dsse'),
    trivy: 'AVD-AWS-0132',
  },
  { id: 'CKV_AWS_300', on: LIFECYCLE, requires: 'incomplete uploads aborted', holds: abortsLeftovers },
  {
    id: 'CKV2_AWS_6',
    on: BUCKET,
    requires: 'public access blocked',
    holds: withCompanion(BLOCK),
    trivy: 'AVD-AWS-0094',
  },
  { id: 'CKV2_AWS_61', on: BUCKET, requires: 'a lifecycle configuration', holds: withCompanion(LIFECYCLE) },
  {
    id: 'CKV2_AWS_62',
    on: BUCKET,
    requires: 'event notifications',
    holds: withCompanion('aws_s3_bucket_notification'),
  },
  {
    id: 'CKV2_AWS_65',
    on: 'aws_s3_bucket_ownership_controls',
    requires: 'no ACLs at all',
    holds: is('rule.object_ownership', 'BucketOwnerEnforced'),
  },
  {
    // CDC_BUCKET_KEY asks the same of all stacks.
    id: 'CKV2_AWS_67',
    on: ENCRYPTION,
    requires: 'no key of its own stack that does not rotate',
    holds: hasNoIdleKeyBeside,
  },
  {
    id: 'CDC_BUCKET_KEY',
    on: ENCRYPTION,
    requires: 'our own rotating key, or S3’s where S3 demands it',
    holds: (encryption) =>
      is(ALGORITHM, 'AES256')(encryption)
        ? isLogTarget(encryption)
        : encryption.targets('rule').some(
            ({ resource }) =>
              (resource.type === 'aws_kms_key' && isTrue('enable_key_rotation')(resource)) ||
              // Whether it rotates, its owner knows.
              resource.type === 'existing_kms_key',
          ),
  },
  { id: 'CDC_BUCKET_TLS', on: POLICY, requires: 'plain HTTP refused', holds: refusesPlainHttp },
  {
    id: 'CDC_BUCKET_POLICY',
    on: BUCKET,
    requires: 'a policy',
    holds: withCompanionIn(POLICY, 'bucket'),
  },
  {
    // Amazon S3 user guide, "Removing expired object delete markers": a listing reads them all.
    id: 'CDC_BUCKET_MARKERS',
    on: 'aws_s3_bucket_lifecycle_configuration',
    requires: 'delete markers removed in the whole bucket, where it is versioned',
    holds: removesMarkers,
  },
];

/** S3 writes access logs only into buckets that it encrypts with its own keys. */
function isLogTarget(encryption: Resource): boolean {
  return encryption
    .targets('bucket')
    .some(({ resource }) =>
      resource.deployment
        .usersOf(resource, 'aws_s3_bucket_logging')
        .some((logging) => logging.targets('target_bucket').some((target) => target.resource === resource)),
    );
}
