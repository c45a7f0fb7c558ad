/** How far each shard of a stream has been delivered, in a file that is replaced as a whole. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PipelineError } from '../../../../pipeline/errors';
import { writeFileAtomically } from '../../../state/write-atomically';

export interface ShardCheckpoint {
  /** The last record that is done with, by the shard's own number. */
  readonly sequenceNumber?: string;
  /** The shard was read to its end; its children may be read. */
  readonly finished: boolean;
  /** What the versions of its records begin with. */
  readonly generation: number;
}

interface CheckpointFile {
  readonly streamArn: string;
  readonly drained: boolean;
  readonly shards: Readonly<Record<string, ShardCheckpoint>>;
}

export class StreamCheckpoints {
  private drained = false;

  private constructor(
    private readonly file: string,
    private readonly streamArn: string,
    private readonly shards: Map<string, ShardCheckpoint>,
    /** Nothing was ever delivered from this stream. */
    readonly isFirstRun: boolean,
    /** The last run ended with every record delivered and the stream's server stopped. */
    readonly wasDrained: boolean,
  ) {}

  /** @throws PipelineError SOURCE_REPLACED (halt) when the file is about another stream. */
  static open(file: string, streamArn: string): StreamCheckpoints {
    if (!existsSync(file)) return new StreamCheckpoints(file, streamArn, new Map(), true, false);
    const kept = JSON.parse(readFileSync(file, 'utf8')) as CheckpointFile;
    if (kept.streamArn !== streamArn) {
      throw new PipelineError({
        code: 'SOURCE_REPLACED',
        disposition: 'halt',
        message: `the stream ${streamArn} is not the one that was read before, ${kept.streamArn}: the table was recreated. Changes between the two are unknown. Start with --fresh to copy everything again.`,
        context: { streamArn, keptStreamArn: kept.streamArn },
      });
    }
    const shards = new Map(Object.entries(kept.shards));
    return new StreamCheckpoints(file, streamArn, shards, false, kept.drained);
  }

  get(shardId: string): ShardCheckpoint | undefined {
    return this.shards.get(shardId);
  }

  entries(): Iterable<[string, ShardCheckpoint]> {
    return this.shards.entries();
  }

  /** Durable when it returns. */
  save(shardId: string, checkpoint: ShardCheckpoint): void {
    this.shards.set(shardId, checkpoint);
    this.drained = false;
    this.write();
  }

  /** Forgets finished shards that the stream no longer knows, also as a parent. */
  forget(shardIds: readonly string[]): void {
    for (const shardId of shardIds) this.shards.delete(shardId);
    if (shardIds.length > 0) this.write();
  }

  /** From now on records may wait unread. */
  beginRun(): void {
    this.drained = false;
    if (!this.isFirstRun) this.write();
  }

  /** The last act of a clean stop: nothing is unread, and nobody writes any more. */
  markDrained(): void {
    this.drained = true;
    this.write();
  }

  private write(): void {
    mkdirSync(dirname(this.file), { recursive: true });
    const content: CheckpointFile = {
      streamArn: this.streamArn,
      drained: this.drained,
      shards: Object.fromEntries(this.shards),
    };
    writeFileAtomically(this.file, `${JSON.stringify(content, null, 2)}\n`);
  }
}
