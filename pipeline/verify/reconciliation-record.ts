/** The records of reconciliations in the warehouse: what the next run and the freshness of a table are told by. */
import type { DataApi } from '../warehouse/data-api';
import { quoteList, quoteLiteral, quoteTable } from '../warehouse/sql-text';
import { RECONCILIATIONS } from '../warehouse/table-definitions';
import type { MismatchCounts } from './row-comparison';
import { parseWatchText, type WatchList } from './watch-list';

/** What earlier reconciliations say about a table. */
export interface TableHistory {
  readonly firstAtMs: number;
  /** When the table was last seen equal; undefined when never. */
  readonly lastEqualAtMs: number | undefined;
  /** Of the last reconciliation. */
  readonly sourceRows: bigint;
  readonly watched: WatchList;
}

export interface ReconciliationRecord extends MismatchCounts {
  readonly tableName: string;
  readonly reconciledAtMs: number;
  readonly sourceRows: bigint;
  readonly targetRows: bigint;
  readonly mismatches: number;
  readonly inFlight: number;
  readonly flagged: bigint;
  readonly freshnessSeconds: number;
  /** Null when the table was equal. */
  readonly watchText: string | null;
}

const RECORDS = quoteTable(RECONCILIATIONS.schema, RECONCILIATIONS.table);

/** The first, the last and the last equal record of each table. Columns as {@link readHistory} names them. */
export function buildHistoryQuery(): string {
  return [
    'SELECT',
    '  known.table_name,',
    '  CAST(known.first_at AS VARCHAR) AS first_at,',
    '  CAST(known.last_equal_at AS VARCHAR) AS last_equal_at,',
    '  CAST(latest.source_rows AS VARCHAR) AS source_rows,',
    '  latest.watched',
    'FROM (',
    '  SELECT',
    '    table_name,',
    '    MIN(reconciled_at) AS first_at,',
    '    MAX(reconciled_at) AS last_at,',
    '    MAX(CASE WHEN mismatches = 0 AND watched IS NULL THEN reconciled_at END) AS last_equal_at',
    `  FROM ${RECORDS}`,
    '  GROUP BY table_name',
    ') AS known',
    `JOIN ${RECORDS} AS latest`,
    '  ON latest.table_name = known.table_name',
    '  AND latest.reconciled_at = known.last_at',
  ].join('\n');
}

/** By table name; a table that was never reconciled is not in it. */
export async function readHistory(api: DataApi): Promise<ReadonlyMap<string, TableHistory>> {
  const history = new Map<string, TableHistory>();
  for await (const row of api.query(buildHistoryQuery(), { name: 'reconcile/history' })) {
    history.set(row.table_name ?? '', {
      firstAtMs: parseUtcMs(row.first_at ?? ''),
      lastEqualAtMs: row.last_equal_at == null ? undefined : parseUtcMs(row.last_equal_at),
      sourceRows: BigInt(row.source_rows ?? '0'),
      watched: parseWatchText(row.watched ?? null),
    });
  }
  return history;
}

export function buildRecordInsert(record: ReconciliationRecord): string {
  const values: Readonly<Record<string, string>> = {
    reconciled_at: quoteLiteral(utcText(record.reconciledAtMs)),
    table_name: quoteLiteral(record.tableName),
    source_rows: String(record.sourceRows),
    target_rows: String(record.targetRows),
    mismatches: String(record.mismatches),
    missing: String(record.missing),
    extra: String(record.extra),
    different: String(record.different),
    in_flight: String(record.inFlight),
    flagged: String(record.flagged),
    freshness_seconds: String(record.freshnessSeconds),
    watched: record.watchText === null ? 'NULL' : quoteLiteral(record.watchText),
  };
  return [
    `INSERT INTO ${RECORDS} (${quoteList(Object.keys(values))})`,
    `VALUES (${Object.values(values).join(', ')})`,
  ].join('\n');
}

/** Appends one record; the records are never changed. Throws as `DataApi.execute` does. */
export async function writeRecord(api: DataApi, record: ReconciliationRecord): Promise<void> {
  await api.execute(buildRecordInsert(record), { name: `reconcile/${record.tableName}` });
}

/**
 * How long ago the table was last known to be equal: 0 when it is now; since the first record when it never was.
 */
export function freshnessSeconds(isEqual: boolean, history: TableHistory | undefined, nowMs: number): number {
  if (isEqual || history === undefined) return 0;
  return Math.max(0, Math.round((nowMs - (history.lastEqualAtMs ?? history.firstAtMs)) / 1000));
}

/** `YYYY-MM-DD HH:MI:SS.mmm`, UTC. */
const utcText = (ms: number): string => new Date(ms).toISOString().replace('T', ' ').slice(0, 23);

const parseUtcMs = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);
