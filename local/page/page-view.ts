/** Everything that the page shows of a running pipeline, as data: made from what `npm run status` reports. */
import type { PipelineStatus, TableStatus } from '../commands/pipeline-status';
import { describeVerdict, isDifferent } from '../commands/table-summary';
import { unfollowedOf } from '../commands/unfollowed-tables';
import { QUEUES, type QueueMessage } from '../runtime/ports/message-queue';
import { REPLICATION_TASKS } from '../runtime/ports/replication-task';
import { type ApiHits, SOURCE_APIS } from '../runtime/ports/source-api';
import { formatPosition } from '../runtime/ports/source-position';
import { STREAM_MAPPINGS } from '../runtime/ports/stream-mapping';
import type { Registry } from '../runtime/registry';
import type { FlowTotals } from './flow-meter';
import { buildPicture } from './picture';
import type { PictureNode } from './picture-node';
import type { RejectedBatch } from './rejected-batches';

export interface PageView {
  readonly upSince: string;
  readonly verdict: string;
  readonly verdictHealth: 'well' | 'busy' | 'failed';
  readonly comparedAt: string | null;
  readonly nodes: readonly PictureNode[];
  readonly tables: readonly TableView[];
  readonly apis: readonly ApiView[];
  readonly letters: readonly LetterView[];
  readonly letterCount: number;
  readonly rejected: readonly RejectedBatch[];
  readonly rejectedRows: readonly RejectedRowsView[];
  readonly suspended: readonly { readonly table: string; readonly reason: string }[];
  readonly checkpoints: readonly CheckpointView[];
}

export interface TableView {
  readonly path: 'MySQL' | 'DynamoDB';
  readonly source: string;
  readonly target: string;
  /** As last compared; null before. */
  readonly sourceRows: number | null;
  readonly targetRows: number | null;
  readonly mismatches: number | null;
  readonly inFlight: number;
  readonly lagMs: number | null;
  /** Changes in this run. */
  readonly changes: number;
  /** `bank.txns`: what a resync takes; absent on the DynamoDB path. */
  readonly resync?: string;
}

/** Rows of a table of MySQL that its target cannot hold, since the table was copied. */
export interface RejectedRowsView {
  readonly table: string;
  readonly rows: number;
  /** Of the last of them. */
  readonly reason: string;
}

/** An API in front of the sources, and what it was asked since the start. */
export interface ApiView extends ApiHits {
  readonly url: string;
}

export interface LetterView {
  readonly queue: string;
  readonly sentAt: string;
  readonly text: string;
}

export interface CheckpointView {
  readonly what: string;
  readonly position: string;
}

export interface PageViewInput {
  readonly status: PipelineStatus;
  readonly totals: FlowTotals;
  readonly registry: Registry;
  readonly rejected: readonly RejectedBatch[];
  readonly isReconnecting: boolean;
  readonly lastBatch: string | undefined;
}

export function buildPageView(input: PageViewInput): PageView {
  const { status, registry, rejected } = input;
  const letters = readLetters(registry);
  return {
    upSince: status.upSince,
    ...verdictOf(status),
    comparedAt: status.comparedAt,
    nodes: buildPicture(input),
    tables: buildTables(status),
    apis: [...registry.of(SOURCE_APIS).values()].map((api) => ({ url: api.url, ...api.hits() })),
    letters: letters.slice(0, MOST_LETTERS),
    letterCount: letters.length,
    rejected,
    rejectedRows: mysqlTablesOf(status).flatMap(({ table, rejected: rows, rejectedBecause: reason = '' }) =>
      rows === 0 ? [] : [{ table, rows, reason }],
    ),
    suspended: status.tables.flatMap(({ table, suspendedBecause }) =>
      suspendedBecause === undefined ? [] : [{ table, reason: suspendedBecause }],
    ),
    checkpoints: buildCheckpoints(registry, input.lastBatch),
  };
}

const MOST_LETTERS = 50;

const mysqlTablesOf = ({ tables }: PipelineStatus): TableStatus[] =>
  tables.filter(({ path }) => path === 'MySQL');

function verdictOf(status: PipelineStatus): Pick<PageView, 'verdict' | 'verdictHealth'> {
  const { compared } = status;
  if (compared.length === 0) return { verdict: 'not compared yet', verdictHealth: 'busy' };
  const unfollowed = unfollowedOf(mysqlTablesOf(status));
  const isAnyDifferent = compared.some((table) => isDifferent(table, unfollowed));
  const isMoving = compared.some(({ inFlight }) => inFlight > 0);
  return {
    verdict: describeVerdict(compared, unfollowed),
    verdictHealth: isAnyDifferent ? 'failed' : isMoving ? 'busy' : 'well',
  };
}

/** Tables that were compared, and those that were not yet but moved. */
function buildTables({ tables, compared }: PipelineStatus): TableView[] {
  const named = new Map(tables.map((table) => [`${table.path.toLowerCase()}.${table.table}`, table]));
  const sources = new Set([...compared.map(({ source }) => source), ...named.keys()]);
  return [...sources].map((source) => {
    const moved = named.get(source);
    const last = compared.find((table) => table.source === source);
    const path = source.startsWith('mysql.') ? 'MySQL' : 'DynamoDB';
    const name = source.slice(source.indexOf('.') + 1);
    return {
      path,
      source: name,
      target: last?.target ?? '',
      sourceRows: last?.sourceRows ?? null,
      targetRows: last?.targetRows ?? null,
      mismatches: last?.mismatches ?? null,
      inFlight: last?.inFlight ?? 0,
      lagMs: moved?.lagMs ?? null,
      changes: moved === undefined ? 0 : moved.written + moved.deleted,
      ...(path === 'MySQL' ? { resync: name } : {}),
    };
  });
}

/** The newest first. Letters have names and codes; a value is never in them. */
function readLetters(registry: Registry): LetterView[] {
  return [...registry.of(QUEUES)]
    .flatMap(([arn, queue]) =>
      queue.read().map((message) => ({
        queue: arn.slice(arn.lastIndexOf(':') + 1),
        sentAt: message.sentAt,
        text: describeLetter(message),
      })),
    )
    .sort((one, other) => (one.sentAt < other.sentAt ? 1 : -1));
}

function describeLetter({ body }: QueueMessage): string {
  const found = (body ?? {}) as Readonly<Record<string, unknown>>;
  const answer = (found.responsePayload ?? {}) as Readonly<Record<string, unknown>>;
  const condition = (found.requestContext ?? {}) as Readonly<Record<string, unknown>>;
  const parts = [
    found.table,
    found.operation,
    found.code ?? answer.errorType ?? condition.condition,
    found.message ?? answer.errorMessage,
  ];
  const text = parts.filter((part) => typeof part === 'string' && part !== '').join(': ');
  return text === '' ? 'a message without a reason' : text;
}

function buildCheckpoints(registry: Registry, lastBatch: string | undefined): CheckpointView[] {
  const tasks = [...registry.of(REPLICATION_TASKS).values()].map((task) => {
    const { identifier, appliedPosition } = task.describe();
    return {
      what: `replication task ${identifier}, binlog`,
      position: appliedPosition === undefined ? 'none yet' : formatPosition(appliedPosition),
    };
  });
  const shards = [...registry.of(STREAM_MAPPINGS)].flatMap(([name, mapping]) =>
    mapping.positions().map(({ shardId, sequenceNumber }) => ({
      what: `stream of ${/:table\/([^/]+)/.exec(name)?.[1] ?? name}, shard ${shardId.slice(-8)}`,
      position: sequenceNumber ?? 'before its first record',
    })),
  );
  const loads = lastBatch === undefined ? [] : [{ what: 'last batch that was loaded', position: lastBatch }];
  return [...tasks, ...shards, ...loads];
}
