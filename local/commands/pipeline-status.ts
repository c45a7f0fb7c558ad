/** What a running pipeline knows of itself at any moment: collected from its events, and asked of its parts. */
import { HEARTBEATS } from '../../pipeline/heartbeats';
import type { RuntimeEvent } from '../runtime/events';
import { QUEUES } from '../runtime/ports/message-queue';
import { MYSQL_SERVERS } from '../runtime/ports/mysql-server';
import { REPLICATION_TASKS } from '../runtime/ports/replication-task';
import { SCHEDULES } from '../runtime/ports/schedule';
import { STREAM_MAPPINGS } from '../runtime/ports/stream-mapping';
import { CLIENT_PORTS, WAREHOUSES } from '../runtime/ports/warehouse';
import type { Registry } from '../runtime/registry';
import { handlerOf } from '../runtime/runtime';
import { readReplicatedTables } from './replicated-tables';
import { parseTableSummaries, type TableSummary } from './table-summary';

export interface PipelineStatus {
  readonly pid: number;
  /** The link of the live page, with its token; null without one. */
  readonly page: string | null;
  /** ISO 8601, as all times here. */
  readonly upSince: string;
  readonly parts: readonly PartStatus[];
  readonly tables: readonly TableStatus[];
  /** As last compared; `comparedAt` is null before the first comparison. */
  readonly compared: readonly TableSummary[];
  readonly comparedAt: string | null;
  readonly schedules: readonly ScheduleStatus[];
  readonly deadLetters: readonly { readonly queue: string; readonly count: number }[];
  /** Functions whose last run failed. */
  readonly failing: readonly {
    readonly functionName: string;
    readonly message: string;
    readonly at: string;
  }[];
}

export interface PartStatus {
  readonly name: string;
  readonly state: string;
  readonly isWell: boolean;
}

/** Counts are since this run began; of rejected rows of MySQL, since the table was copied. */
export interface TableStatus {
  readonly path: 'MySQL' | 'DynamoDB';
  readonly table: string;
  /** Rows of the first copy, inserts and updates; items that were upserted. */
  readonly written: number;
  readonly deleted: number;
  readonly rejected: number;
  /** Why the last of them was; of MySQL. */
  readonly rejectedBecause?: string;
  /** From the newest change at the source until it was in the warehouse; null before the first. */
  readonly lagMs: number | null;
  readonly lagAt: string | null;
  readonly suspendedBecause?: string;
}

export interface ScheduleStatus {
  readonly name: string;
  readonly everySeconds: number;
  readonly nextAt: string | null;
  readonly isPaused: boolean;
}

interface Lag {
  readonly lagMs: number;
  readonly at: Date;
}

interface Loaded {
  written: number;
  deleted: number;
  rejected: number;
}

/** Sees every event of a run. */
export class StatusBoard {
  private readonly upSince = new Date();
  private readonly lags = new Map<string, Lag>();
  private readonly loaded = new Map<string, Loaded>();
  private readonly failing = new Map<string, { readonly message: string; readonly at: Date }>();
  private compared: readonly TableSummary[] = [];
  private comparedAt: Date | undefined;
  /** The link of the live page, once there is one. */
  page: string | undefined;

  readonly see = (event: RuntimeEvent): void => {
    if (event.type === 'task' && event.event.type === 'applied')
      this.lags.set(`MySQL ${event.event.table}`, { lagMs: event.event.lagMs, at: new Date() });
    if (event.type === 'outcome' && event.outcome === 'loaded') this.seeLoad(event.fields);
    if (event.type === 'function-failed')
      this.failing.set(event.functionName, { message: event.message, at: new Date() });
    if (event.type === 'function-ended') {
      this.failing.delete(event.functionName);
      if (handlerOf(event.functionName) === 'reconcile-tables') this.seeComparison(event.payload);
    }
  };

  describe(registry: Registry): PipelineStatus {
    return {
      pid: process.pid,
      page: this.page ?? null,
      upSince: this.upSince.toISOString(),
      parts: describeParts(registry),
      tables: [...this.describeMysqlTables(registry), ...this.describeDynamodbTables()],
      compared: this.compared,
      comparedAt: this.comparedAt?.toISOString() ?? null,
      schedules: describeSchedules(registry),
      deadLetters: [...registry.of(QUEUES)].map(([arn, queue]) => ({
        queue: arn.slice(arn.lastIndexOf(':') + 1),
        count: queue.count(),
      })),
      failing: [...this.failing].map(([functionName, { message, at }]) => ({
        functionName,
        message,
        at: at.toISOString(),
      })),
    };
  }

  private seeLoad(fields: Extract<RuntimeEvent, { type: 'outcome' }>['fields']): void {
    const table = String(fields.table ?? '');
    const before = this.loaded.get(table) ?? { written: 0, deleted: 0, rejected: 0 };
    this.loaded.set(table, {
      written: before.written + Number(fields.upserted ?? 0),
      deleted: before.deleted + Number(fields.deleted ?? 0),
      rejected: before.rejected + Number(fields.rejected ?? 0),
    });
    if (typeof fields.lagMs === 'number')
      this.lags.set(`DynamoDB ${table}`, { lagMs: fields.lagMs, at: new Date() });
  }

  private seeComparison(payload: unknown): void {
    const tables = parseTableSummaries(payload);
    if (tables.length === 0) return;
    this.compared = tables;
    this.comparedAt = new Date();
  }

  private describeMysqlTables(registry: Registry): TableStatus[] {
    const tables = readReplicatedTables(registry).filter(
      ({ table }) => table !== `${HEARTBEATS.database}.${HEARTBEATS.name}`,
    );
    return tables.map((table) => ({
      path: 'MySQL',
      table: table.table,
      written: table.snapshotRows + table.inserts + table.updates,
      deleted: table.deletes,
      rejected: table.rejected,
      ...(table.rejectedBecause === undefined ? {} : { rejectedBecause: table.rejectedBecause }),
      ...this.lagOf(`MySQL ${table.table}`),
      ...(table.state === 'suspended'
        ? { suspendedBecause: table.suspendedBecause ?? 'no reason given' }
        : {}),
    }));
  }

  private describeDynamodbTables(): TableStatus[] {
    return [...this.loaded].map(([table, counts]) => ({
      path: 'DynamoDB',
      table,
      ...counts,
      ...this.lagOf(`DynamoDB ${table}`),
    }));
  }

  private lagOf(key: string): Pick<TableStatus, 'lagMs' | 'lagAt'> {
    const lag = this.lags.get(key);
    return { lagMs: lag?.lagMs ?? null, lagAt: lag?.at.toISOString() ?? null };
  }
}

function describeParts(registry: Registry): PartStatus[] {
  const up = (name: string): PartStatus => ({ name, state: 'running', isWell: true });
  return [
    ...[...registry.of(MYSQL_SERVERS).values()].map((server) =>
      up(`${server.flavour === 'mysql' ? 'MySQL' : 'MariaDB'} server, port ${server.port}`),
    ),
    ...[...registry.of(WAREHOUSES).keys()].map((name) =>
      up(`warehouse, port ${registry.of(CLIENT_PORTS).get(name) ?? 'none'}`),
    ),
    ...[...registry.of(REPLICATION_TASKS).values()].map((task) => {
      const { identifier, status, failure } = task.describe();
      const reason = failure === undefined ? '' : `: ${failure.code}: ${failure.message}`;
      return {
        name: `replication task ${identifier}`,
        state: `${status}${reason}`,
        isWell: ['starting', 'running'].includes(status),
      };
    }),
    ...[...registry.of(STREAM_MAPPINGS)].map(([name, mapping]) => {
      const failure = mapping.failure();
      const lost = mapping.whyLost();
      const state = failure === undefined ? 'running' : `stopped: ${messageOf(failure)}`;
      return {
        name: `stream of ${name
          .split(' ')[0]
          ?.replace(/^.*:table\//, '')
          .replace(/\/stream.*$/, '')}`,
        state: lost === undefined ? state : `${state}; ${lost}`,
        isWell: failure === undefined && lost === undefined,
      };
    }),
  ];
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const describeSchedules = (registry: Registry): ScheduleStatus[] =>
  [...registry.of(SCHEDULES).values()].map((schedule) => ({
    name: schedule.name,
    everySeconds: schedule.everyMs / 1000,
    nextAt: schedule.nextAt()?.toISOString() ?? null,
    isPaused: schedule.isPaused(),
  }));
