/**
 * The settings of a deployment: each key, what is allowed and in which unit. The values are in `cdktf.json`
 * under `context`; nothing here has a silent default, so that the file shows the whole deployment.
 */
import * as z from 'zod';
import { HANDLER_NAMES, type HandlerName } from '../pipeline/handler-environment';
import { isScheduleExpression } from './schedule-expression';
import { API_SETTINGS } from './settings/api';
import { KEY_ARN } from './settings/arns';
import { BI_SETTINGS } from './settings/bi';
import { DYNAMODB_SETTINGS } from './settings/dynamodb';
import { MYSQL_SETTINGS } from './settings/mysql';
import { NETWORK_SETTINGS } from './settings/network';
import { OBSERVABILITY_SETTINGS } from './settings/observability';
import { REDSHIFT_SETTINGS } from './settings/redshift';
import { flag, group, oneOf, text, whole } from './settings/values';

/** CloudWatch Logs accepts only these (Amazon CloudWatch Logs API, PutRetentionPolicy). */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const REGION = text(
  /^(af|ap|ca|eu|il|me|mx|sa|us)-[a-z]+-\d$/,
  'a region of the commercial partition, like us-east-1',
);

const functionSettings = group({
  memoryMb: whole(128, 10_240, 'MB'),
  /** An upper limit. A scheduled function gets less if its schedule is faster: a run ends before the next begins. */
  timeoutSeconds: whole(1, 900, 'seconds'),
});

export const SETTINGS_SCHEMA = group({
  /** First part of every physical name. Short, because an S3 bucket's name holds 63 characters in total. */
  project: text(/^[a-z][a-z0-9-]{0,11}$/, '1 to 12 lower-case letters, digits and hyphens, a letter first'),
  environment: text(
    /^[a-z][a-z0-9-]{0,11}$/,
    '1 to 12 lower-case letters, digits and hyphens, a letter first',
  ),
  /** The only account that a plan of these stacks may touch. */
  accountId: text(/^\d{12}$/, 'a string of 12 digits'),
  region: REGION,
  network: NETWORK_SETTINGS,
  /**
   * An existing key that encrypts all data at rest, instead of one that this deployment makes. Its policy must let the
   * account's roles use it by IAM, and `logs`, `cloudwatch` and `dms` as docs/adopt.md says.
   */
  keyArn: KEY_ARN.optional(),
  /** How often the scheduled functions run, in UTC. */
  schedule: z
    .string({ error: 'a schedule like rate(5 minutes) or cron(0/5 * * * ? *)' })
    .refine(isScheduleExpression, 'a schedule like rate(5 minutes) or cron(0/5 * * * ? *)'),
  /** How often a sweep begins that proves every table equal; the scheduled runs resume it until it is finished. */
  reconcileSchedule: z
    .string({ error: 'a schedule like rate(1 day) or cron(0 2 * * ? *)' })
    .refine(isScheduleExpression, 'a schedule like rate(1 day) or cron(0 2 * * ? *)'),
  /**
   * False if the account already has `dms-vpc-role`, `dms-cloudwatch-logs-role` and `dms-access-for-endpoint`: they
   * exist once per account, so one of the environments that share it creates them.
   */
  createDmsServiceRoles: flag,
  /**
   * One reserved run for each of the eight functions that run one at a time. Lambda keeps 100 of an account's
   * concurrency unreserved, so it needs a quota of 108 ("Concurrent executions"), while new accounts start with 10.
   * Nothing depends on it: two runs at once are kept apart by locks in MySQL and in the warehouse.
   */
  reserveConcurrency: flag,
  /** Deletion protection and `prevent_destroy` on everything that holds data, and buckets that are not destroyed while they hold objects. */
  protectData: flag,
  /** A last snapshot of MySQL and of the warehouse when they are destroyed; automated backups stay as well. */
  finalSnapshots: flag,
  /** Region for copies of MySQL's backups and the warehouse's snapshots, in case this whole region fails. */
  copyToRegion: REGION.optional(),
  logLevel: oneOf(['DEBUG', 'INFO', 'WARN', 'ERROR']),
  logRetentionDays: oneOf(LOG_RETENTION_DAYS),
  /** Bucket of the Terraform state. Without it, state is kept in local files. */
  stateBucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket').optional(),
  /** Who gets the alarms by e-mail. Required with `protectData`, unless `alarmTopicArn` is set. */
  alarmEmail: text(/^[^@\s]+@[^@\s]+$/, 'an e-mail address').optional(),
  /**
   * An existing topic that gets the alarms and the events of DMS, instead of one that this deployment creates. Its policy
   * (and its key's) must let `cloudwatch.amazonaws.com` and `dms.amazonaws.com` publish.
   */
  alarmTopicArn: text(
    /^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
    'the ARN of an SNS topic in the same region',
  ).optional(),
  mysql: MYSQL_SETTINGS,
  dynamodb: DYNAMODB_SETTINGS,
  redshift: REDSHIFT_SETTINGS,
  dms: group({
    engineVersion: text(/^3\.(5\.4|[6-9]\.\d+)$/, '3.5.4 or later; which support MySQL 8.4 as a source'),
    instanceClass: text(/^dms\.[a-z0-9]+\.[a-z0-9]+$/, 'a DMS instance class, like dms.t3.medium'),
    storageGb: whole(5, 6_144, 'GB'),
    multiAz: flag,
    /**
     * How long the schedule leaves a stopped task alone. Longer than a deploy needs to change it: if the task runs again
     * before it is changed, the apply fails.
     */
    resumeStoppedAfterMinutes: whole(5, 1_440, 'minutes'),
    /** The task's own row validation: queries on both sides. Reconciliation compares the tables without it too. */
    validateRows: flag,
  }),
  stream: group({
    batchSize: whole(1, 10_000, 'stream records'),
    batchingWindowSeconds: whole(0, 300, 'seconds'),
    parallelizationFactor: whole(1, 10, 'batches of a shard at once'),
    maxRetryAttempts: whole(0, 10_000, 'retries'),
    /** Below the stream's 24 hours, so that what becomes a dead letter can still be read from the stream. */
    maxRecordAgeSeconds: whole(60, 82_800, 'seconds, below the 24 hours that a stream keeps'),
  }),
  load: group({
    maxBatchFiles: whole(1, 10_000, 'staged files in one load'),
    maxBatchBytes: whole(1, 1_099_511_627_776, 'bytes in one load'),
    /** Longer than anything can be replayed: loaded files, rejected files, stream records, dead letters. */
    tombstoneDays: whole(15, 3_650, 'days'),
  }),
  reconcile: group({
    /** What reconciliation may read of each DynamoDB table, measured by what DynamoDB says that a read consumed. */
    readUnitsPerSecond: whole(1, 1_000_000, 'read units per second'),
    /** A sweep is spread evenly over so long; 0 is as fast as `readUnitsPerSecond` allows. */
    spreadSeconds: whole(0, 2_592_000, 'seconds'),
  }),
  objects: group({
    loadedDays: whole(1, 3_650, 'days'),
    rejectedDays: whole(1, 3_650, 'days'),
  }),
  alarms: group({
    /** How far a target may be behind its source. */
    freshnessSeconds: whole(60, 86_400, 'seconds'),
    /** How long ago the sweep may have begun that last proved a target equal to its source. */
    proofSeconds: whole(600, 7_776_000, 'seconds'),
    /** How late the replication task may read or write. */
    replicationLatencySeconds: whole(60, 86_400, 'seconds'),
  }),
  /** Where metrics and logs also go. Absent: they stay in CloudWatch. */
  observability: OBSERVABILITY_SETTINGS.optional(),
  /** Views for analysts, and a dashboard of them. Absent: there are none. */
  bi: BI_SETTINGS.optional(),
  /** An API in front of the sources. Absent: only the scheduled ingests write. */
  api: API_SETTINGS.optional(),
  functions: group(
    Object.fromEntries(HANDLER_NAMES.map((name) => [name, functionSettings])) as Record<
      HandlerName,
      typeof functionSettings
    >,
  ),
});

export type Settings = Readonly<z.output<typeof SETTINGS_SCHEMA>>;
