/** Tables that a source has, brought into a warehouse as `npm run add-table` and a deploy would. */
import { queryRows } from '../../local/services/dms/binlog/binlog-stream';
import { quoteMysqlTable } from '../../pipeline/mysql/mysql-identifier';
import type { MysqlTable } from '../../pipeline/tables';
import { adoptTable, buildEntryText } from '../../pipeline/values/adopt-table';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { parseCreateTables } from '../../pipeline/values/mysql-create-table';
import { MYSQL_DIALECT } from '../../pipeline/verify/mysql-dialect';
import { buildBucketQuery } from '../../pipeline/verify/queries';
import type { SqlDialect } from '../../pipeline/verify/sql-dialect';
import { WAREHOUSE_DIALECT } from '../../pipeline/verify/warehouse-dialect';
import { targetDefinition } from '../../pipeline/warehouse/table-definitions';
import { buildWarehouseTable } from '../../pipeline/warehouse/warehouse-ddl';
import { buildTableMappings } from '../../stacks/replication-mappings';
import type { TaskBed } from '../local/services/dms/task/task-bed';

/**
 * The source's tables of one database as entries of the catalogue, and their targets in the warehouse.
 * @param onRefused takes each table that has no entry, and why; without it, the first one is an error.
 */
export async function adoptTables(
  bed: TaskBed,
  database: string,
  onRefused?: (table: string, reason: string) => void,
): Promise<MysqlTable[]> {
  const found = (await queryRows(
    bed.admin,
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = '${database}' ORDER BY table_name`,
  )) as { name: string }[];
  const entries: Record<string, unknown> = {};
  for (const [at, { name }] of found.entries())
    try {
      entries[`a${at}`] = await adoptOne(bed, database, name, `a${at}`);
    } catch (error) {
      if (onRefused === undefined || !(error instanceof RangeError)) throw error;
      onRefused(name, error.message);
    }
  const tables = parseCatalogue(entries) as MysqlTable[];
  await bed.session.begin();
  for (const table of tables) await bed.target(buildWarehouseTable(targetDefinition(table)));
  await bed.session.commit();
  return tables;
}

async function adoptOne(bed: TaskBed, database: string, table: string, name: string): Promise<unknown> {
  const [row] = (await bed.rows(`SHOW CREATE TABLE ${quoteMysqlTable({ database, name: table })}`)) as Record<
    string,
    string
  >[];
  const [created] = parseCreateTables(row?.['Create Table'] ?? '');
  if (created === undefined) throw new Error(`no table in ${row?.['Create Table']}`);
  const { entry } = adoptTable(created, { database, name });
  // So that a text which no column of the warehouse holds is cut there, and here in the comparison.
  const columns = entry.columns.map((column) =>
    column.mysql.startsWith('mediumtext') ? { ...column, tooLong: 'cut' as const } : column,
  );
  return JSON.parse(buildEntryText({ ...entry, columns }));
}

export const mappingsOf = (tables: readonly MysqlTable[]): string =>
  JSON.stringify(buildTableMappings(tables));

/** The tables whose sums of hashes, made by SQL on both sides, differ; with counts of both. */
export async function differingTables(bed: TaskBed, tables: readonly MysqlTable[]): Promise<string[]> {
  const differing: string[] = [];
  for (let at = 0; at < tables.length; at += TABLES_A_QUERY) {
    const some = tables.slice(at, at + TABLES_A_QUERY);
    const sources = (await bed.rows(buildSums(MYSQL_DIALECT, some))) as Record<string, unknown>[];
    const { columns, rows } = await bed.session.run(buildSums(WAREHOUSE_DIALECT, some));
    const targets = rows.map((row) => Object.fromEntries(columns.map(({ name }, one) => [name, row[one]])));
    for (const [number, table] of some.entries()) {
      const [source, target] = [sumsOf(sources, number), sumsOf(targets, number)];
      if (source !== target)
        differing.push(
          `${table.sourceTable} (${table.columns.map((one) => one.declaration).join('; ')}): ${source} / ${target}`,
        );
    }
  }
  return differing;
}

const TABLES_A_QUERY = 20;

const buildSums = (dialect: SqlDialect, tables: readonly MysqlTable[]): string =>
  tables
    .map(
      (table, number) =>
        `SELECT ${number} AS number_of, sums.* FROM (\n${buildBucketQuery(dialect, table, 1)}\n) AS sums`,
    )
    .join('\nUNION ALL\n');

const sumsOf = (rows: readonly Record<string, unknown>[], number: number): string =>
  rows
    .filter(({ number_of }) => Number(number_of) === number)
    .map(({ bucket, row_count, hash_sum }) => `${bucket}:${row_count}:${hash_sum}`)
    .sort()
    .join(' ');
