import type { Resource } from '../../deployment';
import { textsOf } from '../../json';
import { callsOfRole } from '../../network/role-calls';
import { has, hasOwnKey, is, isNotTrue, isTrue, lacks, type PolicyRule, type Predicate } from '../rule';

const INSTANCE = 'aws_dms_replication_instance';
const ENDPOINT = 'aws_dms_endpoint';

const settingOf =
  (group: string, name: string): ((task: Resource) => unknown) =>
  (task) => {
    const settings = JSON.parse(task.text('replication_task_settings') || '{}') as Record<
      string,
      Record<string, unknown>
    >;
    return settings[group]?.[name];
  };

/** What DMS does with DDL of the source; each is true unless it is set. */
const decidesDdl: Predicate = (task) =>
  ['Dropped', 'Truncated', 'Altered'].every(
    (change) =>
      typeof settingOf('ChangeProcessingDdlHandlingPolicy', `HandleSourceTable${change}`)(task) === 'boolean',
  );

const STAGING_RIGHTS = [
  'CreateBucket DeleteBucket DeleteBucketPolicy DeleteObject GetBucketLocation GetBucketPolicy',
  'GetObject GetObjectVersion ListBucket PutBucketPolicy PutObject',
].flatMap((line) => line.split(' ').map((action) => `s3:${action}`));

const hasStagingRights: Predicate = (task) =>
  task.targets('target_endpoint_arn').every(({ resource }) => isGivenItsBucket(resource));

function isGivenItsBucket(endpoint: Resource): boolean {
  const bucket = endpoint.text('redshift_settings.bucket_name');
  const role = endpoint.text('redshift_settings.service_access_role_arn');
  const calls = callsOfRole(endpoint.deployment, role).filter(({ action }) => action.startsWith('s3:'));
  const isHere = (resource: string): boolean =>
    [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`].includes(resource);
  return (
    calls.every(({ resource }) => isHere(resource)) &&
    STAGING_RIGHTS.every((wanted) => calls.some(({ action }) => action === wanted))
  );
}

export const DMS_RULES: readonly PolicyRule[] = [
  { id: 'CKV_AWS_89', on: INSTANCE, requires: 'not public', holds: isNotTrue('publicly_accessible') },
  { id: 'CKV_AWS_212', on: INSTANCE, requires: 'encrypted with our key', holds: hasOwnKey('kms_key_arn') },
  {
    id: 'CKV_AWS_222',
    on: INSTANCE,
    requires: 'automatic minor upgrades',
    holds: isTrue('auto_minor_version_upgrade'),
  },
  {
    // If DMS upgrades a pinned version, the next plan downgrades it.
    id: 'CDC_DMS_VERSION',
    on: INSTANCE,
    requires: 'no automatic upgrade of a pinned version',
    holds: (instance) =>
      lacks('engine_version')(instance) || isNotTrue('auto_minor_version_upgrade')(instance),
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
  {
    // DMS refuses a role that IAM has not propagated yet; the instance takes minutes, the role's policy seconds.
    id: 'CDC_ENDPOINT_WAITS',
    on: ENDPOINT,
    requires: 'a wait for the replication instance',
    holds: (endpoint) =>
      textsOf(endpoint.at('depends_on')).some((address) => address.startsWith(`${INSTANCE}.`)),
  },
  {
    // Provider documentation, aws_dms_endpoint: DMS refuses to change the endpoint of a running task.
    id: 'CDC_ENDPOINT_PAUSES',
    on: ENDPOINT,
    requires: 'its tasks paused while it is changed',
    holds: isTrue('pause_replication_tasks'),
  },
  {
    // AWS DMS user guide, "Full-load task settings": an interrupted full load starts from its beginning.
    id: 'CDC_TASK_RELOADS',
    on: 'aws_dms_replication_task',
    requires: 'a full load that doubles no row when it restarts',
    holds: (task) => settingOf('FullLoadSettings', 'TargetTablePrepMode')(task) === 'TRUNCATE_BEFORE_LOAD',
  },
  {
    // AWS DMS user guide, "Task settings for change processing DDL handling".
    id: 'CDC_TASK_DDL',
    on: 'aws_dms_replication_task',
    requires: 'a decision on DROP, TRUNCATE and ALTER of the source',
    holds: decidesDdl,
  },
  {
    // AWS DMS API reference, S3Settings, EncryptionMode: what the service asks for on the bucket of a Redshift target.
    id: 'CDC_STAGING_RIGHTS',
    on: 'aws_dms_replication_task',
    requires: 'the documented rights on the staging bucket of its target, and on no other',
    holds: hasStagingRights,
  },
];
