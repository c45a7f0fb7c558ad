/** Tables that a source has, brought into a warehouse as `npm run add-table` and a deploy would. */
import { queryRows } from '../../local/services/dms/binlog/binlog-stream';
import { quoteMysqlTable } from '../../pipeline/mysql/mysql-identifier';
import type { MysqlTable } from '../../pipeline/tables';
import { adoptTable, buildEntryText } from '../../pipeline/values/adopt-table';
import { parseCatalogue } from '../../pipeline/values/catalogue';
import { parseCreateTables } from '../../pipeline/values/mysql-create-table';
import { MYSQL_DIALECT } from '../../pipeline/verify/mysql-dialect';
import { buildBucketQuery } from '../../pipeline/verify/queries';
import { WAREHOUSE_DIALECT } from '../../pipeline/verify/warehouse-dialect';
import { targetDefinition } from '../../pipeline/warehouse/table-definitions';
import { buildWarehouseTable } from '../../pipeline/warehouse/warehouse-ddl';
import { buildTableMappings } from '../../stacks/replication-mappings';
import type { TaskBed } from '../local/services/dms/task/task-bed';

/** The source's tables of one database as entries of the catalogue, and their targets in the warehouse. */
export async function adoptTables(bed: TaskBed, database: string): Promise<MysqlTable[]> {
  const found = (await queryRows(
    bed.admin,
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = '${database}' ORDER BY table_name`,
  )) as { name: string }[];
  const entries: Record<string, unknown> = {};
  for (const [at, { name }] of found.entries()) {
    const [row] = (await bed.rows(`SHOW CREATE TABLE ${quoteMysqlTable({ database, name })}`)) as Record<
      string,
      string
    >[];
    const [created] = parseCreateTables(row?.['Create Table'] ?? '');
    if (created === undefined) throw new Error(`no table in ${row?.['Create Table']}`);
    const { entry } = adoptTable(created, { database, name: `a${at}` });
    // So that a text which no column of the warehouse holds is cut there, and here in the comparison.
    const columns = entry.columns.map((column) =>
      column.mysql.startsWith('mediumtext') ? { ...column, tooLong: 'cut' as const } : column,
    );
    entries[`a${at}`] = JSON.parse(buildEntryText({ ...entry, columns }));
  }
  const tables = parseCatalogue(entries) as MysqlTable[];
  for (const table of tables) await bed.target(buildWarehouseTable(targetDefinition(table)));
  return tables;
}

export const mappingsOf = (tables: readonly MysqlTable[]): string =>
  JSON.stringify(buildTableMappings(tables));

/** The tables whose sums of hashes, made by SQL on both sides, differ; with counts of both. */
export async function differingTables(bed: TaskBed, tables: readonly MysqlTable[]): Promise<string[]> {
  const differing: string[] = [];
  for (const table of tables) {
    const source = sumsOf(
      (await bed.rows(buildBucketQuery(MYSQL_DIALECT, table, 1))) as Record<string, unknown>[],
    );
    const { columns, rows } = await bed.session.run(buildBucketQuery(WAREHOUSE_DIALECT, table, 1));
    const target = sumsOf(
      rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]))),
    );
    if (source !== target)
      differing.push(
        `${table.sourceTable} (${table.columns.map((one) => one.declaration).join('; ')}): ${source} / ${target}`,
      );
  }
  return differing;
}

const sumsOf = (rows: readonly Record<string, unknown>[]): string =>
  rows
    .map(({ bucket, row_count, hash_sum }) => `${bucket}:${row_count}:${hash_sum}`)
    .sort()
    .join(' ');
