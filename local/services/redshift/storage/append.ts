/** The port's bulk append: each value is the text that Redshift would cast to the column's type. */
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { foldName } from '../../../../pipeline/values/catalogue';
import { WarehouseError } from '../../../runtime/ports/warehouse';
import { convertValue } from '../copy/convert-value';
import { ValueError } from '../copy/value-error';
import { displayName, type TableName } from '../sql/names';
import { BulkWrite } from './bulk-write';
import type { TableColumn } from './catalog';

export interface AppendOptions {
  readonly database: string;
  readonly table: TableName;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  readonly columnsOf: (table: TableName) => Promise<TableColumn[]>;
}

/** Rows that are taken before the other work of the process gets its turn. */
const ROWS_A_TURN = 8192;

/** A cast rounds where COPY cuts. */
const CONVERSION = {
  timeFormat: 'auto',
  dateFormat: 'auto',
  truncateColumns: false,
  emptyAsNull: false,
  blanksAsNull: false,
  roundDecimals: true,
};

export async function appendTexts(connection: DuckDBConnection, options: AppendOptions): Promise<void> {
  const { database, table, columns, rows, columnsOf } = options;
  if (rows.length === 0) return;
  const known = await columnsOf(table);
  const targets = columns.map((name) => {
    const column = known.find((one) => one.name === foldName(name));
    if (column === undefined) {
      throw new WarehouseError(`column "${name}" of relation "${displayName(table)}" does not exist`);
    }
    return column;
  });
  const bulk = await BulkWrite.open(connection, { database, table, known, columns: targets });
  try {
    for (const [number, row] of rows.entries()) {
      if (number % ROWS_A_TURN === ROWS_A_TURN - 1) await othersTurn();
      bulk.add(targets.map((column, index) => convert(row[index] ?? null, column)));
    }
  } catch (error) {
    bulk.abandon();
    throw error;
  }
  await bulk.finish();
}

/** @throws WarehouseError that names the column; the value itself stays out of the message. */
function convert(text: string | null, column: TableColumn): string | null {
  try {
    return column.type.name === 'super' && text !== null
      ? compactJson(text)
      : convertValue(text, column, CONVERSION);
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    throw new WarehouseError(
      `column "${column.name}": ${error.message.replace(/, Value '.*?', Pos \d+/, '')}`,
    );
  }
}

/** JSON without white space between its tokens; numbers keep their digits, which a parse would not. */
function compactJson(text: string): string {
  try {
    JSON.parse(text);
  } catch {
    throw new ValueError(1224, 'Invalid JSON', '');
  }
  return text.replace(/("(?:[^"\\]|\\.)*")|\s+/g, '$1');
}
