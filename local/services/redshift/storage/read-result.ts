/** A statement's rows, read piece by piece, so that a result that is too large ends before it fills the memory. */
import type { DuckDBConnection } from '@duckdb/node-api';
import { type ResultValue, type StatementResult, WarehouseError } from '../../../runtime/ports/warehouse';
import { resultColumns, resultRow } from './result';

const MEGABYTE = 1024 * 1024;

/**
 * What one result may take of the laptop's memory. The Data API ends a statement at 500 MB (management guide, "Data API
 * considerations"), counted without what JavaScript adds to each value.
 */
const MAX_HELD_BYTES = 256 * MEGABYTE;

/** What a row takes in V8: an array, a slot for each value, and what the values point at. */
export function heldBytes(row: readonly ResultValue[]): number {
  let bytes = 32 + 8 * row.length;
  for (const value of row) {
    if (typeof value === 'string') bytes += 24 + value.length;
    else if (typeof value === 'bigint') bytes += 24;
    else if (typeof value === 'number') bytes += 8;
  }
  return bytes;
}

export interface ReadResultOptions {
  readonly sql: string;
  /** Throws when somebody cancelled the statement; between two pieces DuckDB's own interrupt finds nothing to stop. */
  readonly checkCancelled: () => void;
  readonly mostBytes?: number;
}

/** @throws WarehouseError when the result is too large; the statement has ended then. */
export async function readResult(
  connection: DuckDBConnection,
  { sql, checkCancelled, mostBytes = MAX_HELD_BYTES }: ReadResultOptions,
): Promise<StatementResult> {
  const result = await connection.stream(sql);
  const columns = resultColumns(result);
  const rows: ResultValue[][] = [];
  let bytes = 0;
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return { columns, rows, rowCount: rows.length };
    checkCancelled();
    for (const values of chunk.getRows()) {
      const row = resultRow(values, columns);
      bytes += heldBytes(row);
      rows.push(row);
    }
    if (bytes <= mostBytes) continue;
    connection.interrupt();
    throw new WarehouseError(
      `the result takes more than ${Math.floor(mostBytes / MEGABYTE)} MB, and was ended after ${rows.length} rows: the laptop keeps results in memory, where the Data API ends them at 500 MB. Select fewer rows or columns, aggregate, or add a LIMIT.`,
    );
  }
}
