/** The rows of sweeps in the warehouse: how far each has come, what it found, and when a table was proven equal. */
import type { DataApi } from '../warehouse/data-api';
import { quoteIdentifier, quoteList, quoteLiteral, quoteTable } from '../warehouse/sql-text';
import { SWEEPS } from '../warehouse/table-definitions';
import type { MismatchCounts } from './row-comparison';
import { parseUtcMs, utcText } from './utc-text';

/** One comparison of a whole table, however many runs it takes. */
export interface SweepRecord extends MismatchCounts {
  readonly sweepId: string;
  readonly tableName: string;
  readonly startedAtMs: number;
  /** When the last part was compared. */
  readonly finishedAtMs: number | undefined;
  /** When nothing differed any more: the target is proven equal as of `startedAtMs`. */
  readonly equalAtMs: number | undefined;
  readonly cursor: string | undefined;
  readonly progressPercent: number;
  readonly parts: number;
  readonly attempts: number;
  readonly sourceRows: bigint;
  readonly targetRows: bigint;
  readonly flagged: bigint;
  readonly mismatches: number;
  readonly inFlight: number;
  readonly unfollowed: number;
  readonly readUnits: number;
}

/** What is known of a table: its newest sweep, and when an earlier one last proved it equal. */
export interface SweepHistory {
  readonly latest: SweepRecord;
  /** Rows of the source in the last sweep that was finished; 0 when there is none. */
  readonly expectedRows: bigint;
}

const TABLE = quoteTable(SWEEPS.schema, SWEEPS.table);
const COUNTS = [
  'parts',
  'source_rows',
  'target_rows',
  'flagged',
  'mismatches',
  'missing',
  'extra',
  'different',
  'in_flight',
  'unfollowed',
  'read_units',
] as const;
const TIMES = ['started_at', 'finished_at', 'equal_at'] as const;

/** The newest sweep of each table. 64-bit numbers and times travel as text. */
export function buildHistoryQuery(): string {
  const asText = (name: string): string => `  CAST(sweep.${quoteIdentifier(name)} AS VARCHAR) AS ${name},`;
  return [
    'SELECT',
    '  sweep."sweep_id",',
    '  sweep."table_name",',
    '  sweep."cursor",',
    '  sweep."progress_percent",',
    '  sweep."attempts",',
    ...[...TIMES, ...COUNTS].map(asText),
    '  CAST(COALESCE(finished.expected_rows, 0) AS VARCHAR) AS expected_rows',
    `FROM ${TABLE} AS sweep`,
    'JOIN (',
    '  SELECT "table_name", MAX("started_at") AS started_at',
    `  FROM ${TABLE}`,
    '  GROUP BY "table_name"',
    ') AS newest',
    '  ON newest."table_name" = sweep."table_name"',
    '  AND newest.started_at = sweep."started_at"',
    'LEFT JOIN (',
    '  SELECT "table_name", MAX("source_rows") AS expected_rows',
    `  FROM ${TABLE}`,
    '  WHERE "finished_at" IS NOT NULL',
    `    AND "started_at" > DATEADD(day, -${EXPECTATION_DAYS}, GETDATE())`,
    '  GROUP BY "table_name"',
    ') AS finished',
    '  ON finished."table_name" = sweep."table_name"',
  ].join('\n');
}

/** Of sweeps this old, the number of rows is still a fair guess. */
const EXPECTATION_DAYS = 7;

/** By table name; a table that was never swept is not in it. */
export async function readHistory(api: DataApi): Promise<ReadonlyMap<string, SweepHistory>> {
  const history = new Map<string, SweepHistory>();
  for await (const row of api.query(buildHistoryQuery(), { name: 'reconcile/history' })) {
    const latest = parseRecord(row);
    history.set(latest.tableName, { latest, expectedRows: BigInt(row.expected_rows ?? '0') });
  }
  return history;
}

function parseRecord(row: Readonly<Record<string, string | null>>): SweepRecord {
  const count = (name: (typeof COUNTS)[number]): number => Number(row[name] ?? 0);
  const time = (name: (typeof TIMES)[number]): number | undefined =>
    row[name] == null ? undefined : parseUtcMs(row[name]);
  return {
    sweepId: row.sweep_id ?? '',
    tableName: row.table_name ?? '',
    startedAtMs: time('started_at') ?? 0,
    finishedAtMs: time('finished_at'),
    equalAtMs: time('equal_at'),
    cursor: row.cursor ?? undefined,
    progressPercent: Number(row.progress_percent ?? 0),
    attempts: Number(row.attempts ?? 0),
    parts: count('parts'),
    sourceRows: BigInt(row.source_rows ?? '0'),
    targetRows: BigInt(row.target_rows ?? '0'),
    flagged: BigInt(row.flagged ?? '0'),
    mismatches: count('mismatches'),
    missing: count('missing'),
    extra: count('extra'),
    different: count('different'),
    inFlight: count('in_flight'),
    unfollowed: count('unfollowed'),
    readUnits: count('read_units'),
  };
}

export function buildSweepInsert(record: SweepRecord): string {
  const values = columnValues(record);
  return [
    `INSERT INTO ${TABLE} (${quoteList(Object.keys(values))})`,
    `VALUES (${Object.values(values).join(', ')})`,
  ].join('\n');
}

/** Nothing is changed when the sweep has come further meanwhile: a run that is late must not set it back. */
export function buildSweepUpdate(record: SweepRecord, partsBefore: number): string {
  const { sweep_id: sweepId, table_name: _, started_at: __, ...changes } = columnValues(record);
  return [
    `UPDATE ${TABLE}`,
    `SET ${Object.entries(changes)
      .map(([name, value]) => `${quoteIdentifier(name)} = ${value}`)
      .join(',\n  ')}`,
    `WHERE "sweep_id" = ${sweepId}`,
    `  AND "parts" = ${partsBefore}`,
  ].join('\n');
}

function columnValues(record: SweepRecord) {
  const time = (ms: number | undefined): string => (ms === undefined ? 'NULL' : quoteLiteral(utcText(ms)));
  return {
    sweep_id: quoteLiteral(record.sweepId),
    table_name: quoteLiteral(record.tableName),
    started_at: time(record.startedAtMs),
    finished_at: time(record.finishedAtMs),
    equal_at: time(record.equalAtMs),
    cursor: record.cursor === undefined ? 'NULL' : quoteLiteral(record.cursor),
    progress_percent: String(record.progressPercent),
    parts: String(record.parts),
    attempts: String(record.attempts),
    source_rows: String(record.sourceRows),
    target_rows: String(record.targetRows),
    flagged: String(record.flagged),
    mismatches: String(record.mismatches),
    missing: String(record.missing),
    extra: String(record.extra),
    different: String(record.different),
    in_flight: String(record.inFlight),
    unfollowed: String(record.unfollowed),
    read_units: String(Math.ceil(record.readUnits)),
  };
}
