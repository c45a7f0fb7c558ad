import { hasOwnKey, is, isTrue, type PolicyRule } from '../rule';

const TABLE = 'aws_dynamodb_table';

export const DYNAMODB_RULES: readonly PolicyRule[] = [
  {
    id: 'CKV_AWS_28',
    on: TABLE,
    requires: 'point-in-time recovery',
    holds: isTrue('point_in_time_recovery.enabled'),
    trivy: 'AVD-AWS-0024',
  },
  {
    id: 'CKV_AWS_119',
    on: TABLE,
    requires: 'encrypted with our key',
    holds: hasOwnKey('server_side_encryption.kms_key_arn'),
    trivy: 'AVD-AWS-0025',
  },
  {
    id: 'CKV2_AWS_16',
    on: TABLE,
    requires: 'capacity on demand',
    holds: is('billing_mode', 'PAY_PER_REQUEST'),
  },
  {
    id: 'CDC_TABLE_STREAM',
    on: TABLE,
    requires: 'a stream of new and old images',
    // What lives for a time is a note of the pipeline's own, which is not replicated.
    holds: (table) =>
      isTrue('ttl.enabled')(table) ||
      (isTrue('stream_enabled')(table) && is('stream_view_type', 'NEW_AND_OLD_IMAGES')(table)),
  },
];
