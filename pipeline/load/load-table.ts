/** One run of the loader over one table: what an earlier run left, then batch after batch until nothing waits. */
import type { DynamodbTable } from '../tables';
import { type BatchLimits, selectBatch } from './batch-selection';
import type { LedgerEntry } from './ledger';
import type { LoadError } from './load-errors';
import { type LoadedFiles, type LoadPorts, loadFiles } from './load-files';
import { parseManifest } from './manifest';

export interface LoadOptions {
  readonly limits: BatchLimits;
  /** How much longer this run may take. */
  readonly remainingMs: () => number;
}

export interface TableLoad {
  readonly table: string;
  /** Files whose batch is committed, also by an earlier run that could not report it. */
  readonly files: number;
  readonly rows: number;
  readonly upserted: number;
  readonly deleted: number;
  readonly rejected: readonly LoadError[];
  readonly lastBatchId: string | undefined;
  readonly newestChangedAtMs: number | undefined;
}

/** A batch is begun only with so much time left. What is left waits for the next run. */
const MIN_REMAINING_MS = 20_000;

/** @throws what `loadFiles` throws, and PipelineError LOAD_STATEMENT_FAILED (halt) for a damaged manifest. */
export async function loadTable(
  ports: LoadPorts,
  table: DynamodbTable,
  options: LoadOptions,
): Promise<TableLoad> {
  const entries: LedgerEntry[] = [];
  const rejected: LoadError[] = [];
  const add = (loaded: LoadedFiles): void => {
    entries.push(...loaded.entries);
    rejected.push(...loaded.rejected);
  };
  for (const manifest of await ports.store.listManifests(table.name)) {
    const text = await ports.store.readText(manifest);
    add(await loadFiles(ports, table, parseManifest(text, ports.store.bucket, manifest)));
  }
  for (;;) {
    const keys = selectBatch(await ports.store.listWaiting(table.name), options.limits);
    if (keys.length === 0) break;
    add(await loadFiles(ports, table, keys));
    if (options.remainingMs() < MIN_REMAINING_MS) break;
  }
  return summarize(table, entries, rejected);
}

function summarize(
  table: DynamodbTable,
  entries: readonly LedgerEntry[],
  rejected: readonly LoadError[],
): TableLoad {
  const sum = (count: (entry: LedgerEntry) => number): number =>
    entries.reduce((total, entry) => total + count(entry), 0);
  const times = entries.flatMap(({ newestChangedAtMs }) => newestChangedAtMs ?? []);
  return {
    table: table.name,
    files: sum(({ fileCount }) => fileCount),
    rows: sum(({ rowCount }) => rowCount),
    upserted: sum(({ upsertedCount }) => upsertedCount),
    deleted: sum(({ deletedCount }) => deletedCount),
    rejected,
    lastBatchId: entries.at(-1)?.batchId,
    newestChangedAtMs: times.length === 0 ? undefined : Math.max(...times),
  };
}
