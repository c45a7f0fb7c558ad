/** What data costs: lines that grow with the volume kept, and lines that grow with the changes per second. */
import type { Deployment } from '../deployment';
import { type CostLine, SECONDS_PER_MONTH } from './cost-line';

const MILLION = 1_000_000;
const KB_PER_GB = 1_048_576;
/** A read unit reads 4 KB strongly consistently, and twice as much otherwise (DynamoDB developer guide, "Read consumption"). */
const KB_PER_READ_UNIT = 4;

export interface VolumeOptions {
  /** In each of the two sources. */
  readonly gb: number;
  /** Full reconciliations of the DynamoDB table per month. */
  readonly proofsPerMonth: number;
}

/** Per month, for the same volume in MySQL and in DynamoDB. */
export function volumeLines(deployment: Deployment, { gb, proofsPerMonth }: VolumeOptions): CostLine[] {
  const database = deployment.of('aws_db_instance')[0];
  const zones = database?.isOn('multi_az') === true ? 2 : 1;
  return [
    { subject: 'MySQL, storage', price: 'rds gp3', quantity: gb * zones, basis: `${zones} zone(s)` },
    { subject: 'DynamoDB, storage', price: 'dynamodb storage', quantity: gb, basis: 'as stored' },
    {
      subject: 'DynamoDB, point-in-time recovery',
      price: 'dynamodb point-in-time recovery',
      quantity: gb,
      basis: 'the size of the table',
    },
    {
      subject: 'Redshift, storage',
      price: 'redshift managed storage',
      quantity: 2 * gb,
      basis: 'both copies, uncompressed: an upper limit',
    },
    {
      subject: 'Proof of the DynamoDB table',
      price: 'dynamodb read',
      quantity: (proofsPerMonth * gb * KB_PER_GB) / KB_PER_READ_UNIT / 2 / MILLION,
      basis: `${proofsPerMonth} scans of the whole table a month, eventually consistent`,
    },
  ];
}

/** The size that an item and its staged line are taken to have. */
const ASSUMED_ITEM_KB = 1;
/** How long staging a batch is taken to last. */
const ASSUMED_STAGE_SECONDS = 1;
/** gzip makes JSON lines at least this much smaller. */
const ASSUMED_COMPRESSION = 5;

/** Per month, for the same rate of changes all the time in DynamoDB. MySQL's changes cost what runs anyway. */
export function changeLines(deployment: Deployment, changesPerSecond: number): CostLine[] {
  const mapping = deployment.of('aws_lambda_event_source_mapping')[0];
  const batchSize = Number(mapping?.at('batch_size') ?? 1);
  const loadedDays = loadedDaysOf(deployment);
  const changes = changesPerSecond * SECONDS_PER_MONTH;
  const batches = changes / batchSize;
  const stage = deployment
    .of('aws_lambda_function')
    .find((one) => one.text('function_name').endsWith('stage-stream-records'));
  const memoryGb = Number(stage?.at('memory_size') ?? 0) / 1_024;
  const stagedGbPerDay = (changesPerSecond * 86_400 * ASSUMED_ITEM_KB) / KB_PER_GB / ASSUMED_COMPRESSION;
  const full = `full batches of ${batchSize}`;
  return [
    {
      subject: 'Writes of the application itself',
      price: 'dynamodb write',
      quantity: (changes * ASSUMED_ITEM_KB) / MILLION,
      basis: `items of ${ASSUMED_ITEM_KB} KB; paid without this pipeline too`,
    },
    {
      subject: 'Staging, starts',
      price: 'lambda request',
      quantity: batches / MILLION,
      basis: `${full}; reading the stream from Lambda is free`,
    },
    {
      subject: 'Staging, time',
      price: 'lambda arm64',
      quantity: batches * ASSUMED_STAGE_SECONDS * memoryGb,
      basis: `${ASSUMED_STAGE_SECONDS} s per batch`,
    },
    {
      subject: 'Staged files, written and moved',
      price: 's3 put',
      quantity: (batches * 2) / 1_000,
      basis: 'one PUT and one COPY per file, one file per batch',
    },
    {
      subject: 'Staged files, kept',
      price: 's3 storage',
      quantity: stagedGbPerDay * loadedDays,
      basis: `${loadedDays} days, compressed to a fifth`,
    },
  ];
}

/** How long files stay under `loaded/`. */
function loadedDaysOf(deployment: Deployment): number {
  const rules = deployment
    .of('aws_s3_bucket_lifecycle_configuration')
    .flatMap((configuration) => configuration.at('rule') ?? []) as readonly Record<string, unknown>[];
  const loaded = rules.find(({ id }) => id === 'loaded');
  const [expiration] = (loaded?.expiration ?? []) as readonly { readonly days?: number }[];
  return expiration?.days ?? 0;
}
