/**
 * The port's change of rows by key:
 *
 *   1. The engine looks at all rows, and says which do not fit.
 *   2. When they are applied, rows of the table that have one of the keys go.
 *   3. Those that stay in the end, and fit, are inserted.
 *
 * Part of the open transaction, and none of it fails for what a row holds. Rows that were in memory are cast once, into a
 * temp table, unless they are wide. Of those, and of rows that wait in files, each step reads the files: a temp table that
 * is dropped keeps its memory until the transaction ends (DuckDB 1.5).
 */
import { rm } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type KeyedChanges,
  type PackedColumn,
  type PreparedChanges,
  ROW_FATES,
  ROWS_A_STEP,
  UNFIT,
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
  writePartFile,
} from './part-file';
import { RowsInFiles } from './waiting-rows';

interface ReplaceTarget extends PartTarget {
  /** Makes the engine forget what it can read again. */
  readonly freeMemory: () => Promise<void>;
}

export async function prepareChanges(
  connection: DuckDBConnection,
  target: ReplaceTarget,
  changes: KeyedChanges,
): Promise<PreparedChanges> {
  const { columns, fates, rowCount, waiting } = changes;
  const targets = await partTargets(target, columns);
  const replacement = buildReplacement(partTableSql(target), changes, targets);
  const { cast } = replacement;
  if (waiting instanceof RowsInFiles) {
    const files = await waiting.complete((from, to) => packFates(fates.subarray(from, to)));
    const pieces = files.map(({ file, firstRow }) => ({ rows: cast([file]), firstRow }));
    const rows = { all: cast(files.map(({ file }) => file)), pieces, freeMemory: target.freeMemory };
    return preparedFrom(connection, replacement, rows);
  }
  const rows = { columns: [...columns, packFates(fates)], rowCount };
  if (bytesOf(columns) / rowCount >= WIDE_ROW_BYTES) {
    const file = await writePartFile(target.folder, rows);
    const all = cast([file]);
    const drop = (): Promise<void> => rm(file, { force: true });
    try {
      return await preparedFrom(connection, replacement, { all, pieces: [{ rows: all, firstRow: 0 }], drop });
    } catch (error) {
      await drop();
      throw error;
    }
  }
  await withPartFile(target.folder, rows, (file) =>
    connection.run(`CREATE OR REPLACE TEMP TABLE "twin changes" AS FROM ${cast([file])}`),
  );
  const drop = async (): Promise<void> => {
    await connection.run(`DROP TABLE IF EXISTS ${CHANGES}`).catch(() => undefined);
  };
  return preparedFrom(connection, replacement, {
    all: CHANGES,
    pieces: [{ rows: CHANGES, firstRow: 0 }],
    drop,
  });
}

/** To read the bytes of a file again takes less than to copy them; to cast values again takes more. */
const WIDE_ROW_BYTES = 1024;

const bytesOf = (columns: readonly PackedColumn[]): number =>
  columns.reduce((sum, { values }) => sum + values.length, 0);

const CHANGES = 'temp.main."twin changes"';

/** What the steps read, each as a FROM clause takes it. */
interface CastRows {
  readonly all: string;
  /** All rows again, taken one piece after the other. */
  readonly pieces: readonly { readonly rows: string; readonly firstRow: number }[];
  readonly freeMemory?: () => Promise<void>;
  readonly drop?: () => Promise<void>;
}

async function preparedFrom(
  connection: DuckDBConnection,
  { misfits: findMisfits, remove, insert }: Replacement,
  { all, pieces, freeMemory, drop = async () => undefined }: CastRows,
): Promise<PreparedChanges> {
  const misfits: number[] = [];
  for (const { rows, firstRow } of pieces) {
    const found = await connection.runAndReadAll(findMisfits(rows));
    for (const [number] of found.getRows()) misfits.push(firstRow + Number(number));
  }
  return {
    misfits,
    apply: async () => {
      await connection.run(remove(all));
      for (const { rows } of pieces) {
        await connection.run(insert(rows));
        await freeMemory?.();
      }
    },
    drop,
  };
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

/** Statements over the rows of part files, which `cast` has given their values, and numbers to those that do not fit. */
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
  const given = `c${columns.length}`;
  const isUnfit = `${given} >= '${UNFIT}'`;
  const isMisfit = [isUnfit, ...values.flatMap(({ conditions }) => conditions)].join(' OR ');
  // Its number, which is NULL for a row that fits.
  const misfit = `CASE WHEN ${isMisfit} THEN file_row_number END AS misfit`;
  const fate = `CAST(CAST(${given} AS TINYINT) % ${UNFIT} AS TINYINT) AS fate`;
  const computed = values.map(({ value }) => value).join(', ');
  const all = columns.map((_column, index) => `v${index}`).join(', ');
  const keys = key.map((index) => `v${index}`).join(', ');
  const match = key.map((index) => `t.${quoteName((targets[index] as TableColumn).name)} = c.v${index}`);
  return {
    cast: (files) =>
      `(SELECT fate, ${all}, ${misfit} FROM (SELECT *, ${fate}, ${computed} FROM ${readPartsSql(files, { numbered: true })}))`,
    misfits: (rows) => `SELECT misfit FROM ${rows} WHERE misfit IS NOT NULL ORDER BY misfit`,
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
        `WHERE fate = ${ROW_FATES.stays} AND misfit IS NULL`,
      ].join('\n'),
  };
}
