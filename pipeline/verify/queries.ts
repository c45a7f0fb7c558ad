/** The comparison's queries. One text for both systems; a dialect fills in what differs. */
import { quoteLiteral } from '../load/sql-text';
import { type Column, FLAGS_COLUMN, type ReplicatedTable } from '../tables';
import { NULL_PART } from './canonical-text';
import { comparedColumns, keyColumns } from './compared-table';
import type { SqlDialect } from './sql-dialect';

/** 60 bits of a row's MD5 are summed: as many as fit a signed 64-bit integer in whole hexadecimal digits. */
export const SUMMED_DIGITS = 15;

/**
 * One scan that counts rows and adds up their hashes by bucket. A bucket is the first hexadecimal digits of the
 * key's hash, so that both sides put a row into the same one. A sum does not depend on the order of rows and counts
 * each copy of a row. Two different buckets have equal counts and sums with a chance of 1 in 2^60.
 *
 * Columns: `bucket`, `row_count`, `hash_sum` (digits as text), `flagged`.
 */
export function buildBucketQuery(dialect: SqlDialect, table: ReplicatedTable, digits: number): string {
  const bucket = bucketOf(digits);
  const number = dialect.hexToNumber(`SUBSTRING(hashed.row_hash, 1, ${SUMMED_DIGITS})`);
  return [
    dialect.select,
    `  ${bucket} AS bucket,`,
    '  COUNT(*) AS row_count,',
    `  ${dialect.exactSum(`SUM(${number})`)} AS hash_sum,`,
    '  SUM(hashed.flagged) AS flagged',
    'FROM (',
    ...buildHashedRows(dialect, table, [`${buildFlagged(dialect, table)} AS flagged`]),
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
 * The rows of some buckets or keys as hashes, equal rows counted: `key_hash`, `row_hash`, `copies`; with
 * `withKeys` also the key's columns as text, `key_1` and so on.
 */
export function buildRowQuery(
  dialect: SqlDialect,
  table: ReplicatedTable,
  filter: RowFilter,
  options: { readonly withKeys: boolean },
): string {
  const keys = options.withKeys ? keyColumns(table).map((column) => dialect.keyText(column)) : [];
  const { buckets, keyHashes } = filter;
  const [expression, values] =
    buckets === undefined
      ? ['hashed.key_hash', keyHashes ?? []]
      : [bucketOf(buckets[0]?.length ?? 1), buckets];
  return [
    dialect.select,
    [
      'hashed.key_hash',
      'hashed.row_hash',
      'COUNT(*) AS copies',
      ...keys.map((_, at) => `MIN(hashed.${keyName(at)}) AS ${keyName(at)}`),
    ]
      .map((line) => `  ${line}`)
      .join(',\n'),
    'FROM (',
    ...buildHashedRows(
      dialect,
      table,
      keys.map((key, at) => `${key} AS ${keyName(at)}`),
    ),
    ') AS hashed',
    `WHERE ${expression} IN (${values.map(quoteLiteral).join(', ')})`,
    'GROUP BY hashed.key_hash, hashed.row_hash',
  ].join('\n');
}

/** Rows that a condition on the table's own columns finds, one by one; the columns of {@link buildRowQuery}. */
export function buildFoundRowQuery(dialect: SqlDialect, table: ReplicatedTable, condition: string): string {
  const keys = keyColumns(table).map((column, at) => `${dialect.keyText(column)} AS ${keyName(at)}`);
  const [, ...rest] = buildHashedRows(dialect, table, ['1 AS copies', ...keys]);
  return [dialect.select, ...rest, `WHERE ${condition}`].join('\n');
}

export const keyName = (at: number): string => `key_${at + 1}`;

const bucketOf = (digits: number): string => `SUBSTRING(hashed.key_hash, 1, ${digits})`;

/** `SELECT key_hash, row_hash, …` of the whole table. Without a key, a row's hash is its key's hash. */
function buildHashedRows(dialect: SqlDialect, table: ReplicatedTable, more: readonly string[]): string[] {
  const columns = comparedColumns(table);
  const key = keyColumns(table);
  const lines = [
    `${buildHash(dialect, key.length > 0 ? key : columns)} AS key_hash`,
    `${buildHash(dialect, columns)} AS row_hash`,
    ...more,
  ];
  return ['  SELECT', lines.map((line) => `    ${line}`).join(',\n'), `  FROM ${dialect.tableOf(table)}`];
}

function buildHash(dialect: SqlDialect, columns: readonly Column[]): string {
  return `MD5(${dialect.join(columns.map((column) => `COALESCE(${dialect.part(column)}, '${NULL_PART}')`))})`;
}

function buildFlagged(dialect: SqlDialect, table: ReplicatedTable): string {
  if (table.source === 'mysql') return '0';
  return `CASE WHEN ${dialect.quote(FLAGS_COLUMN)} IS NULL THEN 0 ELSE 1 END`;
}
