/** The two temporary tables of a load: what COPY read, and of that the newest row of each key. */
import { type DynamodbTable, OPERATION_COLUMN, STREAM_AT_COLUMN, VERSION_COLUMN } from '../tables';
import { quoteIdentifier, quoteList } from '../warehouse/sql-text';
import { type DefinedColumn, targetDefinition } from '../warehouse/table-definitions';
import { buildColumn, buildDistribution } from '../warehouse/warehouse-ddl';

export const staged = (table: DynamodbTable): string => quoteIdentifier(`staged_${table.name}`);
export const latest = (table: DynamodbTable): string => quoteIdentifier(`latest_${table.name}`);
const version = quoteIdentifier(VERSION_COLUMN);
const streamAt = quoteIdentifier(STREAM_AT_COLUMN);
const rank = quoteIdentifier('_cdc_rank');

/** Rows of deletes have a key and nothing else, so only that is required here. */
export function latestColumns(table: DynamodbTable): DefinedColumn[] {
  const columns = targetDefinition(table).columns.map((column) => ({
    ...column,
    nullable: !table.key.includes(column.name),
  }));
  return [
    { name: OPERATION_COLUMN, sqlType: 'VARCHAR(6)', nullable: false },
    { name: STREAM_AT_COLUMN, sqlType: 'TIMESTAMP', nullable: true },
    ...columns,
  ];
}

/** Times are copied as text and cast afterwards: whether COPY's own parser keeps microseconds is not documented. */
export function stagedColumns(table: DynamodbTable): DefinedColumn[] {
  return latestColumns(table).map((column) =>
    column.sqlType === 'TIMESTAMP' ? { ...column, sqlType: 'VARCHAR(32)' } : column,
  );
}

/** Distributed as the target is, so that the merge joins without moving rows between nodes. */
export function buildStagingTable(
  table: DynamodbTable,
  name: string,
  columns: readonly DefinedColumn[],
): string {
  return [
    `CREATE TEMP TABLE ${name} (`,
    columns.map((column) => `  ${buildColumn(column)}`).join(',\n'),
    ')',
    ...buildDistribution(table.key),
  ].join('\n');
}

/**
 * Most keys come once: their rows are taken as they are, because ranking sorts all that it ranks with all its columns.
 * Copies of one change are equal, so it does not matter which of them ranks first.
 */
export function buildLatest(table: DynamodbTable): string {
  const columns = latestColumns(table);
  const names = quoteList(columns.map(({ name }) => name));
  const values = columns.map(({ name, sqlType }) =>
    sqlType === 'TIMESTAMP' ? `CAST(${quoteIdentifier(name)} AS TIMESTAMP)` : quoteIdentifier(name),
  );
  return [
    `INSERT INTO ${latest(table)} (${names})`,
    `SELECT ${values.join(', ')}`,
    'FROM (',
    `  SELECT ${staged(table)}.*, 1 AS ${rank}`,
    `  FROM ${staged(table)}`,
    ...buildJoinWithKeys(table, '= 1'),
    '  UNION ALL',
    `  SELECT ${staged(table)}.*,`,
    `    ROW_NUMBER() OVER (PARTITION BY ${partitionOf(table)} ORDER BY COALESCE(${streamAt}, '') DESC, ${version} DESC) AS ${rank}`,
    `  FROM ${staged(table)}`,
    ...buildJoinWithKeys(table, '> 1'),
    ') AS ranked',
    `WHERE ${rank} = 1`,
  ].join('\n');
}

/** Leaves the staged rows whose key comes so often. No other column has a name of the keys' own. */
function buildJoinWithKeys(table: DynamodbTable, count: string): string[] {
  const names = new Map(table.key.map((name, at) => [name, quoteIdentifier(`_cdc_key_${at + 1}`)]));
  const texts = textKeys(table);
  const matches = [...names].flatMap(([name, key]) => {
    const own = quoteIdentifier(name);
    return [`${own} = ${key}`, ...(texts.includes(own) ? [`LEN(${own}) = LEN(${key})`] : [])];
  });
  return [
    '  JOIN (',
    `    SELECT ${[...names].map(([name, key]) => `${quoteIdentifier(name)} AS ${key}`).join(', ')}`,
    `    FROM ${staged(table)}`,
    `    GROUP BY ${partitionOf(table)}`,
    `    HAVING COUNT(*) ${count}`,
    `  ) AS keys ON ${matches.join(' AND ')}`,
  ];
}

/**
 * Redshift takes trailing blanks as insignificant when it compares text (Amazon Redshift database developer guide,
 * "Significance of trailing blanks"); to DynamoDB `a` and `a ` are two items. Their lengths differ.
 */
const textKeys = (table: DynamodbTable): string[] =>
  table.columns
    .filter(({ name, type }) => table.key.includes(name) && type.kind === 'text')
    .map(({ name }) => quoteIdentifier(name));

export const sameKey = (table: DynamodbTable, one: string, other: string): string =>
  [
    ...table.key.map(quoteIdentifier).map((name) => `${one}.${name} = ${other}.${name}`),
    ...textKeys(table).map((name) => `LEN(${one}.${name}) = LEN(${other}.${name})`),
  ].join(' AND ');

const partitionOf = (table: DynamodbTable): string =>
  [...table.key.map(quoteIdentifier), ...textKeys(table).map((name) => `LEN(${name})`)].join(', ');
