/** `npm run export -- FILE`: the replicated tables as a DuckDB file, or as a folder of Parquet or CSV files. */
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { callControlServer } from '../runtime/control-server';
import type { ExportFormat, ExportResult } from '../runtime/ports/warehouse';
import { findRuntime } from '../state/state-folder';
import type { DataDirFlag, Given } from './given';
import { withStoppedWarehouse } from './stopped-warehouse';
import { buildTextTable } from './text-table';
import { UsageError } from './usage-error';

interface ExportFlags extends DataDirFlag {
  readonly format?: ExportFormat;
}

export async function command({ words: [given = ''], flags }: Given<ExportFlags>): Promise<number> {
  const target = resolve(given);
  const format = flags.format ?? 'duckdb';
  if (existsSync(target)) throw new UsageError(`${given} is there already: name another, or delete it first`);
  const runtime = findRuntime(flags.dataDir);
  const result =
    runtime === undefined
      ? await withStoppedWarehouse(flags.dataDir, async (warehouse) => {
          const written = await warehouse.exportTables(format);
          take(written, format, target);
          return written;
        })
      : ((await callControlServer(runtime, 'export', { format })) as ExportResult);
  if (runtime !== undefined) take(result, format, target);
  const rows = result.tables.map(({ table, rowCount }) => [table, rowCount]);
  console.log(buildTextTable(['table', { name: 'rows', isNumeric: true }], rows));
  console.log(
    `wrote ${given}${format === 'duckdb' ? '' : ', a file per table'}; each table as it was at one moment`,
  );
  return 0;
}

/** Out of the data folder, where the engine may write; the place may be on another disk. */
function take({ folder }: ExportResult, format: ExportFormat, target: string): void {
  try {
    if (format === 'duckdb') cpSync(join(folder, readdirSync(folder)[0] ?? ''), target);
    else cpSync(folder, target, { recursive: true });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
