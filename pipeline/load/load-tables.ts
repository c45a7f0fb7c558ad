/** One run of the loader over all tables, side by side: a table that is slow or fails keeps no other waiting. */
import { runSideBySide } from '../side-by-side';
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
  const results = await runSideBySide(tables, {
    parallelism,
    work: async (table) => (remainingMs() < MIN_REMAINING_MS ? undefined : await load(table)),
  });
  return results.map((settled, at): TableOutcome => {
    const table = tables[at] as DynamodbTable;
    if (settled.status === 'rejected') return { table, result: { status: 'failed', error: settled.reason } };
    const { value } = settled;
    return { table, result: value === undefined ? { status: 'left' } : { status: 'loaded', load: value } };
  });
}
