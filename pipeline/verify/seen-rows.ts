/**
 * What a sweep has scanned, as hashes in the warehouse: a part is compared by them with one scan of the target, and
 * at the sweep's end every row of the target that was not seen is extra. The warehouse cannot tell by itself which
 * items a part of a DynamoDB table holds.
 */
import { CHANGED_AT_COLUMN, type DynamodbTable } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import { quoteIdentifier, quoteLiteral, quoteTable } from '../warehouse/sql-text';
import { SEEN_ROWS } from '../warehouse/table-definitions';
import { parseHashedRow } from './hashed-row-parser';
import { buildHashedRows, buildKeys, whereLines } from './queries';
import type { HashedRow } from './side';
import { utcText } from './utc-text';
import { WAREHOUSE_DIALECT } from './warehouse-dialect';

export interface PartName {
  readonly sweepId: string;
  /** Another one for each attempt: what an attempt left behind is in no other part. */
  readonly partId: string;
}

type Hashes = Pick<HashedRow, 'keyHash' | 'rowHash'>;

const SEEN = quoteTable(SEEN_ROWS.schema, SEEN_ROWS.table);
/** Rows that one statement inserts: 80 bytes each, of the 100 KB that the Data API takes. */
export const SEEN_ROWS_A_STATEMENT = 1_200;
/** 64 bits tell two states of one row apart, and keep the statements short. */
const ROW_DIGITS = 16;

export function buildSeenInsert({ sweepId, partId }: PartName, rows: readonly Hashes[]): string {
  const part = `${quoteLiteral(sweepId)},${quoteLiteral(partId)}`;
  return [
    `INSERT INTO ${SEEN} ("sweep_id", "part_id", "key_hash", "row_hash") VALUES`,
    rows
      .map(
        ({ keyHash, rowHash }) =>
          `(${part},${quoteLiteral(keyHash)},${quoteLiteral(rowHash.slice(0, ROW_DIGITS))})`,
      )
      .join(',\n'),
  ].join('\n');
}

/** Keys of a part whose row is not in the target once and with the same values, as `key_hash`; at most `limit`. */
export function buildDifferingKeys(table: DynamodbTable, part: PartName, limit: number): string {
  return [
    'SELECT seen."key_hash"',
    `FROM ${SEEN} AS seen`,
    buildHashedRows(WAREHOUSE_DIALECT, table, {}).replace('FROM (', 'LEFT JOIN ('),
    '  ON hashed.key_hash = seen."key_hash"',
    `WHERE seen."sweep_id" = ${quoteLiteral(part.sweepId)}`,
    `  AND seen."part_id" = ${quoteLiteral(part.partId)}`,
    'GROUP BY seen."key_hash", seen."row_hash"',
    'HAVING COUNT(hashed.row_hash) <> 1',
    `  OR MIN(SUBSTRING(hashed.row_hash, 1, ${ROW_DIGITS})) <> seen."row_hash"`,
    `LIMIT ${limit}`,
  ].join('\n');
}

/**
 * Rows of the target that the sweep did not see, as `buildRowQuery` gives them; at most `limit`. A row that changed
 * since the sweep began may have been inserted after its part was scanned; the next sweep sees it. A time that has
 * not come yet says nothing.
 */
export function buildUnseenRows(
  table: DynamodbTable,
  sweep: { readonly sweepId: string; readonly startedAtMs: number },
  limit: number,
): string {
  const keys = Object.keys(buildKeys(WAREHOUSE_DIALECT, table));
  const changedAt = quoteIdentifier(CHANGED_AT_COLUMN);
  const isOlder = `(${changedAt} < TIMESTAMP ${quoteLiteral(utcText(sweep.startedAtMs))} OR ${changedAt} > GETDATE())`;
  return [
    'SELECT',
    [
      '  hashed.key_hash',
      '  hashed.row_hash',
      '  COUNT(*) AS copies',
      ...keys.map((name) => `  MIN(hashed.${name}) AS ${name}`),
    ].join(',\n'),
    buildHashedRows(WAREHOUSE_DIALECT, table, buildKeys(WAREHOUSE_DIALECT, table), isOlder),
    `LEFT JOIN (SELECT DISTINCT "key_hash" FROM ${SEEN} WHERE "sweep_id" = ${quoteLiteral(sweep.sweepId)}) AS seen`,
    '  ON seen."key_hash" = hashed.key_hash',
    'WHERE seen."key_hash" IS NULL',
    'GROUP BY hashed.key_hash, hashed.row_hash',
    `LIMIT ${limit}`,
  ].join('\n');
}

/** `target_rows` and `flagged` of the whole target, as text. */
export function buildTargetCounts(table: DynamodbTable): string {
  return [
    'SELECT',
    '  CAST(COUNT(*) AS VARCHAR) AS target_rows,',
    `  CAST(COALESCE(SUM(${WAREHOUSE_DIALECT.flagged(table)}), 0) AS VARCHAR) AS flagged`,
    `FROM ${WAREHOUSE_DIALECT.tableOf(table)}`,
    ...whereLines('', [WAREHOUSE_DIALECT.rowFilter(table)]),
  ].join('\n');
}

export const buildForgetSeen = (sweepId: string): string =>
  `DELETE FROM ${SEEN}\nWHERE "sweep_id" = ${quoteLiteral(sweepId)}`;

export async function insertSeen(api: DataApi, part: PartName, rows: readonly Hashes[]): Promise<void> {
  for (let at = 0; at < rows.length; at += SEEN_ROWS_A_STATEMENT) {
    const sql = buildSeenInsert(part, rows.slice(at, at + SEEN_ROWS_A_STATEMENT));
    await api.execute(sql, { name: `reconcile/${part.sweepId}` });
  }
}

export async function readUnseen(api: DataApi, sql: string, name: string): Promise<HashedRow[]> {
  const rows: HashedRow[] = [];
  for await (const row of api.query(sql, { name })) rows.push(parseHashedRow(row));
  return rows;
}
