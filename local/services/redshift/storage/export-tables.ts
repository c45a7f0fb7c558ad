/** A copy of all replicated tables in files that any tool reads, as they are at one moment. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ExportedTable, ExportFormat } from '../../../runtime/ports/warehouse';
import { HIDDEN_SCHEMA, quoteName, quoteText } from '../sql/names';

interface ExportOptions {
  readonly database: string;
  /** Where the engine may write; for DuckDB a file in it, otherwise one file per table. */
  readonly folder: string;
  readonly format: ExportFormat;
  /** Schemas that are left out. */
  readonly without: readonly string[];
}

/** One transaction: no table is newer than another. @returns what was written */
export async function exportTables(
  connection: DuckDBConnection,
  options: ExportOptions,
): Promise<ExportedTable[]> {
  const { database, folder, format } = options;
  mkdirSync(folder, { recursive: true });
  const target = 'export';
  if (format === 'duckdb')
    await connection.run(`ATTACH ${quoteText(join(folder, 'export.duckdb'))} AS ${quoteName(target)}`);
  try {
    await connection.run('BEGIN TRANSACTION');
    const exported: ExportedTable[] = [];
    for (const { schema, table } of await readTables(connection, options)) {
      const source = [database, schema, table].map(quoteName).join('.');
      if (format === 'duckdb') {
        await connection.run(`CREATE SCHEMA IF NOT EXISTS ${quoteName(target)}.${quoteName(schema)}`);
        const copy = [target, schema, table].map(quoteName).join('.');
        await connection.run(`CREATE TABLE ${copy} AS SELECT * FROM ${source}`);
      } else {
        const file = quoteText(join(folder, `${schema}.${table}.${format}`));
        const how = format === 'csv' ? 'FORMAT csv, HEADER' : 'FORMAT parquet';
        await connection.run(`COPY (SELECT * FROM ${source}) TO ${file} (${how})`);
      }
      const counted = await connection.runAndReadAll(`SELECT count(*) FROM ${source}`);
      exported.push({ table: `${schema}.${table}`, rowCount: Number(counted.getRows()[0]?.[0]) });
    }
    await connection.run('COMMIT');
    return exported;
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    if (format === 'duckdb') await connection.run(`DETACH ${quoteName(target)}`).catch(() => undefined);
  }
}

async function readTables(
  connection: DuckDBConnection,
  { database, without }: ExportOptions,
): Promise<{ schema: string; table: string }[]> {
  const left = [HIDDEN_SCHEMA, ...without].map(quoteText).join(', ');
  const found = await connection.runAndReadAll(
    `SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = ${quoteText(database)} AND schema_name NOT IN (${left}) ORDER BY ALL`,
  );
  return (found.getRows() as [string, string][]).map(([schema, table]) => ({ schema, table }));
}
