/** A MySQL table, hashed in MySQL: only hashes travel, and the keys of rows that are looked at again. */
import type { Connection as StreamingConnection } from 'mysql2';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { textForm } from '../mysql/exact-text';
import { type MysqlConnectionOptions, withMysqlConnection } from '../mysql/mysql-connection';
import { declaredType } from '../mysql/mysql-ddl';
import { quoteMysqlIdentifier } from '../mysql/mysql-identifier';
import type { MysqlSecret } from '../secrets';
import type { MysqlTable } from '../tables';
import { type ComparedColumn, keyColumns } from './compared-table';
import { type AnswerRow, parseBucket, parseHashedRow } from './hashed-row-parser';
import { MYSQL_DIALECT } from './mysql-dialect';
import { buildBoundQuery, buildBucketQuery, buildFoundRowQuery, buildRowQuery } from './queries';
import { type ComparedSide, type HashedRow, type SoughtKey, WHOLE } from './side';

/** Keys that one statement looks up; MySQL's range optimizer gives up at some thousand. */
const KEYS_A_STATEMENT = 500;

/** Every read opens its own connection, so that none is held while the comparison waits. */
export function mysqlSide(
  secret: MysqlSecret,
  table: MysqlTable,
  options: MysqlConnectionOptions = {},
): ComparedSide {
  const withConnection = <Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> =>
    withMysqlConnection(secret, work, options);
  const readRows = (sql: string, values: readonly string[], take: (row: HashedRow) => void): Promise<void> =>
    withConnection((connection) => streamRows(connection, sql, values, take));
  return {
    readBuckets: (digits, slice) =>
      withConnection(async (connection) => {
        const [rows] = await connection.query<RowDataPacket[]>(
          buildBucketQuery(MYSQL_DIALECT, table, digits, slice),
        );
        return new Map(rows.map(parseBucket));
      }),
    readRows: (buckets, take, slice = WHOLE) =>
      readRows(buildRowQuery(MYSQL_DIALECT, table, { buckets, slice }, { withKeys: true }), [], take),
    async readKeys(keys, take) {
      const columns = keyColumns(table);
      // A row without a key can only be found by looking at all.
      const known = columns.length === 0 || columns.some(hasNoLookup) ? [] : keys.filter(hasKey);
      const unknown = columns.length === 0 || columns.some(hasNoLookup) ? keys : [];
      for (const some of pieces(unknown)) {
        const keyHashes = some.map(({ keyHash }) => keyHash);
        await readRows(buildRowQuery(MYSQL_DIALECT, table, { keyHashes }, { withKeys: true }), [], take);
      }
      for (const some of pieces(known)) {
        // MySQL compares text without trailing blanks, so that another key may be found as well.
        const sought = new Set(some.map(({ keyHash }) => keyHash));
        const { sql, values } = buildKeyLookup(
          table,
          some.map(({ key }) => key),
        );
        await readRows(sql, values, (row) => {
          if (sought.has(row.keyHash)) take(row);
        });
      }
    },
  };
}

/** What `BucketPartsPorts.readBound` promises, for a table whose first key column has an order. */
export function mysqlBounds(
  secret: MysqlSecret,
  table: MysqlTable,
  options: MysqlConnectionOptions = {},
): (after: string | undefined, rows: number) => Promise<string | undefined> {
  return (after, rows) =>
    withMysqlConnection(
      secret,
      async (connection) => {
        const range = { kind: 'range', ...(after === undefined ? {} : { after }) } as const;
        const [[found]] = await connection.query<RowDataPacket[]>(
          buildBoundQuery(MYSQL_DIALECT, table, range, rows),
        );
        return Number(found?.row_count) < rows ? undefined : String(found?.last_key);
      },
      options,
    );
}

/** The rows of some keys, found by the primary key. Each value goes in as the key's own type, exactly. */
export function buildKeyLookup(
  table: MysqlTable,
  keys: readonly (readonly string[])[],
): { readonly sql: string; readonly values: readonly string[] } {
  const row = keyColumns(table)
    .map((column) => `${quoteMysqlIdentifier(column.name)} = ${placeholder(column)}`)
    .join(' AND ');
  const condition = keys.map(() => `(${row})`).join('\n      OR ');
  return { sql: buildFoundRowQuery(MYSQL_DIALECT, table, condition), values: keys.flat() };
}

function placeholder(column: ComparedColumn): string {
  const declared = declaredType(column);
  switch (textForm(declared)) {
    case 'integer':
    case 'bits':
      return declared.unsigned || declared.name === 'bit' ? 'CAST(? AS UNSIGNED)' : 'CAST(? AS SIGNED)';
    case 'year':
      return 'CAST(? AS UNSIGNED)';
    case 'decimal':
      return `CAST(? AS DECIMAL(${declared.sizes.join(', ')}))`;
    case 'date':
      return 'CAST(? AS DATE)';
    case 'datetime':
    case 'timestamp':
      return 'CAST(? AS DATETIME(6))';
    case 'time':
      return 'CAST(? AS TIME(6))';
    case 'hex':
      return 'UNHEX(?)';
    case 'characters':
    case 'label':
    case 'labels':
    case 'address':
      return '?';
    case 'float':
    case 'double':
    case 'json':
    case 'geometry':
      throw new RangeError(`a key of type ${declared.name} cannot be looked up`);
  }
}

const hasNoLookup = (column: ComparedColumn): boolean =>
  ['float', 'double', 'json', 'geometry'].includes(textForm(declaredType(column)));

const hasKey = (sought: SoughtKey): sought is SoughtKey & { readonly key: readonly string[] } =>
  sought.key !== undefined;

function* pieces<Value>(values: readonly Value[]): Generator<readonly Value[]> {
  for (let at = 0; at < values.length; at += KEYS_A_STATEMENT) yield values.slice(at, at + KEYS_A_STATEMENT);
}

async function streamRows(
  connection: Connection,
  sql: string,
  values: readonly string[],
  take: (row: HashedRow) => void,
): Promise<void> {
  // The promise wrapper cannot stream; the connection that it wraps can.
  const { connection: wrapped } = connection as unknown as { readonly connection: StreamingConnection };
  const rows: AsyncIterable<AnswerRow> = wrapped.query(sql, [...values]).stream();
  for await (const row of rows) take(parseHashedRow(row));
}
