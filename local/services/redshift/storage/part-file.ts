/** Rows of text that the engine reads from a file, checked there: how each is cast, and what does not fit. */
import { mkdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { foldName } from '../../../../pipeline/values/catalogue';
import { MAX_STRING_BYTES } from '../../../../pipeline/values/text';
import { type PackedColumn, WarehouseError } from '../../../runtime/ports/warehouse';
import { displayName, quoteName, quoteText, type TableName } from '../sql/names';
import { typeText } from '../sql/syntax/column-type';
import { appendType } from './bulk-values';
import { readColumns, type TableColumn } from './catalog';
import { buildParquetFile } from './parquet-file';

export interface PartTarget {
  readonly database: string;
  readonly table: TableName;
  /** Where files may be; the engine may read there. */
  readonly folder: string;
}

/** What is left in it is of a run that was killed. */
export function emptyPartFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

let fileCount = 0;

/** Its columns are `c0`, `c1`, … in `read`, which is what a FROM clause takes. */
export async function withPartFile<Result>(
  folder: string,
  rows: { readonly columns: readonly PackedColumn[]; readonly rowCount: number },
  work: (read: string) => Promise<Result>,
): Promise<Result> {
  fileCount += 1;
  const file = join(folder, `${process.pid}-${fileCount}.parquet`);
  try {
    await writeFile(file, buildParquetFile(rows.columns, rows.rowCount));
    return await work(`read_parquet(${quoteText(file)})`);
  } finally {
    await rm(file, { force: true });
  }
}

export const partTableSql = ({ database, table }: PartTarget): string =>
  table.schema === undefined
    ? `temp.main.${quoteName(table.table)}`
    : `${quoteName(database)}.${quoteName(table.schema)}.${quoteName(table.table)}`;

/** Those of the table that the parts' columns are for, in their order. */
export async function partTargets(
  connection: DuckDBConnection,
  { database, table }: PartTarget,
  columns: readonly PackedColumn[],
): Promise<TableColumn[]> {
  const known = await readColumns(connection, database, table);
  return columns.map(({ name }) => {
    const column = known.find((one) => one.name === foldName(name));
    if (column === undefined)
      throw new WarehouseError(`column "${name}" of relation "${displayName(table)}" does not exist`);
    return column;
  });
}

/** The value of a text, and when it is none that the column holds. A cast is exact, or fails. */
export function partValue(
  { maxBytes, maxCharacters }: PackedColumn,
  { type }: TableColumn,
  text: string,
): { readonly type: string | undefined; readonly misfit: string | undefined } {
  switch (type.name) {
    case 'varchar': {
      const bytes = Math.min(maxBytes ?? MAX_STRING_BYTES, type.length ?? MAX_STRING_BYTES);
      const tooLong = maxCharacters === undefined ? '' : ` OR length(${text}) > ${maxCharacters}`;
      return { type: undefined, misfit: `strlen(${text}) > ${bytes}${tooLong}` };
    }
    case 'date':
    case 'timestamp':
      // DuckDB has a year 0, Redshift has not.
      return { type: String(appendType({ type } as TableColumn)), misfit: `${text} < '0001'` };
    case 'float4':
    case 'float8': {
      const number = String(appendType({ type } as TableColumn));
      return { type: number, misfit: `NOT isfinite(TRY_CAST(${text} AS ${number}))` };
    }
    case 'int2':
    case 'int4':
    case 'int8':
    case 'numeric':
    case 'bool':
      return { type: String(appendType({ type } as TableColumn)), misfit: undefined };
    default:
      throw new WarehouseError(`columns of type ${typeText(type)} are not appended as columns`);
  }
}
