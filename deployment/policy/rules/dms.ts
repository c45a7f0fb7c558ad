import { has, hasOwnKey, is, isNotTrue, isTrue, lacks, type PolicyRule } from '../rule';

const INSTANCE = 'aws_dms_replication_instance';
const ENDPOINT = 'aws_dms_endpoint';

export const DMS_RULES: readonly PolicyRule[] = [
  { id: 'CKV_AWS_89', on: INSTANCE, requires: 'not public', holds: isNotTrue('publicly_accessible') },
  { id: 'CKV_AWS_212', on: INSTANCE, requires: 'encrypted with our key', holds: hasOwnKey('kms_key_arn') },
  {
    id: 'CKV_AWS_222',
    on: INSTANCE,
    requires: 'automatic minor upgrades',
    holds: isTrue('auto_minor_version_upgrade'),
  },
  { id: 'CKV_AWS_296', on: ENDPOINT, requires: 'encrypted with our key', holds: hasOwnKey('kms_key_arn') },
  {
    // DMS always speaks TLS to Redshift and takes no mode there.
    id: 'CKV2_AWS_49',
    on: ENDPOINT,
    requires: 'a source that is read over TLS, its certificate checked',
    holds: (endpoint) =>
      endpoint.at('engine_name') === 'redshift' ||
      (is('ssl_mode', 'verify-ca', 'verify-full')(endpoint) && has('certificate_arn')(endpoint)),
  },
  {
    id: 'CDC_DMS_SECRET',
    on: ENDPOINT,
    requires: 'its user in a secret, no password in the JSON',
    holds: (endpoint) =>
      has('secrets_manager_arn')(endpoint) &&
      lacks('password')(endpoint) &&
      lacks('username')(endpoint) &&
      !/pass|pwd/i.test(endpoint.text('extra_connection_attributes')),
  },
];
