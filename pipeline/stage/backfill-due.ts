/** Whether a table needs a backfill, and from when it answers for the table. */
import { createHash } from 'node:crypto';
import { streamTimeOf } from '../capture/stream-record';
import type { DescribedSource } from '../dynamodb/describe-source';
import { backfillVersionOf } from '../position';
import type { DynamodbTable } from '../tables';
import type { BackfillState } from './backfill-state';

/**
 * Changes of the last minutes are left to the stream: its times are rounded down (to the second; to the minute by
 * DynamoDB Local), and a scan may miss what was written just before it.
 */
const LEFT_TO_STREAM_MS = 120_000;
/** A stream keeps its records for 24 hours; an hour less, so that a clock may be wrong by some minutes. */
export const STREAM_KEEPS_MS = 23 * 3_600_000;
/**
 * How long after its columns changed a table is backfilled: by then the former version of the stage function has ended, and
 * what it staged is older than the time from which the backfill answers.
 */
const COLUMNS_SETTLE_MS = 15 * 60_000;

const SEGMENT_COUNT = 4;

export interface BackfillTrigger {
  /** Why somebody asks for one now. */
  readonly asked: string | undefined;
  /** Of the table, by `hashOfColumns`. */
  readonly columns: string;
}

/**
 * The state to continue from: the given one, or that of a new backfill when somebody asks for one, when the table was
 * never backfilled, when it was created again, or when its columns in the catalogue changed some time ago.
 *
 * A table is backfilled at first sight even where its stream has all of it: what is in the target may be of an earlier
 * table of the same name, which nothing at the source tells of. Such a stream is younger than a day, so that its table
 * costs little to scan.
 */
export function nextBackfill(
  source: DescribedSource,
  known: BackfillState | undefined,
  { asked, columns }: BackfillTrigger,
): BackfillState {
  const unsettled = unsettledColumns(source, known, columns);
  const begun = (reason: string): BackfillState => ({
    ...begin(source, reason),
    columns,
    ...(unsettled === undefined ? {} : { waiting: unsettled }),
  });
  if (asked !== undefined) return begun(asked);
  if (known === undefined) return begun('the table was never backfilled');
  if (known.streamArn !== source.streamArn) return begun('the table has another stream than before');
  if (known.columns === undefined) return { ...known, columns };
  if (known.columns === columns && known.waiting === undefined) return known;
  if (unsettled === undefined) return begun('its columns changed');
  return unsettled === known.waiting ? known : { ...known, waiting: unsettled };
}

/**
 * Columns that changed a short time ago, and since when. Also when they were changed back: what was staged meanwhile lacks a
 * column, and a column that left the target came back empty. A backfill that begins now, for whatever reason, leaves to the
 * stream what the former version of the stage function may have staged, so that another one follows it.
 */
function unsettledColumns(
  { nowMs }: DescribedSource,
  known: BackfillState | undefined,
  columns: string,
): BackfillState['waiting'] {
  if (known?.columns === undefined) return undefined;
  const { waiting } = known;
  if (known.columns === columns && waiting === undefined) return undefined;
  if (waiting?.columns !== columns) return { columns, sinceMs: nowMs };
  return nowMs - waiting.sinceMs < COLUMNS_SETTLE_MS ? waiting : undefined;
}

/** Changes whenever the row of an item may: a column, its place in the item or its type, and whether expired ones are kept. */
export function hashOfColumns({ columns, keepsExpired }: DynamodbTable): string {
  const parts = columns.map(({ name, path, type }) => ({ name, path, type }));
  const kept = keepsExpired === true ? 'expired rows are kept' : '';
  return createHash('sha256')
    .update(`${JSON.stringify(parts)}${kept}`)
    .digest('hex')
    .slice(0, 16);
}

/** A new stream answers for everything since it was made, however recently that was. */
function begin(source: DescribedSource, reason: string): BackfillState {
  const { streamArn, nowMs } = source;
  const startedAtMs = Math.max(nowMs - LEFT_TO_STREAM_MS, streamTimeMs(streamArn));
  return {
    streamArn,
    runId: backfillVersionOf(startedAtMs),
    startedAtMs,
    reason,
    segments: Array.from({ length: SEGMENT_COUNT }, () => ({ isDone: false })),
    itemCount: 0,
    rejectedCount: 0,
    isDone: false,
  };
}

const streamTimeMs = (streamArn: string): number => Date.parse(streamTimeOf(streamArn) ?? '') || 0;
