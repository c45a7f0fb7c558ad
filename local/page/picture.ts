/** The pipeline as a picture: each part with its state, what it did so far, and what a person can do to it. */
import { ingestedTables } from '../../pipeline/ingested-tables';
import { type ReplicatedTable, TABLES } from '../../pipeline/tables';
import type { PipelineStatus } from '../commands/pipeline-status';
import { FUNCTIONS } from '../runtime/ports/callable-function';
import { MYSQL_SERVERS } from '../runtime/ports/mysql-server';
import { REPLICATION_TASKS } from '../runtime/ports/replication-task';
import { STREAM_MAPPINGS } from '../runtime/ports/stream-mapping';
import type { Registry } from '../runtime/registry';
import { handlerOf } from '../runtime/runtime';
import type { FlowTotals } from './flow-meter';
import {
  count,
  failingOf,
  healthOfFunction,
  lagText,
  nextOf,
  rowsOfSide,
  scheduleOf,
  switchOf,
  timeOf,
} from './part-facts';
import type { PartAction, PictureNode } from './picture-node';

export interface PictureInput {
  readonly status: PipelineStatus;
  readonly totals: FlowTotals;
  readonly registry: Registry;
  /** The task has lost its connection and tries again. */
  readonly isReconnecting: boolean;
  /** Of the catalogue. */
  readonly tables?: readonly ReplicatedTable[];
}

/** Parts of a path without any table are left out, and ingests that no stack declares. */
export function buildPicture(input: PictureInput): PictureNode[] {
  const { tables = TABLES } = input;
  const has = (source: Source): boolean => tables.some((table) => table.source === source);
  return [
    schedulesNode(input),
    ...(has('mysql') ? [...ingestNodes(input, 'mysql'), mysqlNode(input), taskNode(input)] : []),
    ...(has('dynamodb')
      ? [
          ...ingestNodes(input, 'dynamodb'),
          dynamodbNode(input),
          stageNode(input),
          s3Node(input),
          loadNode(input),
        ]
      : []),
    warehouseNode(input),
    reconcileNode(input),
  ];
}

type Source = ReplicatedTable['source'];

const LAMBDA = 'Lambda';

function schedulesNode({ status: { schedules } }: PictureInput): PictureNode {
  const paused = schedules.filter(({ isPaused }) => isPaused).length;
  const next = schedules
    .flatMap(({ nextAt, isPaused }) => (nextAt === null || isPaused ? [] : [nextAt]))
    .sort()[0];
  return {
    id: 'schedules',
    title: 'Schedules',
    service: 'EventBridge',
    health: paused === 0 ? 'well' : 'stopped',
    state: paused === 0 ? 'firing' : `${paused} of ${schedules.length} paused`,
    facts: [next === undefined ? 'no run is due' : `next at ${timeOf(next)}`],
    actions: [],
    passed: 0,
  };
}

/** What fills a table of this source, if a function of the deployment does. */
function ingestNodes(
  { status, totals, registry, tables = TABLES }: PictureInput,
  source: Source,
): PictureNode[] {
  const functions = [...registry.of(FUNCTIONS).values()];
  const isDeployed = ({ handler }: { readonly handler: string }): boolean =>
    functions.some(({ name }) => handlerOf(name) === handler);
  const found = ingestedTables(tables).find((one) => one.source === source && isDeployed(one));
  if (found === undefined) return [];
  const { handler, name, seedFile } = found;
  const schedule = scheduleOf(status, handler);
  const rows = totals.ingested[name] ?? 0;
  const what = source === 'mysql' ? 'rows' : 'items';
  return [
    {
      id: `ingest-${source}`,
      title: `Ingest ${name}`,
      service: LAMBDA,
      ...healthOfFunction(status, handler, schedule),
      facts: [`${count(rows)} ${what}`, nextOf(schedule)],
      about: `${handler} writes the ${what} of ${seedFile} into ${source === 'mysql' ? 'MySQL' : 'DynamoDB'}.`,
      actions: ['run', 'kill', ...switchOf(schedule)],
      passed: rows,
    },
  ];
}

function mysqlNode({ registry, status, totals }: PictureInput): PictureNode {
  const [server] = registry.of(MYSQL_SERVERS).values();
  const isUp = server?.isUp() ?? false;
  const isOwn = server?.isReadOnly === true;
  return {
    id: 'mysql',
    title: server?.flavour === 'mariadb' ? 'MariaDB' : 'MySQL',
    service: isOwn ? 'your own server' : 'RDS for MySQL',
    health: isUp ? 'well' : 'stopped',
    state: isUp ? 'running' : 'stopped',
    facts: [
      rowsOfSide(status, 'mysql.', 'sourceRows'),
      server === undefined ? 'none' : isOwn ? 'only read' : `port ${server.port}`,
    ],
    actions: isOwn ? [] : isUp ? ['stop', 'kill', 'restart'] : ['start'],
    passed: totals.captured,
  };
}

function taskNode({ registry, totals, isReconnecting }: PictureInput): PictureNode {
  const task = [...registry.of(REPLICATION_TASKS).values()][0]?.describe();
  const status = task?.status ?? 'stopped';
  const [server] = registry.of(MYSQL_SERVERS).values();
  // To kill it is to cut its connections at the server.
  const running: PartAction[] =
    server?.isReadOnly === true ? ['stop', 'restart'] : ['stop', 'kill', 'restart'];
  const health = isReconnecting
    ? 'busy'
    : status === 'running'
      ? 'well'
      : status === 'failed'
        ? 'failed'
        : status === 'starting' || status === 'stopping'
          ? 'busy'
          : 'stopped';
  return {
    id: 'task',
    title: 'Replication task',
    service: 'DMS',
    health,
    state: isReconnecting && status === 'running' ? 'reconnecting' : status,
    facts: [`${count(totals.captured)} changes`, lagText(totals.mysqlLagMs)],
    ...(task?.failure === undefined ? {} : { problem: `${task.failure.code}: ${task.failure.message}` }),
    actions: status === 'running' ? running : health === 'busy' ? [] : ['start'],
    passed: totals.captured,
  };
}

function dynamodbNode({ status, totals }: PictureInput): PictureNode {
  return {
    id: 'dynamodb',
    title: 'DynamoDB',
    service: 'tables and streams',
    health: 'well',
    state: 'running',
    facts: [rowsOfSide(status, 'dynamodb.', 'sourceRows').replace('rows', 'items')],
    actions: [],
    passed: totals.stagedRows,
  };
}

function stageNode({ registry, status, totals }: PictureInput): PictureNode {
  const mappings = [...registry.of(STREAM_MAPPINGS).values()];
  const problem = mappings.map((mapping) => mapping.failure()).find((failure) => failure !== undefined);
  const isEnabled = mappings.some((mapping) => mapping.isEnabled());
  const failing = failingOf(status, 'stage-stream-records');
  const health = problem !== undefined || failing !== undefined ? 'failed' : isEnabled ? 'well' : 'stopped';
  return {
    id: 'stage',
    title: 'Stage',
    service: 'Lambda on stream',
    health,
    state: health === 'well' ? 'delivering' : health === 'stopped' ? 'disabled' : 'failing',
    facts: [`${count(totals.stagedRows)} rows staged`, `${count(totals.stagedFiles)} files`],
    ...(problem === undefined && failing === undefined
      ? {}
      : { problem: problem instanceof Error ? problem.message : String(problem ?? failing) }),
    actions: problem !== undefined ? [] : isEnabled ? ['stop', 'kill', 'restart'] : ['start'],
    passed: totals.stagedRows,
  };
}

function s3Node({ totals }: PictureInput): PictureNode {
  const waiting = Math.max(0, totals.stagedFiles - totals.loadedFiles);
  return {
    id: 's3',
    title: 'Staged files',
    service: 'S3',
    health: 'well',
    state: waiting === 0 ? 'none waits' : `${waiting} waiting`,
    facts: [`${count(totals.loadedFiles)} files loaded`],
    actions: [],
    passed: totals.stagedFiles,
  };
}

function loadNode({ status, totals }: PictureInput): PictureNode {
  const schedule = scheduleOf(status, 'load-staged-batches');
  return {
    id: 'load',
    title: 'Load',
    service: 'Lambda, COPY',
    ...healthOfFunction(status, 'load-staged-batches', schedule),
    facts: [`${count(totals.loadedRows)} rows loaded`, lagText(totals.dynamodbLagMs)],
    actions: ['run', 'kill', ...switchOf(schedule)],
    passed: totals.loadedRows,
  };
}

function warehouseNode({ status, totals }: PictureInput): PictureNode {
  const { compared } = status;
  const rows = compared.reduce((sum, { targetRows }) => sum + targetRows, 0);
  return {
    id: 'warehouse',
    title: 'Warehouse',
    service: 'Redshift',
    health: 'well',
    state: 'running',
    facts: [
      compared.length === 0 ? 'not compared yet' : `${count(rows)} rows`,
      `${count(totals.captured + totals.loadedRows)} arrived`,
    ],
    actions: [],
    passed: totals.captured + totals.loadedRows,
  };
}

function reconcileNode({ status }: PictureInput): PictureNode {
  const schedule = scheduleOf(status, 'reconcile-tables');
  const mismatches = status.compared.reduce((sum, table) => sum + table.mismatches, 0);
  const function_ = healthOfFunction(status, 'reconcile-tables', schedule);
  const isNew = status.comparedAt === null;
  return {
    id: 'reconcile',
    title: 'Reconcile',
    service: LAMBDA,
    ...(mismatches > 0 && function_.health === 'well'
      ? { health: 'failed' as const, state: `${mismatches} mismatches` }
      : function_.health === 'well'
        ? { health: 'well' as const, state: isNew ? 'waiting' : 'equal' }
        : function_),
    facts: [isNew ? 'not compared yet' : `at ${timeOf(status.comparedAt)}`, nextOf(schedule)],
    actions: ['run', 'kill', ...switchOf(schedule)],
    passed: 0,
  };
}
