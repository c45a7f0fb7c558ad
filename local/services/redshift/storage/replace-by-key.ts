/**
 * The port's change of rows by key:
 *
 *   1. The engine looks at all rows, and says whether one does not fit. Then nothing is done.
 *   2. Rows of the table that have one of the keys go.
 *   3. Those that stay in the end are inserted.
 *
 * Part of the open transaction, and none of it fails for what a row holds. Rows that were in memory are cast once, into a
 * temp table. Of those that wait in files each step reads the files: a temp table that is dropped keeps its memory until
 * the transaction ends (DuckDB 1.5).
 */
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type KeyedChanges,
  type PackedColumn,
  ROW_FATES,
  ROWS_A_STEP,
} from '../../../runtime/ports/warehouse';
import { quoteName } from '../sql/names';
import type { TableColumn } from './catalog';
import {
  type PartTarget,
  partTableSql,
  partTargets,
  partValue,
  readPartsSql,
  withPartFile,
} from './part-file';
import { RowsInFiles } from './waiting-rows';

interface ReplaceTarget extends PartTarget {
  /** Makes the engine forget what it can read again. */
  readonly freeMemory: () => Promise<void>;
}

export async function replaceByKey(
  connection: DuckDBConnection,
  target: ReplaceTarget,
  changes: KeyedChanges,
): Promise<boolean> {
  const { columns, fates, rowCount, waiting } = changes;
  const targets = await partTargets(target, columns);
  const replacement = buildReplacement(partTableSql(target), changes, targets);
  const { cast } = replacement;
  if (waiting instanceof RowsInFiles) {
    const files = await waiting.complete((from, to) => packFates(fates.subarray(from, to)));
    const pieces = files.map((file) => cast([file]));
    return replaceFrom(connection, replacement, { all: cast(files), pieces, ...target });
  }
  const rows = { columns: [...columns, packFates(fates)], rowCount };
  await withPartFile(target.folder, rows, (file) =>
    connection.run(`CREATE OR REPLACE TEMP TABLE "twin changes" AS FROM ${cast([file])}`),
  );
  try {
    return await replaceFrom(connection, replacement, { all: CHANGES, pieces: [CHANGES] });
  } finally {
    await connection.run(`DROP TABLE IF EXISTS ${CHANGES}`).catch(() => undefined);
  }
}

const CHANGES = 'temp.main."twin changes"';

/** What the steps read, each as a FROM clause takes it. */
interface CastRows {
  readonly all: string;
  /** All rows again, inserted one piece after the other. */
  readonly pieces: readonly string[];
  readonly freeMemory?: () => Promise<void>;
}

async function replaceFrom(
  connection: DuckDBConnection,
  { misfits, remove, insert }: Replacement,
  { all, pieces, freeMemory }: CastRows,
): Promise<boolean> {
  const found = await connection.runAndReadAll(misfits(all));
  if (Number(found.getRows()[0]?.[0]) > 0) return false;
  await connection.run(remove(all));
  for (const piece of pieces) {
    await connection.run(insert(piece));
    await freeMemory?.();
  }
  return true;
}

/** As texts of one digit, which the file has like any other. */
function packFates(fates: Uint8Array): PackedColumn {
  const values = Buffer.alloc(fates.length * 5);
  for (let row = 0; row < fates.length; row += 1) {
    values[row * 5] = 1;
    values[row * 5 + 4] = 0x30 + (fates[row] as number);
  }
  const steps: number[] = [];
  for (let row = ROWS_A_STEP; row < fates.length; row += ROWS_A_STEP) steps.push(row * 5);
  return { name: 'fate', values, steps };
}

/** Statements over the rows of part files, which `cast` has given their values, fates and misfits. */
interface Replacement {
  readonly cast: (files: readonly string[]) => string;
  readonly misfits: (rows: string) => string;
  readonly remove: (rows: string) => string;
  readonly insert: (rows: string) => string;
}

function buildReplacement(
  table: string,
  { columns, key }: KeyedChanges,
  targets: readonly TableColumn[],
): Replacement {
  const values = columns.map((column, index) => {
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
  const misfit = values.flatMap(({ conditions }) => conditions).join(' OR ') || 'false';
  const fate = `CAST(c${columns.length} AS TINYINT) AS fate`;
  const given = values.map(({ value }) => value).join(', ');
  const all = columns.map((_column, index) => `v${index}`).join(', ');
  const keys = key.map((index) => `v${index}`).join(', ');
  const match = key.map((index) => `t.${quoteName((targets[index] as TableColumn).name)} = c.v${index}`);
  return {
    cast: (files) =>
      `(SELECT fate, ${all}, ${misfit} AS misfit FROM (SELECT *, ${fate}, ${given} FROM ${readPartsSql(files)}))`,
    misfits: (rows) => `SELECT COUNT(*) FROM ${rows} WHERE misfit`,
    // DELETE joins all columns of what it is given, also those that it has no use for (DuckDB 1.5).
    remove: (rows) =>
      [
        `DELETE FROM ${table} AS t`,
        `USING (SELECT ${keys} FROM ${rows} WHERE fate IN (${ROW_FATES.stays}, ${ROW_FATES.goes})) AS c`,
        `WHERE ${match.join(' AND ')}`,
      ].join('\n'),
    insert: (rows) =>
      [
        `INSERT INTO ${table} (${targets.map(({ name }) => quoteName(name)).join(', ')})`,
        `SELECT ${all}`,
        `FROM ${rows}`,
        `WHERE fate = ${ROW_FATES.stays}`,
      ].join('\n'),
  };
}
