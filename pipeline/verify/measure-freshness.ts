/** How far each target is behind its source, and how old its last proof is; no table is read for it. */
import { HEARTBEATS } from '../heartbeats';
import type { BatchStore } from '../load/batch-store';
import { type ReplicatedTable, TABLES } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import { quoteTable } from '../warehouse/sql-text';
import { SWEEPS } from '../warehouse/table-definitions';
import { parseUtcMs } from './utc-text';

export interface FreshnessOptions {
  readonly warehouse: DataApi;
  /** The files that wait for the load. */
  readonly store: Pick<BatchStore, 'listWaiting'>;
  readonly tables?: readonly ReplicatedTable[];
  readonly nowMs: () => number;
}

export interface MeasuredTable {
  readonly table: string;
  /**
   * MySQL: since the newest heartbeat that is committed in the warehouse. DynamoDB: since the oldest change was staged
   * that is not committed yet, 0 when none waits; how long changes wait in the stream before is Lambda's iterator age.
   * Undefined when there has not been any heartbeat yet.
   */
  readonly freshnessSeconds: number | undefined;
  /** Since the sweep began that last proved the table equal, or the first one while none has; undefined without any. */
  readonly proofAgeSeconds: number | undefined;
}

const buildHeartbeatQuery = (): string =>
  [
    'SELECT CAST(MAX("beat_at") AS VARCHAR) AS beat_at',
    `FROM ${quoteTable(HEARTBEATS.target.schema, HEARTBEATS.target.table)}`,
  ].join('\n');

/** By table, when the sweep began that last proved it equal, or else the first sweep. */
const buildProofQuery = (): string =>
  [
    'SELECT',
    '  "table_name",',
    '  CAST(COALESCE(',
    '    MAX(CASE WHEN "equal_at" IS NOT NULL THEN "started_at" END),',
    '    MIN("started_at")',
    '  ) AS VARCHAR) AS proven_at',
    `FROM ${quoteTable(SWEEPS.schema, SWEEPS.table)}`,
    'GROUP BY "table_name"',
  ].join('\n');

/** Reads only; a second call measures again. @throws PipelineError as `DataApi.execute` does; what S3 throws. */
export async function measureFreshness(options: FreshnessOptions): Promise<readonly MeasuredTable[]> {
  const { warehouse, tables = TABLES, nowMs } = options;
  const [beat] = await warehouse.readRows(buildHeartbeatQuery(), { name: 'freshness/heartbeat' });
  const provenAt = new Map<string, number>();
  for (const row of await warehouse.readRows(buildProofQuery(), { name: 'freshness/proofs' })) {
    provenAt.set(row.table_name ?? '', parseUtcMs(row.proven_at ?? ''));
  }
  const secondsSince = (ms: number): number => Math.max(0, Math.round((nowMs() - ms) / 1000));
  const beatAtMs = beat?.beat_at == null ? undefined : parseUtcMs(beat.beat_at);
  const measured: MeasuredTable[] = [];
  for (const table of tables) {
    const proven = provenAt.get(table.name);
    const newest = table.source === 'mysql' ? beatAtMs : await oldestWaitingMs(table, options);
    measured.push({
      table: table.name,
      freshnessSeconds: newest === undefined ? undefined : secondsSince(newest),
      proofAgeSeconds: proven === undefined ? undefined : secondsSince(proven),
    });
  }
  return measured;
}

/** What is emitted for tables that are watched together: the worst of them, and nothing while one is not known. */
export function worstOf(
  measured: readonly MeasuredTable[],
  tables: readonly ReplicatedTable[],
): Omit<MeasuredTable, 'table'> {
  const names = new Set(tables.map(({ name }) => name));
  const own = measured.filter(({ table }) => names.has(table));
  const worst = (values: readonly (number | undefined)[]): number | undefined =>
    values.includes(undefined) ? undefined : Math.max(...(values as number[]));
  return {
    freshnessSeconds: worst(own.map(({ freshnessSeconds }) => freshnessSeconds)),
    proofAgeSeconds: worst(own.map(({ proofAgeSeconds }) => proofAgeSeconds)),
  };
}

/** Now, when nothing waits. A file whose batch is committed waits until it is moved: that is rather too old than too young. */
async function oldestWaitingMs(table: ReplicatedTable, { store, nowMs }: FreshnessOptions): Promise<number> {
  const waiting = await store.listWaiting(table.name);
  return waiting.reduce((oldest, { writtenAtMs }) => Math.min(oldest, writtenAtMs), nowMs());
}
