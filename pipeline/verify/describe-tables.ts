/** What a user of the API asks of each table: how fresh it is, how many rows it has, how late they came. */

import { dynamodbTables, type ReplicatedTable, TABLES } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import { quoteLiteral, quoteTable } from '../warehouse/sql-text';
import { LEDGER, SWEEPS } from '../warehouse/table-definitions';
import type { MeasuredTable } from './measure-freshness';
import { parseUtcMs, utcText } from './utc-text';

export interface DescribedTable {
  readonly table: string;
  readonly freshnessSeconds: number | null;
  readonly proofAgeSeconds: number | null;
  /** Of the target, as the last finished sweep counted them. */
  readonly rows: number | null;
  /**
   * MySQL: by how much the next heartbeat is overdue. DynamoDB: from the newest change of the last load to its commit;
   * null when there was none within a week.
   */
  readonly lagSeconds: number | null;
}

/** The server writes one a minute. */
const HEARTBEAT_SECONDS = 60;

const buildCountedRowsQuery = (): string => {
  const sweeps = quoteTable(SWEEPS.schema, SWEEPS.table);
  return [
    'SELECT s."table_name", s."target_rows"',
    `FROM ${sweeps} AS s`,
    'JOIN (',
    '  SELECT "table_name", MAX("started_at") AS started_at',
    `  FROM ${sweeps}`,
    '  WHERE "finished_at" IS NOT NULL',
    '  GROUP BY "table_name"',
    ') AS n ON n."table_name" = s."table_name" AND n.started_at = s."started_at"',
  ].join('\n');
};

/** The newest load of each table since a time; its lag is what passed between the change and the commit. */
const buildLastLoadQuery = (sinceMs: number): string => {
  const ledger = quoteTable(LEDGER.schema, LEDGER.table);
  const isRecent = `"max_changed_at" IS NOT NULL AND "loaded_at" > CAST(${quoteLiteral(utcText(sinceMs))} AS TIMESTAMP)`;
  return [
    'SELECT',
    '  l."table_name",',
    '  CAST(MAX(l."loaded_at") AS VARCHAR) AS loaded_at,',
    '  CAST(MAX(l."max_changed_at") AS VARCHAR) AS changed_at',
    `FROM ${ledger} AS l`,
    'JOIN (',
    '  SELECT "table_name", MAX("loaded_at") AS loaded_at',
    `  FROM ${ledger}`,
    `  WHERE ${isRecent}`,
    '  GROUP BY "table_name"',
    ') AS n ON n."table_name" = l."table_name" AND n.loaded_at = l."loaded_at"',
    'GROUP BY l."table_name"',
  ].join('\n');
};

const WEEK_MS = 7 * 86_400_000;

/** Reads only. @throws PipelineError as `DataApi.execute` does. */
export async function describeTables(
  measured: readonly MeasuredTable[],
  { warehouse, nowMs, tables = TABLES }: DescribeTablesOptions,
): Promise<DescribedTable[]> {
  const rows = new Map<string, number>();
  for (const row of await warehouse.readRows(buildCountedRowsQuery(), { name: 'freshness/rows' }))
    rows.set(row.table_name ?? '', Number(row.target_rows));
  const lags = new Map<string, number>();
  const items = new Set(dynamodbTables(tables).map(({ name }) => name));
  if (items.size > 0) {
    const query = buildLastLoadQuery(nowMs() - WEEK_MS);
    for (const row of await warehouse.readRows(query, { name: 'freshness/loads' })) {
      const lagMs = parseUtcMs(row.loaded_at ?? '') - parseUtcMs(row.changed_at ?? '');
      lags.set(row.table_name ?? '', Math.max(0, Math.round(lagMs / 1000)));
    }
  }
  return measured.map(({ table, freshnessSeconds = null, proofAgeSeconds = null }) => ({
    table,
    freshnessSeconds,
    proofAgeSeconds,
    rows: rows.get(table) ?? null,
    lagSeconds: items.has(table)
      ? (lags.get(table) ?? null)
      : freshnessSeconds === null
        ? null
        : Math.max(0, freshnessSeconds - HEARTBEAT_SECONDS),
  }));
}

export interface DescribeTablesOptions {
  readonly warehouse: Pick<DataApi, 'readRows'>;
  readonly nowMs: () => number;
  readonly tables?: readonly ReplicatedTable[];
}
