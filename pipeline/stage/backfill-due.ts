/** Whether a table needs a backfill, and from when it answers for the table. */
import { streamTimeOf } from '../capture/stream-record';
import type { DescribedSource } from '../dynamodb/describe-source';
import { backfillVersionOf } from '../position';
import type { BackfillState } from './backfill-state';

/**
 * Changes of the last minutes are left to the stream: its times are rounded down (to the second; to the minute by
 * DynamoDB Local), and a scan may miss what was written just before it.
 */
const LEFT_TO_STREAM_MS = 120_000;
/** A stream keeps its records for 24 hours. */
const STREAM_KEEPS_MS = 23 * 3_600_000;
/** How much later than its table a stream may be made and still have every change of it. */
const MADE_TOGETHER_MS = 60_000;

export const SEGMENT_COUNT = 4;

/**
 * The state to continue from: the given one, or that of a new backfill when somebody asks for one, when the table was
 * never backfilled and its stream does not have all of it, or when the table was created again.
 */
export function nextBackfill(
  source: DescribedSource,
  known: BackfillState | undefined,
  asked: string | undefined,
): BackfillState {
  if (asked !== undefined) return begin(source, asked);
  if (known === undefined) {
    return hasWholeTable(source)
      ? notNeeded(source)
      : begin(source, 'the stream does not have all of the table');
  }
  return known.streamArn === source.streamArn
    ? known
    : begin(source, 'the table has another stream than before');
}

function hasWholeTable({ createdAtMs, streamArn, nowMs }: DescribedSource): boolean {
  const streamAtMs = streamTimeMs(streamArn);
  return streamAtMs - createdAtMs < MADE_TOGETHER_MS && nowMs - streamAtMs < STREAM_KEEPS_MS;
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

const notNeeded = ({ streamArn, nowMs }: DescribedSource): BackfillState => ({
  streamArn,
  startedAtMs: nowMs,
  reason: 'the stream has the whole table',
  segments: [],
  itemCount: 0,
  rejectedCount: 0,
  isDone: true,
});

const streamTimeMs = (streamArn: string): number => Date.parse(streamTimeOf(streamArn) ?? '') || 0;
