/** One run of the loader over one table: what an earlier run left, then batch after batch until nothing waits. */
import { backfillOf, isBackfillEnd } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import { type BatchLimits, selectBatch, type WaitingFile } from './batch-selection';
import { endBackfill } from './end-backfill';
import type { LedgerEntry } from './ledger';
import type { LoadError } from './load-errors';
import { type LoadedFiles, loadFiles } from './load-files';
import type { LoadPorts } from './load-ports';
import { parseManifest } from './manifest';
import { screenFiles } from './screen-files';

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

/** @throws what `loadFiles` throws. */
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
    const keys = parseManifest(await ports.store.readText(manifest), ports.store.bucket);
    if (keys !== undefined) add(await loadFiles(ports, table, keys));
    else rejected.push(await rejectManifest(ports, manifest));
  }
  for (;;) {
    const waiting = await ports.store.listWaiting(table.name);
    rejected.push(...(await rejectEmpty(ports, waiting)));
    const selected = selectBatch(loadable(waiting), options.limits);
    const { keys, rejected: screened } = await screenFiles(ports, table, selected);
    rejected.push(...screened);
    if (keys.length > 0) add(await loadFiles(ports, table, keys));
    else if (selected.length === 0) {
      const end = waiting.find(({ key }) => isBackfillEnd(key));
      if (end === undefined) break;
      add(await endBackfill(ports, table, end.key));
    }
    if (options.remainingMs() < MIN_REMAINING_MS) break;
  }
  return summarize(table, entries, rejected);
}

/** Files of the stream, or else those of a backfill: their rows are ordered differently, so that no batch has both. */
function loadable(waiting: readonly WaitingFile[]): WaitingFile[] {
  const files = waiting.filter(({ key, sizeBytes }) => sizeBytes > 0 && !isBackfillEnd(key));
  const ofStream = files.filter(({ key }) => backfillOf(key) === undefined);
  return ofStream.length > 0 ? ofStream : files;
}

/** An object of 0 bytes is no gzip file; what COPY makes of it is not documented. */
async function rejectEmpty(ports: LoadPorts, waiting: readonly WaitingFile[]): Promise<LoadError[]> {
  const empty = waiting.filter(({ sizeBytes }) => sizeBytes === 0);
  const reason = 'the object has 0 bytes, and a staged file is gzip JSON lines';
  for (const { key } of empty) await ports.store.reject(key, { reason });
  return empty.map(({ key }) => ({ key, line: null, column: null, errorCode: null, reason }));
}

/** Of a batch that was committed meanwhile, the files load a second time, which changes nothing. */
async function rejectManifest({ store }: LoadPorts, key: string): Promise<LoadError> {
  const reason = `the object is no manifest of files in ${store.bucket}, and only the loader writes there. Its files are listed again`;
  await store.rejectManifest(key, reason);
  return { key, line: null, column: null, errorCode: null, reason };
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
