/** Where things lie in the data bucket. A prefix is written by one function and read by one other. */
import { createHash } from 'node:crypto';

/** Seed files, uploaded by the storage stack, read by the two ingest functions. */
export const SEED_PREFIX = 'seed/';
/** Which set-up was done last, written by the two set-up functions, read by the one that starts the task. */
export const SET_UP_PREFIX = 'set-up/';
/** Staged files that wait for the next load. */
export const INCOMING_PREFIX = 'incoming/';
/** One manifest a batch. */
export const MANIFEST_PREFIX = 'manifests/';
/** Staged files whose batch was committed. They expire; until then they can be replayed. */
export const LOADED_PREFIX = 'loaded/';
/** Rows, items and files that could not be taken, with their reason. They can be replayed. */
export const REJECTED_PREFIX = 'rejected/';
/** Metrics and log lines that an endpoint outside the account did not take, written by Firehose. */
export const UNDELIVERED_PREFIX = 'undelivered/';

export const incomingPrefix = (table: string): string => `${INCOMING_PREFIX}${table}/`;

/**
 * The key of a staged file names its content: the same records give the same key, so that a retried
 * delivery overwrites its own file instead of adding another.
 */
export function stagedFileKey(
  table: string,
  shardId: string,
  firstVersion: string,
  lastVersion: string,
): string {
  return `${incomingPrefix(table)}${shardId}/${firstVersion}-${lastVersion}.json.gz`;
}

/** `incoming/<table>/<rest>` becomes `loaded/<table>/<rest>`. */
export function loadedKey(incomingKey: string): string {
  return LOADED_PREFIX + incomingKey.slice(INCOMING_PREFIX.length);
}

export const manifestKey = (table: string, batchId: string): string =>
  `${MANIFEST_PREFIX}${table}/${batchId}.json`;

/** How far the backfill of each table is. */
export const BACKFILL_PREFIX = 'backfills/';

export const backfillStateKey = (table: string): string => `${BACKFILL_PREFIX}${table}.json`;

const BACKFILL_FOLDER = /^incoming\/[^/]+\/backfill-(\d{20})\//;

/** The staged files of one backfill; its id is the version of its rows. */
export const backfillFolder = (table: string, runId: string): string =>
  `${incomingPrefix(table)}backfill-${runId}/`;

/** Written last: all files of the backfill are there, so that what it did not see is deleted at the source. */
export const backfillEndKey = (table: string, runId: string): string =>
  `${backfillFolder(table, runId)}end.json`;

/** The id of the backfill that a staged file or an end belongs to; undefined for files of the stream. */
export const backfillOf = (key: string): string | undefined => BACKFILL_FOLDER.exec(key)?.[1];

export const isBackfillEnd = (key: string): boolean =>
  backfillOf(key) !== undefined && key.endsWith('/end.json');

const REPLAYED = 'replay-';

/** As {@link stagedFileKey} and a backfill name their files, and {@link replayedKey} a copy of one. */
const STAGED_NAMES = [
  /^incoming\/[^/]+\/(?:replay-\w+\/)?[0-9a-f]{16}\/\d{40}-\d{40}\.json\.gz$/,
  /^incoming\/[^/]+\/backfill-\d{20}\/(?:replay-\w+-)?\d{1,6}-[0-9a-f]{16}\.json\.gz$/,
];

/** Whether a file under `incoming/` has a name that this pipeline gives. */
export const isStagedName = (key: string): boolean => STAGED_NAMES.some((name) => name.test(key));

/**
 * Where a loaded file is put back: under another name, for the ledger knows the batches of the first. A backfill's stays in its folder,
 * which says how its rows are ordered. Undefined for a copy of an earlier replay and for the end of a backfill.
 */
export function replayedKey(key: string, id: string): string | undefined {
  const [table = '', ...rest] = key.slice(LOADED_PREFIX.length).split('/');
  const incoming = `${incomingPrefix(table)}${rest.join('/')}`;
  if (isBackfillEnd(incoming) || rest.some((part) => part.startsWith(REPLAYED))) return undefined;
  const runId = backfillOf(incoming);
  return runId === undefined
    ? `${incomingPrefix(table)}${REPLAYED}${id}/${rest.join('/')}`
    : `${backfillFolder(table, runId)}${REPLAYED}${id}-${rest.slice(1).join('/')}`;
}

/** What a probe of the warehouse reads; beside the manifests of every table, whose names have no hyphen. */
export const probeKey = (table: string, extension: string): string =>
  `${MANIFEST_PREFIX}no-batch/${table}.${extension}`;

/** The same set of files, in any order, is the same batch. */
export function batchIdOf(keys: readonly string[]): string {
  return createHash('sha256')
    .update([...new Set(keys)].sort().join('\n'))
    .digest('hex')
    .slice(0, 32);
}

export const rejectedKey = (table: string, runId: string): string =>
  `${REJECTED_PREFIX}${table}/${runId}.jsonl`;
