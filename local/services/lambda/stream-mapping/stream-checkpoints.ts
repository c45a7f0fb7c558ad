/** How far each shard of a stream has been delivered, in a file that is replaced as a whole. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeFileAtomically } from '../../../state/write-atomically';

export interface ShardCheckpoint {
  /** The last record that is done with, by the shard's own number. */
  readonly sequenceNumber?: string;
  /** Of that record: numbers begin again at 1 once everything was trimmed, ids never come twice. */
  readonly eventId?: string;
  /** The shard was read to its end; its children may be read. */
  readonly finished: boolean;
  /** What the versions of its records begin with. */
  readonly generation: number;
}

interface CheckpointFile {
  readonly streamArn: string;
  readonly drained: boolean;
  /** All records that were created before this time are delivered, by the stream's clock. */
  readonly deliveredBeforeMs?: number;
  /** Why records may have been missed; until a backfill has made up for them. */
  readonly lost?: string;
  readonly shards: Readonly<Record<string, ShardCheckpoint>>;
}

export class StreamCheckpoints {
  private drained: boolean;
  private deliveredBefore: number | undefined;
  private lost: string | undefined;
  private losses = 0;

  private constructor(
    private readonly file: string,
    private readonly streamArn: string,
    private readonly shards: Map<string, ShardCheckpoint>,
    kept: Partial<CheckpointFile>,
  ) {
    this.drained = kept.drained === true;
    this.deliveredBefore = kept.deliveredBeforeMs;
    this.lost = kept.lost;
  }

  /** Of another stream than before, which says that the table was created again, nothing is known but that. */
  static open(file: string, streamArn: string): StreamCheckpoints {
    if (!existsSync(file)) return new StreamCheckpoints(file, streamArn, new Map(), {});
    const kept = JSON.parse(readFileSync(file, 'utf8')) as CheckpointFile;
    if (kept.streamArn === streamArn) {
      return new StreamCheckpoints(file, streamArn, new Map(Object.entries(kept.shards)), kept);
    }
    const lost = `SOURCE_REPLACED: the stream ${streamArn} is not the one that was read before, ${kept.streamArn}: the table was deleted and created again`;
    return new StreamCheckpoints(file, streamArn, new Map(), { lost });
  }

  /** All records that were created before this time are delivered; undefined when nothing is known. */
  get deliveredBeforeMs(): number | undefined {
    return this.deliveredBefore;
  }

  /** The last run ended with every record delivered and the stream's server stopped. */
  get wasDrained(): boolean {
    return this.drained;
  }

  /** Why records may have been missed. */
  get whyLost(): string | undefined {
    return this.lost;
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

  /** From now on records may wait unread; all before this time are delivered, or known to be lost. */
  beginRun(deliveredBeforeMs: number, lost: string | undefined): void {
    this.drained = false;
    this.deliveredBefore = deliveredBeforeMs;
    this.lost ??= lost;
    this.write();
  }

  /** Written at most once a minute: a loss is a matter of hours. */
  markDelivered(deliveredBeforeMs: number): void {
    if (deliveredBeforeMs - (this.deliveredBefore ?? 0) < 60_000) return;
    this.deliveredBefore = deliveredBeforeMs;
    this.write();
  }

  markLost(reason: string): void {
    this.losses += 1;
    this.lost = reason;
    this.write();
  }

  /** Of this run; two losses may have one reason. */
  get lossCount(): number {
    return this.losses;
  }

  /** A backfill has made up for what was lost when it began, not for what was lost while it ran. */
  markRepaired(lossCount: number): void {
    if (lossCount !== this.losses) return;
    this.lost = undefined;
    this.write();
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
      ...(this.deliveredBefore === undefined ? {} : { deliveredBeforeMs: this.deliveredBefore }),
      ...(this.lost === undefined ? {} : { lost: this.lost }),
      shards: Object.fromEntries(this.shards),
    };
    writeFileAtomically(this.file, `${JSON.stringify(content, null, 2)}\n`);
  }
}
