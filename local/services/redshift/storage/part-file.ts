/** Rows of text that the engine reads from a file, checked there: how each is cast, and what does not fit. */
import { mkdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { foldName } from '../../../../pipeline/values/catalogue';
import { MAX_STRING_BYTES } from '../../../../pipeline/values/text';
import { type PackedColumn, WarehouseError } from '../../../runtime/ports/warehouse';
import { displayName, quoteName, quoteText, type TableName } from '../sql/names';
import { typeText } from '../sql/syntax/column-type';
import { appendType } from './bulk-values';
import type { TableColumn } from './catalog';
import { buildParquetFile } from './parquet-file';

export interface PartTarget {
  readonly database: string;
  readonly table: TableName;
  /** Where files may be; the engine may read there. */
  readonly folder: string;
  readonly columnsOf: (table: TableName) => Promise<TableColumn[]>;
}

/** What is left in it is of a run that was killed. */
export function emptyPartFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

let fileCount = 0;

export function nextPartFile(folder: string): string {
  fileCount += 1;
  return join(folder, `${process.pid}-${fileCount}.parquet`);
}

/** `numbered`: with the number of each row in its file, `file_row_number`. */
export const readPartsSql = (files: readonly string[], { numbered = false } = {}): string =>
  `read_parquet([${files.map(quoteText).join(', ')}]${numbered ? ', file_row_number = true' : ''})`;

interface PartRows {
  readonly columns: readonly PackedColumn[];
  readonly rowCount: number;
}

/** Its columns are `c0`, `c1`, …. The caller removes it. */
export async function writePartFile(folder: string, { columns, rowCount }: PartRows): Promise<string> {
  const file = nextPartFile(folder);
  try {
    await writeFile(file, buildParquetFile(columns, rowCount));
    return file;
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
}

export async function withPartFile<Result>(
  folder: string,
  rows: PartRows,
  work: (file: string) => Promise<Result>,
): Promise<Result> {
  const file = await writePartFile(folder, rows);
  try {
    return await work(file);
  } finally {
    await rm(file, { force: true });
  }
}

export const partTableSql = ({ database, table }: Pick<PartTarget, 'database' | 'table'>): string =>
  table.schema === undefined
    ? `temp.main.${quoteName(table.table)}`
    : `${quoteName(database)}.${quoteName(table.schema)}.${quoteName(table.table)}`;

/** Those of the table that the parts' columns are for, in their order. */
export async function partTargets(
  { table, columnsOf }: PartTarget,
  columns: readonly PackedColumn[],
): Promise<TableColumn[]> {
  const known = await columnsOf(table);
  return columns.map(({ name }) => {
    const column = known.find((one) => one.name === foldName(name));
    if (column === undefined)
      throw new WarehouseError(`column "${name}" of relation "${displayName(table)}" does not exist`);
    return column;
  });
}

type Cast = 'CAST' | 'TRY_CAST';

export interface PartValue {
  /** Of a text that is no value, CAST fails and TRY_CAST gives NULL; absent where the text is the value. */
  readonly cast?: (how: Cast) => string;
  /** When the column does not hold a text that can be cast. */
  readonly misfit?: string;
}

/** A cast is exact, or fails: texts have the form that MySQL's type contract gives them. */
export function partValue(
  { maxBytes, maxCharacters, isHashed }: PackedColumn,
  target: TableColumn,
  text: string,
): PartValue {
  const { type } = target;
  const cast = (how: Cast): string => `${how}(${text} AS ${appendType(target)})`;
  switch (type.name) {
    case 'varchar': {
      const columnBytes = isHashed === true ? Number.MAX_SAFE_INTEGER : (type.length ?? MAX_STRING_BYTES);
      const bytes = Math.min(maxBytes ?? columnBytes, columnBytes);
      const tooLong = maxCharacters === undefined ? '' : ` OR length(${text}) > ${maxCharacters}`;
      const misfit = `strlen(${text}) > ${bytes}${tooLong}`;
      return isHashed === true ? { cast: () => `upper(sha256(${text}))`, misfit } : { misfit };
    }
    case 'date':
    case 'timestamp':
      // DuckDB has a year 0, Redshift has not.
      return { cast, misfit: `${text} < '0001'` };
    case 'float4':
    case 'float8':
      return { cast, misfit: `NOT isfinite(${cast('TRY_CAST')})` };
    case 'numeric':
      return { cast: (how) => castDecimal(how, text, type) };
    case 'int2':
    case 'int4':
    case 'int8':
    case 'bool':
      return { cast };
    default:
      throw new WarehouseError(`columns of type ${typeText(type)} are not appended as columns`);
  }
}

/** Digits that DuckDB keeps in 64 bits. */
const SHORT_DIGITS = 18;

/**
 * DuckDB takes 8 to 65 microseconds to read a text as a decimal of more digits (1.5.6), a hundred times as long as by
 * way of another type, which is as exact: a text has no more decimals than the column.
 */
export function castDecimal(
  how: Cast,
  text: string,
  { precision = 0, scale = 0 }: TableColumn['type'],
): string {
  const type = `DECIMAL(${precision},${scale})`;
  const direct = `${how}(${text} AS ${type})`;
  if (precision <= SHORT_DIGITS || scale > SHORT_DIGITS) return direct;
  if (scale === 0) return `${how}(${how}(${text} AS HUGEINT) AS ${type})`;
  return `COALESCE(CAST(TRY_CAST(${text} AS DECIMAL(${SHORT_DIGITS},${scale})) AS ${type}), ${direct})`;
}
