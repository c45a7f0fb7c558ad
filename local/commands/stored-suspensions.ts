/** Suspended tables of a stopped pipeline: what its replication task wrote into the warehouse, and reads at its next start. */
import { quoteLiteral, quoteTable } from '../../pipeline/warehouse/sql-text';
import { withClosedFile } from '../services/redshift/storage/closed-file';
import { NO_REASON, type SuspendedTable } from './suspended-tables';
import { findWarehouseFile } from './warehouse-file';

/** The task's settings name the schema of its control tables. */
const STATE_TABLES_SQL =
  "SELECT schema_name FROM duckdb_tables() WHERE table_name = 'awsdms_table_state' ORDER BY schema_name";

const suspendedSql = (schema: string): string =>
  [
    `SELECT table_name, COALESCE(reason, ${quoteLiteral(NO_REASON)})`,
    `FROM ${quoteTable(schema, 'awsdms_table_state')}`,
    "WHERE state = 'suspended'",
    'ORDER BY table_name',
  ].join('\n');

/** @throws Error when a process has the warehouse open, or its file is damaged */
export async function readStoredSuspensions(dataDir: string): Promise<SuspendedTable[]> {
  const file = findWarehouseFile(dataDir);
  if (file === undefined) return [];
  return withClosedFile(file, async (ask) => {
    const found: SuspendedTable[] = [];
    for (const [schema] of await ask(STATE_TABLES_SQL))
      for (const [table, reason] of await ask(suspendedSql(String(schema))))
        found.push({ table: String(table), reason: String(reason) });
    return found;
  });
}
