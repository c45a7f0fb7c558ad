/** A set of staged files becomes rows of the target, or is rejected with a reason. */
import { PipelineError } from '../errors';
import { batchIdOf, incomingPrefix, manifestKey } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import type { DataApi } from '../warehouse/data-api';
import type { BatchStore } from './batch-store';
import { type CommitOptions, commitBatch } from './commit-batch';
import type { LedgerEntry } from './ledger';
import { type LoadError, readLoadErrors } from './load-errors';
import { buildManifest, s3Url } from './manifest';

export interface LoadPorts {
  readonly dataApi: DataApi;
  readonly store: BatchStore;
  readonly commit: Omit<CommitOptions, 'bucket'>;
}

export interface LoadedFiles {
  readonly entries: readonly LedgerEntry[];
  readonly rejected: readonly LoadError[];
}

/**
 * Loads files as one batch:
 *
 * 1. The manifest is written, under the batch's id.
 * 2. The transaction is submitted: COPY, merge, tombstones, ledger entry.
 * 3. It commits.
 * 4. The files move to `loaded/`.
 * 5. The manifest is deleted.
 *
 * Stopped after 1 or 2, the next run finds the manifest, waits for what still runs, and resumes the same batch.
 * Stopped after 3 or in the middle of 4, it finds the ledger entry and moves the rest. Nothing is deleted before its
 * commit was seen.
 *
 * A file that COPY cannot read is rejected and the others are loaded; where the warehouse names no file, halves are
 * tried until one file is left.
 */
export async function loadFiles(
  ports: LoadPorts,
  table: DynamodbTable,
  keys: readonly string[],
): Promise<LoadedFiles> {
  const { store, dataApi, commit } = ports;
  const batchId = batchIdOf(keys);
  const manifest = manifestKey(table.name, batchId);
  await store.writeText(manifest, buildManifest(store.bucket, keys));
  const batch = { batchId, manifest, fileCount: keys.length };
  let entry: LedgerEntry;
  try {
    entry = await commitBatch(dataApi, table, batch, { ...commit, bucket: store.bucket });
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'LOAD_FILE_REJECTED') throw error;
    return isolate(ports, table, { keys, manifest, error });
  }
  await store.moveToLoaded(keys);
  await store.remove(manifest);
  return { entries: [entry], rejected: [] };
}

interface FailedBatch {
  readonly keys: readonly string[];
  readonly manifest: string;
  readonly error: PipelineError;
}

/**
 * 1. The manifest is deleted: its batch will not be tried again.
 * 2. Named files are rejected, the others loaded as a new batch.
 *
 * Stopped after 1, the files are in `incoming/` and are listed, tried and rejected again.
 */
async function isolate(ports: LoadPorts, table: DynamodbTable, failed: FailedBatch): Promise<LoadedFiles> {
  const { keys, manifest, error } = failed;
  const bad = await findBadFiles(ports, table, failed);
  await ports.store.remove(manifest);
  if (bad.length === 0) {
    const half = Math.ceil(keys.length / 2);
    const first = await loadFiles(ports, table, keys.slice(0, half));
    return join(first, await loadFiles(ports, table, keys.slice(half)));
  }
  for (const { key, ...reason } of bad) {
    await ports.store.reject(key, { ...reason, statementId: error.context.statementId });
  }
  const badKeys = new Set(bad.map(({ key }) => key));
  const rest = keys.filter((key) => !badKeys.has(key));
  const others = rest.length === 0 ? { entries: [], rejected: [] } : await loadFiles(ports, table, rest);
  return join({ entries: [], rejected: bad }, others);
}

/** Files that the warehouse names, in its error table or in its words; the file itself when it is the only one. */
async function findBadFiles(
  ports: LoadPorts,
  table: DynamodbTable,
  failed: FailedBatch,
): Promise<LoadError[]> {
  const { keys, error } = failed;
  const { bucket } = ports.store;
  const prefix = incomingPrefix(table.name);
  const submittedAt = String(error.context.submittedAt);
  const recorded = await readLoadErrors(ports.dataApi, { bucket, prefix, keys, submittedAt });
  if (recorded.length > 0) return recorded;
  const words = String(error.context.files ?? '').split(' ');
  const named = keys.filter((key) => words.includes(s3Url(bucket, key)));
  const bad = named.length === 0 && keys.length === 1 ? keys : named;
  return bad.map((key) => ({ key, line: null, column: null, errorCode: null, reason: error.message }));
}

const join = (one: LoadedFiles, other: LoadedFiles): LoadedFiles => ({
  entries: [...one.entries, ...other.entries],
  rejected: [...one.rejected, ...other.rejected],
});
