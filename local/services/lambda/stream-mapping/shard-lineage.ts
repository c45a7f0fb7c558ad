/** Which shards may be read now: parents before their children, so that changes of one item keep their order. */
import { PipelineError } from '../../../../pipeline/errors';
import type { ShardCheckpoint } from './stream-checkpoints';

export interface StreamShard {
  readonly id: string;
  /** May name a shard that is no longer listed. */
  readonly parentId?: string;
}

export interface KnownCheckpoints {
  readonly isFirstRun: boolean;
  readonly wasDrained: boolean;
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

/**
 * A stream keeps records for 24 hours. A shard that left before it was read to its end took records with it; so
 * did a shard that came and went unseen, which shows as a child whose parent is unknown. After a drained stop
 * there was nothing to take.
 * @throws PipelineError POSITION_LOST (halt)
 */
export function checkNothingLost(
  streamArn: string,
  shards: readonly StreamShard[],
  checkpoints: KnownCheckpoints,
): void {
  if (checkpoints.isFirstRun || checkpoints.wasDrained) return;
  const listed = new Set(shards.map(({ id }) => id));
  for (const [id, { finished }] of checkpoints.entries()) {
    if (!finished && !listed.has(id))
      throw shardPositionLost(streamArn, id, 'is gone and was not read to its end');
  }
  for (const { id, parentId } of shards) {
    if (parentId === undefined || listed.has(parentId) || checkpoints.get(id) !== undefined) continue;
    if (checkpoints.get(parentId) === undefined) {
      throw shardPositionLost(streamArn, parentId, 'came and went while nothing was read');
    }
  }
}

/** Shards that the stream no longer knows, also not as a parent. */
export function forgettableShards(shards: readonly StreamShard[], checkpoints: KnownCheckpoints): string[] {
  const referred = new Set(
    shards.flatMap(({ id, parentId }) => (parentId === undefined ? [id] : [id, parentId])),
  );
  return [...checkpoints.entries()].map(([id]) => id).filter((id) => !referred.has(id));
}

export function shardPositionLost(streamArn: string, shardId: string, what: string): PipelineError {
  return new PipelineError({
    code: 'POSITION_LOST',
    disposition: 'halt',
    message: `shard ${shardId} of ${streamArn} ${what}; a stream keeps its records for 24 hours, so changes may have been missed. Usual cause: the pipeline was killed and stayed down for longer. Start with --fresh to copy everything again.`,
    context: { streamArn, shardId },
  });
}

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
