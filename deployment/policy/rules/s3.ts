import { isObject, listOf, valueAt } from '../../json-value';
import type { Resource } from '../deployment';
import {
  has,
  is,
  isTrue,
  lacks,
  type PolicyRule,
  type Predicate,
  withCompanion,
  withCompanionIn,
} from '../rule';
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
const hasRotatingKeyBeside: Predicate = (encryption) =>
  encryption
    .targets('rule')
    .some(
      ({ resource }) =>
        resource.type === 'aws_kms_key' &&
        resource.stack === encryption.stack &&
        isTrue('enable_key_rotation')(resource),
    );

const abortsLeftovers = (lifecycle: Resource): boolean =>
  listOf(lifecycle.at('rule'))
    .filter(isObject)
    .some(
      (rule) =>
        rule.status === 'Enabled' &&
        valueAt(rule, 'filter.prefix') === '' &&
        Number(valueAt(rule, 'abort_incomplete_multipart_upload.days_after_initiation')) > 0,
    );

/** No statement shuts out everybody for good: a denial to all has a condition. */
const leavesAWayIn: Predicate = (policy) =>
  policy
    .statements()
    .every(
      ({ allows, principals, conditions }) => allows || !principals.includes('*') || conditions !== undefined,
    );

const refusesPlainHttp: Predicate = (policy) =>
  policy
    .statements()
    .some(
      ({ allows, principals, resources, conditions }) =>
        !allows &&
        principals.includes('*') &&
        resources.length === 2 &&
        valueAt(conditions?.Bool, 'aws:SecureTransport') === 'false',
    );

export const S3_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_18',
    on: BUCKET,
    wants: 'its access logged',
    holds: withCompanionIn('aws_s3_bucket_logging', 'bucket'),
    trivy: 'AVD-AWS-0089',
  },
  {
    id: 'CKV_AWS_19',
    on: BUCKET,
    wants: 'encrypted',
    holds: withCompanion(ENCRYPTION),
    trivy: 'AVD-AWS-0088',
  },
  {
    id: 'CKV_AWS_20',
    on: BUCKET,
    wants: 'no ACL for public reading',
    holds: lacks('acl'),
    trivy: 'AVD-AWS-0092',
  },
  {
    id: 'CKV_AWS_21',
    on: BUCKET,
    wants: 'versions',
    holds: withCompanion('aws_s3_bucket_versioning', is('versioning_configuration.status', 'Enabled')),
    trivy: 'AVD-AWS-0090',
  },
  {
    id: 'CKV_AWS_53',
    on: BLOCK,
    wants: 'public ACLs refused',
    holds: isTrue('block_public_acls'),
    trivy: 'AVD-AWS-0086',
  },
  {
    id: 'CKV_AWS_54',
    on: BLOCK,
    wants: 'public policies refused',
    holds: isTrue('block_public_policy'),
    trivy: 'AVD-AWS-0087',
  },
  {
    id: 'CKV_AWS_55',
    on: BLOCK,
    wants: 'public ACLs ignored',
    holds: isTrue('ignore_public_acls'),
    trivy: 'AVD-AWS-0091',
  },
  {
    id: 'CKV_AWS_56',
    on: BLOCK,
    wants: 'public access restricted',
    holds: isTrue('restrict_public_buckets'),
    trivy: 'AVD-AWS-0093',
  },
  { id: 'CKV_AWS_57', on: BUCKET, wants: 'no ACL for public writing', holds: lacks('acl') },
  {
    id: 'CKV_AWS_70',
    on: POLICY,
    wants: 'nothing allowed to everybody',
    holds: (policy) => !policy.statements().some(isOpenToAll),
  },
  { id: 'CKV_AWS_93', on: POLICY, wants: 'nobody locked out', holds: leavesAWayIn },
  { id: 'CKV_AWS_143', on: BUCKET, wants: 'object lock', holds: isTrue('object_lock_enabled') },
  {
    id: 'CKV_AWS_144',
    on: BUCKET,
    wants: 'replication to another region',
    holds: withCompanion('aws_s3_bucket_replication_configuration'),
  },
  {
    id: 'CKV_AWS_145',
    on: BUCKET,
    wants: 'encrypted with a key of KMS',
    holds: encryptedBy('aws:kms', 'aws:kms:dsse'),
    trivy: 'AVD-AWS-0132',
  },
  { id: 'CKV_AWS_186', on: 'aws_s3_object', wants: 'a key of its own', holds: has('kms_key_id') },
  { id: 'CKV_AWS_300', on: LIFECYCLE, wants: 'unfinished uploads ended', holds: abortsLeftovers },
  {
    id: 'CKV2_AWS_6',
    on: BUCKET,
    wants: 'public access blocked',
    holds: withCompanion(BLOCK),
    trivy: 'AVD-AWS-0094',
  },
  { id: 'CKV2_AWS_61', on: BUCKET, wants: 'a lifecycle', holds: withCompanion(LIFECYCLE) },
  {
    id: 'CKV2_AWS_62',
    on: BUCKET,
    wants: 'notifications of events',
    holds: withCompanion('aws_s3_bucket_notification'),
  },
  {
    id: 'CKV2_AWS_65',
    on: 'aws_s3_bucket_ownership_controls',
    wants: 'no ACLs at all',
    holds: is('rule.object_ownership', 'BucketOwnerEnforced'),
  },
  {
    // CDC_BUCKET_KEY asks the same of all stacks.
    id: 'CKV2_AWS_67',
    on: ENCRYPTION,
    wants: 'a rotating key, in its own stack',
    holds: hasRotatingKeyBeside,
  },
  {
    id: 'CDC_BUCKET_KEY',
    on: ENCRYPTION,
    wants: 'our own key, which rotates, or S3’s where it must be',
    holds: (encryption) =>
      is(ALGORITHM, 'AES256')(encryption)
        ? isLogTarget(encryption)
        : encryption
            .targets('rule')
            .some(
              ({ resource }) => resource.type === 'aws_kms_key' && isTrue('enable_key_rotation')(resource),
            ),
  },
  { id: 'CDC_BUCKET_TLS', on: POLICY, wants: 'plain HTTP refused', holds: refusesPlainHttp },
  {
    id: 'CDC_BUCKET_POLICY',
    on: BUCKET,
    wants: 'a policy',
    holds: withCompanionIn(POLICY, 'bucket'),
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
