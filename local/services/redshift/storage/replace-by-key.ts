/**
 * The port's change of rows by key:
 *
 *   1. The engine reads all rows into a temp table, typed, and says which do not fit.
 *   2. If one does not, nothing is done.
 *   3. Rows of the table that have one of the keys go; those that stay in the end are inserted.
 *
 * Part of the open transaction, and none of it fails for what a row holds.
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type KeyedChanges,
  type PackedColumn,
  ROW_FATES,
  ROWS_A_GROUP,
} from '../../../runtime/ports/warehouse';
import { quoteName } from '../sql/names';
import type { TableColumn } from './catalog';
import { type PartTarget, partTableSql, partTargets, partValue, withPartFile } from './part-file';

const CHANGES = 'temp.main."twin changes"';

export async function replaceByKey(
  connection: DuckDBConnection,
  target: PartTarget,
  changes: KeyedChanges,
): Promise<boolean> {
  const { columns, key, rowCount } = changes;
  const targets = await partTargets(connection, target, columns);
  const rows = { columns: [...columns, packFates(changes.fates)], rowCount };
  await withPartFile(target.folder, rows, (read) =>
    connection.run(`CREATE OR REPLACE TEMP TABLE "twin changes" AS\n${readSql(changes, targets, read)}`),
  );
  try {
    const found = await connection.runAndReadAll(`SELECT COUNT(*) FROM ${CHANGES} WHERE misfit`);
    if (Number(found.getRows()[0]?.[0]) > 0) return false;
    const table = partTableSql(target);
    const match = key.map((index) => `t.${quoteName((targets[index] as TableColumn).name)} = c.v${index}`);
    await connection.run(
      `DELETE FROM ${table} AS t USING ${CHANGES} AS c WHERE c.fate IN (${ROW_FATES.stays}, ${ROW_FATES.goes}) AND ${match.join(' AND ')}`,
    );
    await connection.run(
      [
        `INSERT INTO ${table} (${targets.map(({ name }) => quoteName(name)).join(', ')})`,
        `SELECT ${columns.map((_column, index) => `v${index}`).join(', ')} FROM ${CHANGES} WHERE fate = ${ROW_FATES.stays}`,
      ].join('\n'),
    );
    return true;
  } finally {
    await connection.run(`DROP TABLE IF EXISTS ${CHANGES}`).catch(() => undefined);
  }
}

/** As texts of one digit, which the file has like any other. */
function packFates(fates: Uint8Array): PackedColumn {
  const values = Buffer.alloc(fates.length * 5);
  for (let row = 0; row < fates.length; row += 1) {
    values[row * 5] = 1;
    values[row * 5 + 4] = 0x30 + (fates[row] as number);
  }
  const groups: number[] = [];
  for (let row = ROWS_A_GROUP; row < fates.length; row += ROWS_A_GROUP) groups.push(row * 5);
  return { name: 'fate', values, groups };
}

function readSql({ columns, key }: KeyedChanges, targets: readonly TableColumn[], read: string): string {
  const given = columns.map((column, index) => {
    const target = targets[index] as TableColumn;
    const text = `c${index}`;
    const { cast, misfit } = partValue(column, target, text);
    const value = `v${index}`;
    const conditions = [
      ...(misfit === undefined ? [] : [`COALESCE(${misfit}, false)`]),
      ...(cast === undefined ? [] : [`(${text} IS NOT NULL AND ${value} IS NULL)`]),
    ];
    const isEmpty = `(${text} IS NULL AND fate IN (${ROW_FATES.replaced}, ${ROW_FATES.stays}))`;
    if (!target.nullable) conditions.push(key.includes(index) ? `${text} IS NULL` : isEmpty);
    return { value: `${cast?.('TRY_CAST') ?? text} AS ${value}`, conditions };
  });
  const misfit = given.flatMap(({ conditions }) => conditions);
  return [
    `SELECT fate, ${columns.map((_column, index) => `v${index}`).join(', ')}, ${misfit.join(' OR ') || 'false'} AS misfit`,
    `FROM (SELECT *, CAST(c${columns.length} AS TINYINT) AS fate, ${given.map(({ value }) => value).join(', ')} FROM ${read})`,
  ].join('\n');
}
