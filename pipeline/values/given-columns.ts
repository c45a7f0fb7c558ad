/** The columns of a MySQL table that whoever adds a row gives: MySQL numbers the key, and the run knows its own time. */
import type { MysqlTable } from './replicated-table';

/** The column that the ingest function fills: when the run started. */
const INGESTED_AT = 'ingested_at';

/** In the order of the table. */
export function givenColumns(table: MysqlTable): MysqlTable['columns'] {
  return table.columns.filter(({ name }) => name !== table.autoIncrement && name !== INGESTED_AT);
}

/** What is written of a row: the names of its given columns, then the time of the run. */
export const ingestedColumns = (table: MysqlTable): string[] => [
  ...givenColumns(table).map(({ name }) => name),
  INGESTED_AT,
];
