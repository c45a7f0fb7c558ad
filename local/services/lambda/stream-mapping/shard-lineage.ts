/** Which shards may be read now: parents before their children, so that changes of one item keep their order. */
import { STREAM_KEEPS_MS } from '../../../../pipeline/stage/backfill-due';
import type { ShardCheckpoint } from './stream-checkpoints';

export interface StreamShard {
  readonly id: string;
  /** May name a shard that is no longer listed. */
  readonly parentId?: string;
  /** It gets no more records. */
  readonly isClosed?: boolean;
}

export interface KnownCheckpoints {
  readonly wasDrained: boolean;
  readonly deliveredBeforeMs: number | undefined;
  get(shardId: string): ShardCheckpoint | undefined;
  entries(): Iterable<[string, ShardCheckpoint]>;
}

/** Shards that are not finished and whose parent, if it is still listed, is. */
export function readableShards(shards: readonly StreamShard[], checkpoints: KnownCheckpoints): string[] {
  const listed = new Set(shards.map(({ id }) => id));
  const isFinished = (id: string): boolean => checkpoints.get(id)?.finished === true;
  return shards
    .filter(({ id }) => !isFinished(id))
    .filter(({ parentId }) => parentId === undefined || !listed.has(parentId) || isFinished(parentId))
    .map(({ id }) => id);
}

export interface StreamKnowledge {
  readonly streamArn: string;
  /** When the stream was made, by its ARN. */
  readonly createdAtMs: number;
  /** By the stream's own clock. */
  readonly nowMs: number;
  /**
   * Of a server that is not this pipeline's: it is written while the pipeline is stopped, and a table's first backfill
   * brings what the stream never told, or no longer tells.
   */
  readonly isOthers?: boolean;
}

/**
 * Why records may have been missed, or undefined when none can have been. What is still in the stream tells nothing of
 * what has left it, so only time does: a record stays for 24 hours, so that all which were created since are still there.
 * After a drained stop there was nothing to miss, since the stream's server stopped too. Of a stream that was never
 * read, everything before its creation was not in it.
 */
export function whyPossiblyLost(
  { streamArn, createdAtMs, nowMs, isOthers = false }: StreamKnowledge,
  checkpoints: Pick<KnownCheckpoints, 'wasDrained' | 'deliveredBeforeMs'>,
): string | undefined {
  if (isOthers ? checkpoints.deliveredBeforeMs === undefined : checkpoints.wasDrained) return undefined;
  const sinceMs = checkpoints.deliveredBeforeMs ?? createdAtMs;
  if (nowMs - sinceMs < STREAM_KEEPS_MS) return undefined;
  const hours = Math.floor((nowMs - sinceMs) / 3_600_000);
  return `POSITION_LOST: records of ${streamArn} were last known to be delivered ${hours} hours ago, and a stream keeps them for 24; changes may have been missed. Usual cause: the pipeline was ${isOthers ? 'stopped' : 'killed'} and stayed down for longer`;
}

/** Shards that the stream no longer knows, also not as a parent. */
export function forgettableShards(shards: readonly StreamShard[], checkpoints: KnownCheckpoints): string[] {
  const referred = new Set(
    shards.flatMap(({ id, parentId }) => (parentId === undefined ? [id] : [id, parentId])),
  );
  return [...checkpoints.entries()].map(([id]) => id).filter((id) => !referred.has(id));
}

/** Of a run whose clock moved. */
export const whyShardLost = (streamArn: string, shardId: string, what: string): string =>
  `POSITION_LOST: shard ${shardId} of ${streamArn} ${what}; a stream keeps its records for 24 hours, so changes may have been missed. Usual cause: the machine's clock was set, or it slept for a day`;

/**
 * What the versions of a shard's records begin with: the shard's creation in milliseconds, so that they grow from shard
 * to shard; but more than the parent's in any case, because a clock that was set back creates a child before its parent.
 */
export function generationOf({ id, parentId }: StreamShard, checkpoints: KnownCheckpoints): number {
  const own = creationOf(id);
  const parent = parentId === undefined ? undefined : checkpoints.get(parentId)?.generation;
  return parent === undefined ? own : Math.max(own, parent + 1);
}

/** @throws Error when the id does not hold its time of creation */
export function creationOf(shardId: string): number {
  const createdAtMs = /^shardId-0*(\d{1,13})-/.exec(shardId)?.[1];
  if (createdAtMs !== undefined) return Number(createdAtMs);
  throw new Error(`the shard id ${shardId} does not hold its time of creation`);
}

/** A version taken apart again. @throws Error when it is none of this twin */
export function shardNumberOf(version: string): { readonly generation: number; readonly number: string } {
  const [, generation, number] = /^(\d{13})(\d{21})$/.exec(version) ?? [];
  if (generation !== undefined && number !== undefined) return { generation: Number(generation), number };
  throw new Error('the sequence number is not one that this stream mapping gave');
}

/** The version of a record: it grows within a shard and from a shard to its children. */
export const shardVersionOf = (generation: number, sequenceNumber: string): string =>
  String(generation).padStart(13, '0') + sequenceNumber.padStart(21, '0');
