/** The path of DynamoDB: stream, staging, loads, proof. */
import type { Deployment, Resource } from '../deployment';
import { type CapacityLine, functionOf, GIB, type Load, MIB, numberAt } from './capacity-line';

/** DynamoDB developer guide, "Partitions and data distribution": a partition takes 1,000 write units per second. */
const WRITE_UNITS_OF_A_PARTITION = 1_000;
/** DynamoDB developer guide, "Write consumption": a unit writes 1 KB. */
const BYTES_OF_A_WRITE_UNIT = 1_024;
/** DynamoDB developer guide, "Read consumption": a unit reads 4 KB, and twice as much eventually consistently. */
const BYTES_OF_A_READ_UNIT = 8_192;
/** Lambda developer guide, "Configure Lambda function memory": so many MB are one core. */
const MB_OF_A_CORE = 1_769;
/** docs/benchmarks.md: 44 s of one core stage a million records of 1 KB. */
const CORE_SECONDS_OF_A_KB = 44e-6;
/** Lambda developer guide, "Lambda quotas": an event has at most 6 MB. */
const BYTES_OF_AN_EVENT = 6 * MIB;
/** A record holds the item before and after. */
const IMAGES_OF_A_RECORD = 2;
/** Lambda developer guide, "Lambda quotas", without asking for more. */
const CONCURRENT_RUNS_OF_AN_ACCOUNT = 1_000;
/** gzip makes JSON lines at least this much smaller. */
const COMPRESSION = 5;
const LOAD_SECONDS = 300;
const PROOF_HOURS = 24;

/** Nothing where the catalogue has no table of DynamoDB. */
export function dynamodbLines(deployment: Deployment, load: Load): CapacityLine[] {
  const [mapping] = deployment.of('aws_lambda_event_source_mapping');
  if (mapping === undefined) return [];
  const writeUnits = load.changesPerSecond * Math.ceil(load.bytes / BYTES_OF_A_WRITE_UNIT);
  const shards = Math.max(1, Math.ceil(writeUnits / WRITE_UNITS_OF_A_PARTITION));
  return [
    {
      part: 'DynamoDB',
      subject: 'writes of one table',
      needed: writeUnits,
      given: numberAt(deployment.of('aws_dynamodb_table')[0], 'on_demand_throughput.max_write_request_units'),
      unit: 'units/s',
      turnUp: 'dynamodb.maxWriteUnitsPerSecond, and the quota of a table in the account (40,000)',
      basis: 'a unit writes 1 KB',
    },
    ...stageLines(deployment, load, { mapping, shards }),
    ...loadLines(deployment, load, { mapping, shards }),
    {
      part: 'reconcile',
      subject: 'a sweep of one table',
      needed: (load.storedGb * GIB) / BYTES_OF_A_READ_UNIT / readUnitsOf(deployment) / 3_600,
      given: PROOF_HOURS,
      unit: 'hours',
      turnUp: 'reconcile.readUnitsPerSecond; or alarms.proofSeconds, where a proof a day is not needed',
      basis: 'a unit reads 8 KB eventually consistently; a proof a day',
    },
  ];
}

interface Stream {
  readonly mapping: Resource;
  readonly shards: number;
}

function stageLines(deployment: Deployment, load: Load, { mapping, shards }: Stream): CapacityLine[] {
  const memoryMb = numberAt(functionOf(deployment, 'stage-stream-records'), 'memory_size') ?? 0;
  const cores = Math.min(1, memoryMb / MB_OF_A_CORE);
  const kilobytes = Math.max(1, load.bytes / 1_024);
  const runs = Math.ceil((load.changesPerSecond * kilobytes * CORE_SECONDS_OF_A_KB) / cores);
  const basis = `44 µs of a core for each KB (benchmarks), ${memoryMb} MB are ${cores.toFixed(2)} of one`;
  return [
    {
      part: 'stage',
      subject: 'runs at once, that the stream allows',
      needed: runs,
      given: shards * (numberAt(mapping, 'parallelization_factor') ?? 1),
      unit: 'runs',
      turnUp:
        'stream.parallelizationFactor (up to 10), functions.stage-stream-records.memoryMb (up to 1,769)',
      basis: `${basis}; a shard for each 1,000 write units`,
    },
    {
      part: 'stage',
      subject: 'runs at once, that an account allows',
      needed: runs,
      given: CONCURRENT_RUNS_OF_AN_ACCOUNT,
      unit: 'runs',
      turnUp: 'the quota "Concurrent executions" of the account',
      basis,
    },
  ];
}

function loadLines(deployment: Deployment, load: Load, { mapping, shards }: Stream): CapacityLine[] {
  const loader = functionOf(deployment, 'load-staged-batches');
  const mostRecords = Math.floor(BYTES_OF_AN_EVENT / (IMAGES_OF_A_RECORD * load.bytes));
  const batch = Math.max(1, Math.min(numberAt(mapping, 'batch_size') ?? 1, mostRecords));
  const windowSeconds = numberAt(mapping, 'maximum_batching_window_in_seconds') ?? 0;
  // A batch is full, or its window is over, or a record is all that there is.
  const whenIdle = windowSeconds > 0 ? shards / windowSeconds : load.changesPerSecond;
  const filesPerSecond = Math.min(load.changesPerSecond, Math.max(load.changesPerSecond / batch, whenIdle));
  return [
    {
      part: 'load',
      subject: 'files of five minutes, in one load',
      needed: Math.ceil(filesPerSecond * LOAD_SECONDS),
      given: numberAt(loader, 'environment.variables.MAX_BATCH_FILES'),
      unit: 'files',
      turnUp: 'stream.batchSize, for fewer and larger files; then load.maxBatchFiles',
      basis: `a file for each batch of ${batch}, or for each ${windowSeconds} s of a shard; beyond it a run does several loads`,
    },
    {
      part: 'load',
      subject: 'compressed size of five minutes, in one load',
      needed: Math.ceil((load.changesPerSecond * LOAD_SECONDS * load.bytes) / COMPRESSION / MIB),
      given: (numberAt(loader, 'environment.variables.MAX_BATCH_BYTES') ?? 0) / MIB,
      unit: 'MB',
      turnUp: 'load.maxBatchBytes',
      basis: 'gzip to a fifth; beyond it a run does several loads',
    },
    {
      part: 'load',
      subject: 'rows that the warehouse merges',
      needed: load.changesPerSecond,
      given: undefined,
      unit: 'rows/s',
      turnUp: 'redshift.nodeCount or redshift.nodeType, redshift.maxCapacityRpus where it is serverless',
      basis: 'AWS publishes no figure for a merge: the freshness of the tables tells',
    },
  ];
}

const readUnitsOf = (deployment: Deployment): number =>
  numberAt(functionOf(deployment, 'reconcile-tables'), 'environment.variables.READ_UNITS_PER_SECOND') ?? 1;
