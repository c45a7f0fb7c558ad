/** The comparison's queries. One text for both systems; a dialect fills in what differs. */
import { quoteLiteral } from '../load/sql-text';
import { FLAGS_COLUMN, type ReplicatedTable } from '../tables';
import { NULL_PART } from './canonical-text';
import { type ComparedColumn, comparedColumns, keyColumns } from './compared-table';
import { buildTextHash, type SqlDialect } from './sql-dialect';

/** 60 bits of a row's hash are summed: as many as fit a signed 64-bit integer in whole hexadecimal digits. */
export const SUMMED_DIGITS = 15;

/**
 * One scan that counts rows and adds up their hashes by bucket. A bucket is the first hexadecimal digits of the
 * key's hash, so that both sides put a row into the same one. A sum does not depend on the order of rows and counts
 * each copy of a row. Two different buckets have equal counts and sums with a chance of 1 in 2^60.
 *
 * Columns: `bucket`, `row_count`, `hash_sum` (digits as text), `flagged`.
 */
export function buildBucketQuery(dialect: SqlDialect, table: ReplicatedTable, digits: number): string {
  const bucket = bucketOf(table, digits);
  const number = dialect.hexToNumber(`SUBSTRING(hashed.row_hash, 1, ${SUMMED_DIGITS})`);
  return [
    dialect.select,
    `  ${bucket} AS bucket,`,
    '  COUNT(*) AS row_count,',
    `  ${dialect.exactSum(`SUM(${number})`)} AS hash_sum,`,
    '  SUM(hashed.flagged) AS flagged',
    'FROM (',
    '  SELECT',
    lines('    ', [...buildHashes(dialect, table), `${buildFlagged(dialect, table)} AS flagged`]),
    `  FROM ${dialect.tableOf(table)}`,
    ') AS hashed',
    `GROUP BY ${bucket}`,
  ].join('\n');
}

export interface RowFilter {
  /** Buckets, all of the same number of digits. */
  readonly buckets?: readonly string[];
  readonly keyHashes?: readonly string[];
}

/**
 * The rows of some buckets or keys as hashes, equal rows counted: `key_hash` where there is a key,
 * `row_hash`, `copies`; with `withKeys` also the key's columns as text, `key_1` and so on.
 */
export function buildRowQuery(
  dialect: SqlDialect,
  table: ReplicatedTable,
  { buckets, keyHashes = [] }: RowFilter,
  options: { readonly withKeys: boolean },
): string {
  const keys = options.withKeys ? buildKeys(dialect, table) : [];
  const names = keys.map((_, at) => keyName(at));
  const sought = buckets === undefined ? keyHashOf(table) : bucketOf(table, buckets[0]?.length ?? 1);
  return [
    dialect.select,
    lines('  ', [
      ...new Set([keyHashOf(table), 'hashed.row_hash']),
      'COUNT(*) AS copies',
      ...names.map((name) => `MIN(hashed.${name}) AS ${name}`),
    ]),
    'FROM (',
    '  SELECT',
    lines('    ', [...buildHashes(dialect, table), ...keys]),
    `  FROM ${dialect.tableOf(table)}`,
    ') AS hashed',
    `WHERE ${sought} IN (${(buckets ?? keyHashes).map(quoteLiteral).join(', ')})`,
    `GROUP BY ${[...new Set([keyHashOf(table), 'hashed.row_hash'])].join(', ')}`,
  ].join('\n');
}

/** The rows of a table with a key that a condition on its columns finds, one by one: as {@link buildRowQuery}. */
export function buildFoundRowQuery(dialect: SqlDialect, table: ReplicatedTable, condition: string): string {
  return [
    dialect.select,
    lines('  ', [...buildHashes(dialect, table), '1 AS copies', ...buildKeys(dialect, table)]),
    `FROM ${dialect.tableOf(table)}`,
    `WHERE ${condition}`,
  ].join('\n');
}

export const keyName = (at: number): string => `key_${at + 1}`;

const lines = (indent: string, items: readonly string[]): string =>
  items.map((item) => indent + item).join(',\n');

/** Without a key, a row is its own key. */
const keyHashOf = (table: ReplicatedTable): string =>
  table.key.length > 0 ? 'hashed.key_hash' : 'hashed.row_hash';

const bucketOf = (table: ReplicatedTable, digits: number): string =>
  `SUBSTRING(${keyHashOf(table)}, 1, ${digits})`;

function buildHashes(dialect: SqlDialect, table: ReplicatedTable): string[] {
  const key = table.key.length > 0 ? [`${buildHash(dialect, keyColumns(table))} AS key_hash`] : [];
  return [...key, `${buildHash(dialect, comparedColumns(table))} AS row_hash`];
}

function buildHash(dialect: SqlDialect, columns: readonly ComparedColumn[]): string {
  const parts = columns.map((column) => `COALESCE(${dialect.part(column)}, '${NULL_PART}')`);
  return buildTextHash(dialect.join(parts));
}

const buildKeys = (dialect: SqlDialect, table: ReplicatedTable): string[] =>
  keyColumns(table).map((column, at) => `${dialect.keyText(column)} AS ${keyName(at)}`);

function buildFlagged(dialect: SqlDialect, table: ReplicatedTable): string {
  if (table.source === 'mysql') return '0';
  return `CASE WHEN ${dialect.quote(FLAGS_COLUMN)} IS NULL THEN 0 ELSE 1 END`;
}
