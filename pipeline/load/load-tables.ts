/** One run of the loader over all tables, side by side: a table that is slow or fails keeps no other waiting. */
import type { DynamodbTable } from '../tables';
import type { TableLoad } from './load-table';

export interface LoadTablesOptions {
  /** Loads one table until nothing waits, or its time is over. */
  readonly load: (table: DynamodbTable) => Promise<TableLoad>;
  /** How much longer this run may take. */
  readonly remainingMs: () => number;
  /** So many tables are loaded at once. */
  readonly parallelism?: number;
}

export interface TableOutcome {
  readonly table: DynamodbTable;
  readonly result:
    | { readonly status: 'loaded'; readonly load: TableLoad }
    | { readonly status: 'failed'; readonly error: unknown }
    /** The run's time was over before the table's turn; it is the next run's. */
    | { readonly status: 'left' };
}

/**
 * A load mostly waits for the warehouse, so that a small function can wait for many. Redshift runs at most 50 queries
 * of all its users at once (Amazon Redshift management guide, "Quotas and limits"), and the Data API keeps at least 200
 * statements active; this leaves room for both.
 */
export const PARALLEL_TABLES = 16;
/** A table is begun only with so much time left. */
const MIN_REMAINING_MS = 20_000;

/** One outcome per table, in the order given. Never throws for what happens to a table. */
export async function loadTables(
  tables: readonly DynamodbTable[],
  { load, remainingMs, parallelism = PARALLEL_TABLES }: LoadTablesOptions,
): Promise<TableOutcome[]> {
  const outcomes = new Map<DynamodbTable, TableOutcome>();
  const waiting = [...tables];
  const resultOf = async (table: DynamodbTable): Promise<TableOutcome['result']> => {
    if (remainingMs() < MIN_REMAINING_MS) return { status: 'left' };
    try {
      return { status: 'loaded', load: await load(table) };
    } catch (error) {
      return { status: 'failed', error };
    }
  };
  const worker = async (): Promise<void> => {
    for (let table = waiting.shift(); table !== undefined; table = waiting.shift())
      outcomes.set(table, { table, result: await resultOf(table) });
  };
  await Promise.all(Array.from({ length: Math.min(parallelism, tables.length) }, worker));
  return tables.map((table) => outcomes.get(table)!);
}
