/** The comparison's queries. One text for both systems; a dialect fills in what differs. */

import type { ReplicatedTable } from '../tables';
import { quoteLiteral } from '../warehouse/sql-text';
import { NULL_PART, SEPARATOR } from './canonical-text';
import { type ComparedColumn, documentColumns, keyColumns, plainColumns } from './compared-table';
import { type Slice, WHOLE } from './side';
import { buildSliceCondition } from './slice-condition';
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
export function buildBucketQuery(
  dialect: SqlDialect,
  table: ReplicatedTable,
  digits: number,
  slice: Slice = WHOLE,
): string {
  const bucket = bucketOf(table, digits);
  const number = dialect.hexToNumber(`SUBSTRING(hashed.row_hash, 1, ${SUMMED_DIGITS})`);
  return [
    dialect.select,
    `  ${bucket} AS bucket,`,
    '  COUNT(*) AS row_count,',
    `  ${dialect.exactSum(`SUM(${number})`)} AS hash_sum,`,
    '  SUM(hashed.flagged) AS flagged',
    buildHashedRows(
      dialect,
      table,
      { flagged: dialect.flagged(table) },
      rangeCondition(dialect, table, slice),
    ),
    ...(slice.kind === 'hashes' && slice.prefix !== ''
      ? [`WHERE ${bucketOf(table, slice.prefix.length)} = ${quoteLiteral(slice.prefix)}`]
      : []),
    `GROUP BY ${bucket}`,
  ].join('\n');
}

/** The slice's condition on the table's own columns; none for one by hashes, which only the hashed rows can tell. */
const rangeCondition = (dialect: SqlDialect, table: ReplicatedTable, slice: Slice): string | undefined =>
  slice.kind === 'range' ? buildSliceCondition(dialect, table, slice) : undefined;

export interface RowFilter {
  /** Buckets, all of the same number of digits. */
  readonly buckets?: readonly string[];
  readonly keyHashes?: readonly string[];
  /** Where the buckets are not those of the whole table. */
  readonly slice?: Slice;
}

/**
 * The rows of some buckets or keys as hashes, equal rows counted: `key_hash` where there is a key, `row_hash`,
 * `copies`; with `withKeys` also the key's columns as text, `key_1` and so on.
 */
export function buildRowQuery(
  dialect: SqlDialect,
  table: ReplicatedTable,
  { buckets, keyHashes = [], slice = WHOLE }: RowFilter,
  options: { readonly withKeys: boolean },
): string {
  const keys = options.withKeys ? buildKeys(dialect, table) : {};
  const sought = buckets === undefined ? keyHashOf(table) : bucketOf(table, buckets[0]?.length ?? 1);
  const hashes = [...new Set([keyHashOf(table), 'hashed.row_hash'])];
  return [
    dialect.select,
    indentedLines('  ', [
      ...hashes,
      'COUNT(*) AS copies',
      ...Object.keys(keys).map((name) => `MIN(hashed.${name}) AS ${name}`),
    ]),
    buildHashedRows(dialect, table, keys, rangeCondition(dialect, table, slice)),
    `WHERE ${sought} IN (${(buckets ?? keyHashes).map(quoteLiteral).join(', ')})`,
    `GROUP BY ${hashes.join(', ')}`,
  ].join('\n');
}

/** The rows of a table with a key that a condition on its columns finds, one by one: as {@link buildRowQuery}. */
export function buildFoundRowQuery(dialect: SqlDialect, table: ReplicatedTable, condition: string): string {
  const keys = buildKeys(dialect, table);
  return [
    dialect.select,
    indentedLines('  ', [
      'hashed.key_hash',
      'hashed.row_hash',
      '1 AS copies',
      ...Object.keys(keys).map((name) => `hashed.${name}`),
    ]),
    buildHashedRows(dialect, table, keys, condition),
  ].join('\n');
}

export const keyName = (at: number): string => `key_${at + 1}`;

export const indentedLines = (indent: string, items: readonly string[]): string =>
  items.map((item) => indent + item).join(',\n');

/** Without a key, a row is its own key. */
const keyHashOf = (table: ReplicatedTable): string =>
  table.key.length > 0 ? 'hashed.key_hash' : 'hashed.row_hash';

const bucketOf = (table: ReplicatedTable, digits: number): string =>
  `SUBSTRING(${keyHashOf(table)}, 1, ${digits})`;

export type Expressions = Readonly<Record<string, string>>;

/**
 * `FROM (…) AS hashed` with `key_hash` where there is a key, `row_hash`, where there are documents `columns_hash` of
 * the other columns, and more expressions by name. Only the warehouse has documents. The texts are
 * made first and hashed then, in two steps, for a system that plans an expression as often as it is named.
 */
export function buildHashedRows(
  dialect: SqlDialect,
  table: ReplicatedTable,
  more: Expressions,
  condition?: string,
): string {
  const documents = documentColumns(table);
  const texts: Expressions = {
    ...(table.key.length > 0 ? { key_text: buildText(dialect, keyColumns(table)) } : {}),
    row_text: buildText(dialect, plainColumns(table)),
    ...(documents.length > 0 ? { documents_text: buildText(dialect, documents) } : {}),
  };
  const columnsHash = buildTextHash('texts.row_text');
  const hashes = [
    ...(table.key.length > 0 ? [`${buildTextHash('texts.key_text')} AS key_hash`] : []),
    ...(documents.length > 0
      ? [
          `${buildTextHash(`${columnsHash} || '${SEPARATOR}' || texts.documents_text`)} AS row_hash`,
          `${columnsHash} AS columns_hash`,
        ]
      : [`${columnsHash} AS row_hash`]),
  ];
  return [
    'FROM (',
    '  SELECT',
    indentedLines('    ', [...hashes, ...Object.keys(more).map((name) => `texts.${name}`)]),
    '  FROM (',
    '    SELECT',
    indentedLines(
      '      ',
      Object.entries({ ...texts, ...more }).map(([name, expression]) => `${expression} AS ${name}`),
    ),
    `    FROM ${dialect.tableOf(table)}`,
    ...whereLines('    ', [dialect.rowFilter(table), condition]),
    '  ) AS texts',
    ') AS hashed',
  ].join('\n');
}

/** `WHERE` with the conditions that there are; no line without any. */
export function whereLines(indent: string, conditions: readonly (string | undefined)[]): string[] {
  const given = conditions.flatMap((condition) => condition ?? []);
  if (given.length <= 1) return given.map((condition) => `${indent}WHERE ${condition}`);
  return [`${indent}WHERE ${given.map((condition) => `(${condition})`).join(`\n${indent}  AND `)}`];
}

export const buildText = (dialect: SqlDialect, columns: readonly ComparedColumn[]): string =>
  dialect.join(columns.map((column) => `COALESCE(${dialect.part(column)}, '${NULL_PART}')`));

export const buildKeys = (dialect: SqlDialect, table: ReplicatedTable): Expressions =>
  Object.fromEntries(keyColumns(table).map((column, at) => [keyName(at), dialect.keyText(column)]));

/**
 * In MySQL: the value of the first key column that is `rows` rows after another one, as `last_key`, and how many rows
 * there really are, as `row_count`. It reads so many entries of the key's index.
 */
export function buildBoundQuery(
  dialect: SqlDialect,
  table: ReplicatedTable,
  range: Extract<Slice, { kind: 'range' }>,
  rows: number,
): string {
  const [column] = keyColumns(table);
  const condition = buildSliceCondition(dialect, table, range);
  const name = dialect.quote(column!.name);
  return [
    `${dialect.select} CAST(MAX(part.first_key) AS CHAR) AS last_key, COUNT(*) AS row_count`,
    'FROM (',
    `  SELECT ${name} AS first_key`,
    `  FROM ${dialect.tableOf(table)}`,
    ...whereLines('  ', [dialect.rowFilter(table), condition]),
    `  ORDER BY ${name}`,
    `  LIMIT ${rows}`,
    ') AS part',
  ].join('\n');
}
