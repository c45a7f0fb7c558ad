/**
 * The twin of a Lambda event source mapping on a DynamoDB stream: reads every shard in order, parents before
 * children, delivers batches to one function, and keeps a checkpoint per shard after each delivered batch.
 */
import type { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { streamTimeOf } from '../../../../pipeline/capture/stream-record';
import type { RecordRange, ShardPosition, StreamMapping } from '../../../runtime/ports/stream-mapping';
import { waitUntil } from '../../../runtime/wait-until';
import type { MappingReaderOptions } from './mapping-reader-options';
import { readAgain } from './read-again';
import {
  forgettableShards,
  generationOf,
  readableShards,
  type StreamShard,
  shardNumberOf,
  whyPossiblyLost,
} from './shard-lineage';
import { ShardReader } from './shard-reader';
import { StreamCheckpoints } from './stream-checkpoints';
import { StreamSource } from './stream-source';
import { JumpCheck } from './trimmed-records';

export interface StreamMappingOptions extends MappingReaderOptions {
  readonly client: DynamoDBStreamsClient;
  readonly checkpointFile: string;
  /** The stream's server is not this pipeline's, and runs on while it is stopped. */
  readonly isOthers?: boolean;
  /** How long records that a jump of the clock hides may take to show again. */
  readonly patienceMs?: number;
}

const LIST_SHARDS_EVERY_MS = 2_000;
/** Within which the stream's server has started before the mapping: from then on somebody may have written. */
const START_UP_MS = 300_000;

/** Reads on where the checkpoints are; `whyLost()` says when the stream does not continue there. */
export async function startStreamMapping(options: StreamMappingOptions): Promise<RunningMapping> {
  const mapping = new RunningMapping(
    options,
    StreamCheckpoints.open(options.checkpointFile, options.streamArn),
  );
  await mapping.begin();
  return mapping;
}

/** From its start to its stop; {@link SwitchedMapping} may begin another one after it. */
export class RunningMapping implements Omit<StreamMapping, 'isEnabled' | 'disable' | 'enable'> {
  private readonly source: StreamSource;
  private readonly jump: JumpCheck;
  private readonly readers = new Map<string, ShardReader>();
  /** The last record of each shard that this run has finished. */
  private readonly endsOfShards = new Map<string, string>();
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  private shards: readonly StreamShard[] = [];
  private listedAt = { clock: 0, nowMs: 0 };
  private drainCount = 0;
  private failed: unknown;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly options: StreamMappingOptions,
    private readonly checkpoints: StreamCheckpoints,
  ) {
    this.source = new StreamSource(options.client, options.streamArn);
    this.jump = new JumpCheck(options.readNumbers, options.patienceMs);
  }

  async begin(): Promise<void> {
    const { shards, nowMs } = await this.source.listShards();
    this.shards = shards;
    this.listedAt = { clock: performance.now(), nowMs };
    const { streamArn, isOthers = false } = this.options;
    const createdAtMs = Date.parse(streamTimeOf(streamArn) ?? '') || 0;
    const lost = whyPossiblyLost({ streamArn, createdAtMs, nowMs, isOthers }, this.checkpoints);
    this.checkpoints.forget(forgettableShards(this.shards, this.checkpoints));
    // What was lost is for a backfill to repair; from here on the stream is complete again.
    const isKnown = lost !== undefined || (this.checkpoints.wasDrained && !isOthers);
    const sinceMs = this.checkpoints.deliveredBeforeMs ?? (isOthers ? nowMs - START_UP_MS : createdAtMs);
    this.checkpoints.beginRun(isKnown ? nowMs - START_UP_MS : sinceMs, lost);
    if (this.checkpoints.whyLost !== undefined) this.nameLost(this.checkpoints.whyLost);
    this.startReaders();
    this.scheduleListing();
  }

  failure(): unknown {
    return this.failed;
  }

  whyLost(): string | undefined {
    return this.checkpoints.whyLost;
  }

  lossCount(): number {
    return this.checkpoints.lossCount;
  }

  markRepaired(lossCount: number): void {
    this.checkpoints.markRepaired(lossCount);
  }

  positions(): ShardPosition[] {
    return [...this.checkpoints.entries()]
      .filter(([, { finished }]) => !finished)
      .map(([shardId, { sequenceNumber }]) =>
        sequenceNumber === undefined ? { shardId } : { shardId, sequenceNumber },
      );
  }

  async readAgain(range: RecordRange): Promise<readonly unknown[] | undefined> {
    const { generation } = shardNumberOf(range.first);
    const shard = (await this.source.listShards()).shards.find(
      ({ id }) => this.generationOf(id) === generation,
    );
    if (shard === undefined) return undefined;
    const { eventSourceArn, region } = this.options;
    const origin = { eventSourceArn, region, generation, notBefore: { timeMs: 0, at: 0 } };
    const records = await readAgain(this.source, { ...range, shardId: shard.id, origin });
    return records?.map(({ json }) => json);
  }

  async drain({ timeoutMs }: { readonly timeoutMs: number }): Promise<void> {
    const since = performance.now();
    this.drainCount += 1;
    try {
      await waitUntil(() => this.isDrainedSince(since), {
        what: 'the stream mapping to deliver what is in the stream',
        timeoutMs,
        lastState: () => `${this.shards.length} shards, ${this.readers.size} being read`,
        failure: () => this.whyStopped(),
      });
    } finally {
      this.drainCount -= 1;
    }
  }

  private whyStopped(): string | undefined {
    if (this.failed instanceof Error) return this.failed.message;
    if (this.failed !== undefined) return String(this.failed);
    return this.stopping.signal.aborted ? 'the stream mapping was stopped' : undefined;
  }

  async stop({ drained = false }: { readonly drained?: boolean } = {}): Promise<void> {
    clearTimeout(this.timer);
    this.stopping.abort();
    await Promise.all(this.running);
    if (drained && this.failed === undefined) this.checkpoints.markDrained();
  }

  private async isDrainedSince(since: number): Promise<boolean> {
    if (this.listedAt.clock <= since) await this.list();
    return this.isCaughtUpSince(since);
  }

  private isCaughtUpSince(since: number): boolean {
    return this.shards.every(
      ({ id }) =>
        this.checkpoints.get(id)?.finished === true || (this.readers.get(id)?.caughtUpAt ?? 0) > since,
    );
  }

  private async list(): Promise<void> {
    const before = this.listedAt;
    const clock = performance.now();
    const { shards, nowMs } = await this.source.listShards();
    // Read to their ends since the last list, and the list has no other shard: what was there then is delivered.
    const isCaughtUp = this.isCaughtUpSince(before.clock) && shards.length === this.shards.length;
    if (isCaughtUp && before.clock > 0) this.checkpoints.markDelivered(before.nowMs);
    this.shards = shards;
    this.listedAt = { clock, nowMs };
    this.startReaders();
  }

  private startReaders(): void {
    for (const shardId of readableShards(this.shards, this.checkpoints)) {
      if (this.readers.has(shardId) || this.stopping.signal.aborted) continue;
      const reader = new ShardReader(shardId, this.generationOf(shardId), this.source, this.checkpoints, {
        ...this.options,
        signal: this.stopping.signal,
        isHurried: () => this.drainCount > 0,
        jump: this.jump,
        parentPosition: this.parentPositionOf(shardId),
        onLost: (reason) => this.nameLost(reason),
        isClosed: () => this.shards.find(({ id }) => id === shardId)?.isClosed !== false,
      });
      this.readers.set(shardId, reader);
      const run = this.runReader(shardId, reader).finally(() => this.running.delete(run));
      this.running.add(run);
    }
  }

  /** A shard that was begun keeps its own, whatever the clock says now. */
  private generationOf(shardId: string): number {
    const shard = this.shards.find(({ id }) => id === shardId) ?? { id: shardId };
    return this.checkpoints.get(shardId)?.generation ?? generationOf(shard, this.checkpoints);
  }

  private parentPositionOf(shardId: string): string | undefined {
    const parentId = this.shards.find(({ id }) => id === shardId)?.parentId;
    return parentId === undefined ? undefined : this.endsOfShards.get(parentId);
  }

  private async runReader(shardId: string, reader: ShardReader): Promise<void> {
    try {
      await reader.run();
      const end = reader.position ?? this.parentPositionOf(shardId);
      if (end !== undefined) this.endsOfShards.set(shardId, end);
      this.readers.delete(shardId);
      if (!this.stopping.signal.aborted) await this.list();
    } catch (error) {
      this.fail(error);
    }
  }

  private scheduleListing(): void {
    this.timer = setTimeout(() => {
      this.list()
        .catch((error: unknown) => this.fail(error))
        .finally(() => {
          if (!this.stopping.signal.aborted) this.scheduleListing();
        });
    }, LIST_SHARDS_EVERY_MS);
  }

  private nameLost(reason: string): void {
    this.checkpoints.markLost(reason);
    this.options.onEvent?.({ type: 'lost', reason });
  }

  private fail(error: unknown): void {
    if (this.stopping.signal.aborted) return;
    this.failed ??= error;
    this.stopping.abort();
    clearTimeout(this.timer);
    this.options.onEvent?.({ type: 'failed', error });
  }
}
