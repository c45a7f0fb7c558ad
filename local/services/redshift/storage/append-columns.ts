/** The port's append of columns: the bytes go to the engine as a file, which reads and checks them in its own threads. */
import { mkdirSync, rmSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { MAX_STRING_BYTES } from '../../../../pipeline/values/text';
import { type PackedColumn, WarehouseError } from '../../../runtime/ports/warehouse';
import { displayName, quoteName, quoteText, type TableName } from '../sql/names';
import { typeText } from '../sql/syntax/column-type';
import { appendType } from './bulk-values';
import { readColumns, type TableColumn } from './catalog';
import { buildParquetFile } from './parquet-file';

export interface AppendColumnsOptions {
  readonly database: string;
  readonly table: TableName;
  readonly columns: readonly PackedColumn[];
  readonly rowCount: number;
  /** Where the file may be; the engine may read there. */
  readonly folder: string;
}

/** What is left in it is of a run that was killed. */
export function emptyPartFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}

let fileCount = 0;

export async function appendColumns(
  connection: DuckDBConnection,
  options: AppendColumnsOptions,
): Promise<void> {
  const { database, table, columns, rowCount } = options;
  const known = await readColumns(connection, database, table);
  const targets = columns.map(({ name }) => {
    const column = known.find((one) => one.name === name.toLowerCase());
    if (column === undefined)
      throw new WarehouseError(`column "${name}" of relation "${displayName(table)}" does not exist`);
    return column;
  });
  fileCount += 1;
  const file = join(options.folder, `${process.pid}-${fileCount}.parquet`);
  try {
    await writeFile(file, buildParquetFile(columns, rowCount));
    await connection.run(
      [
        `INSERT INTO ${sqlName(database, table)} (${targets.map(({ name }) => quoteName(name)).join(', ')})`,
        `SELECT ${columns.map((column, index) => valueSql(column, targets[index] as TableColumn, `c${index}`)).join(', ')}`,
        `FROM read_parquet(${quoteText(file)})`,
      ].join('\n'),
    );
  } finally {
    await rm(file, { force: true });
  }
}

const sqlName = (database: string, table: TableName): string =>
  table.schema === undefined
    ? `temp.main.${quoteName(table.table)}`
    : `${quoteName(database)}.${quoteName(table.schema)}.${quoteName(table.table)}`;

/** Fails where the column does not hold the text exactly; a cast of the engine's fails by itself, or is exact. */
function valueSql(
  { name, maxBytes, maxCharacters }: PackedColumn,
  target: TableColumn,
  text: string,
): string {
  const { type, nullable } = target;
  const checked = (condition: string, value: string): string =>
    `CASE WHEN ${condition} THEN error(${quoteText(`column "${name}" does not hold a value`)}) ELSE ${value} END`;
  let value = text;
  switch (type.name) {
    case 'varchar': {
      const bytes = Math.min(maxBytes ?? MAX_STRING_BYTES, type.length ?? MAX_STRING_BYTES);
      const tooLong = maxCharacters === undefined ? '' : ` OR length(${text}) > ${maxCharacters}`;
      value = checked(`strlen(${text}) > ${bytes}${tooLong}`, text);
      break;
    }
    case 'date':
    case 'timestamp':
      // DuckDB has a year 0, Redshift has not.
      value = checked(`${text} < '0001'`, `CAST(${text} AS ${appendType(target)})`);
      break;
    case 'int2':
    case 'int4':
    case 'int8':
    case 'float4':
    case 'float8':
    case 'numeric':
    case 'bool':
      value = `CAST(${text} AS ${appendType(target)})`;
      break;
    default:
      throw new WarehouseError(`columns of type ${typeText(type)} are not appended as columns`);
  }
  return nullable ? value : checked(`${text} IS NULL`, value);
}
