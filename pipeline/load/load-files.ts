/** A set of staged files becomes rows of the target, or is rejected with a reason. */
import { PipelineError } from '../errors';
import { backfillOf, batchIdOf, incomingPrefix, manifestKey } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import { checkStagedFile } from './check-staged-file';
import { commitBatch } from './commit-batch';
import type { LedgerEntry } from './ledger';
import { type LoadError, readLoadErrors } from './load-errors';
import type { LoadPorts } from './load-ports';
import { buildManifest, s3Url } from './manifest';
import { takesBatches } from './probe-warehouse';

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
 * A file that COPY cannot read, or whose rows the merge refuses, is rejected and the others are loaded; where the
 * warehouse names no file, halves are tried until one file is left. A warehouse that refuses a batch without rows as
 * well is not set up: that fails the run, and every file waits.
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
  const isBackfill = keys.every((key) => backfillOf(key) !== undefined);
  const batch = { batchId, manifest, fileCount: keys.length, isBackfill };
  let entry: LedgerEntry;
  try {
    entry = await commitBatch(dataApi, table, batch, { ...commit, bucket: store.bucket });
  } catch (error) {
    if (!(error instanceof PipelineError) || !(await isFault(ports, table, error))) throw error;
    return isolate(ports, table, { keys, manifest, error });
  }
  await store.moveToLoaded(keys);
  await store.remove(manifest);
  return { entries: [entry], rejected: [] };
}

/** Whether a file is to blame. A refusal is, when the warehouse takes the same statements without rows. */
async function isFault(ports: LoadPorts, table: DynamodbTable, error: PipelineError): Promise<boolean> {
  if (error.code === 'LOAD_FILE_REJECTED') return true;
  // Only the end of a statement has an id: what the service itself refused is no file's fault.
  if (error.code !== 'LOAD_STATEMENT_FAILED' || typeof error.context.statementId !== 'string') return false;
  return takesBatches(ports, table);
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
  return Promise.all(bad.map((key) => explain(ports, table, key, error)));
}

/** The file is read only now, when it is known to be bad. */
async function explain(
  { store }: LoadPorts,
  table: DynamodbTable,
  key: string,
  error: PipelineError,
): Promise<LoadError> {
  const body = await store.readBytes(key).catch(() => undefined);
  const found = body === undefined ? undefined : checkStagedFile(table, body, { key });
  const { line, column } = found ?? { line: null, column: null };
  const reason = found === undefined ? error.message : `${found.reason}. ${error.message}`;
  return { key, line, column, errorCode: null, reason };
}

const join = (one: LoadedFiles, other: LoadedFiles): LoadedFiles => ({
  entries: [...one.entries, ...other.entries],
  rejected: [...one.rejected, ...other.rejected],
});
