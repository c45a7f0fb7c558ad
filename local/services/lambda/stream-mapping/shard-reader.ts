/**
 * Reads one shard from its checkpoint to its end. A batch is complete when it has the batch size, when the window
 * since its first record has passed, when it would exceed what Lambda takes, or when the shard ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type DeliveryPorts, deliverBatch } from './deliver-batch';
import type { MappingReaderOptions } from './mapping-reader-options';
import { whyShardLost } from './shard-lineage';
import type { ShardCheckpoint, StreamCheckpoints } from './stream-checkpoints';
import { buildEventRecord, type StreamEventRecord } from './stream-event';
import type { StreamPage, StreamSource } from './stream-source';
import type { JumpCheck } from './trimmed-records';

export interface ShardReaderOptions extends MappingReaderOptions {
  readonly signal: AbortSignal;
  /** Batch windows are closed at once. */
  readonly isHurried: () => boolean;
  /** The shard gets no more records. */
  readonly isClosed: () => boolean;
  readonly jump: JumpCheck;
  /** The last record of the parent, where this run read it or found it again. */
  readonly parentPosition: string | undefined;
  /** Records are gone that were not read; what is left is read on. */
  readonly onLost: (reason: string) => void;
}

/** Lambda polls a stream four times a second (AWS Lambda developer guide, DynamoDB streams). */
const POLL_EVERY_MS = 250;
const HURRIED_POLL_EVERY_MS = 25;
/** All readers together poll at most so often: hundreds of idle streams must not take the machine. */
const SHARED_POLL_MS = 10;
let liveReaders = 0;
/** Lambda takes 6 MB an event; the list around the records needs a little. */
const EVENT_BYTES = 6 * 1024 * 1024 - 1024;
/** How long an iterator of a shard without records is used: after everything was trimmed, numbers begin before it. */
const RENEW_ITERATOR_MS = 2_000;
/** GetRecords gives at most 1,000. */
const PAGE_RECORDS = 1_000;

export class ShardReader {
  /** When a read last found nothing while nothing waited for delivery, on the monotonic clock. */
  caughtUpAt: number | undefined;
  /** When the last read that left nothing unread began: by the time of day, and on the monotonic clock. */
  private notBefore = { timeMs: 0, at: performance.now() };
  private readonly buffer: StreamEventRecord[] = [];
  private windowEndsAt = 0;
  /** Last record that this run read, delivered or not, or that it found again at its start. */
  position: string | undefined;
  private iteratorOpenedAt = 0;
  private isAtOldest = false;
  private readonly startedAtMs = Date.now();

  constructor(
    private readonly shardId: string,
    private readonly generation: number,
    private readonly source: StreamSource,
    private readonly checkpoints: StreamCheckpoints,
    private readonly options: ShardReaderOptions,
  ) {}

  /** Returns when the shard is finished or the mapping stops. */
  async run(): Promise<void> {
    liveReaders += 1;
    await this.readShard().finally(() => {
      liveReaders -= 1;
    });
  }

  private async readShard(): Promise<void> {
    const { signal } = this.options;
    const kept = this.checkpoints.get(this.shardId);
    const { generation } = this;
    if (kept === undefined) this.checkpoints.save(this.shardId, { finished: false, generation });
    let iterator = await this.openAtStart(kept);
    while (!signal.aborted) {
      if (iterator !== undefined && this.buffer.length < this.options.batchSize) {
        iterator = this.isStale() ? await this.openAtHorizon() : iterator;
        if (iterator !== undefined) iterator = await this.read(iterator);
      }
      const isAtEnd = iterator === undefined;
      if (this.isBatchComplete(isAtEnd)) await this.deliver();
      else if (!isAtEnd || this.buffer.length > 0) await this.pause();
      else if (this.options.jump.verdictAtEnd() === 'read on') return this.finish();
      else iterator = await this.reopenLater();
    }
  }

  /**
   * After the last delivered record, when the stream still has that very record. Otherwise all that is left came later:
   * it is read from the oldest on, and whether something was missed is known from the time (`whyPossiblyLost`).
   */
  private async openAtStart(kept: ShardCheckpoint | undefined): Promise<string | undefined> {
    const { sequenceNumber, eventId } = kept ?? {};
    const after =
      sequenceNumber === undefined || eventId === undefined
        ? undefined
        : await this.source.openAfter(this.shardId, { sequenceNumber, eventId });
    if (after === undefined) return this.openAtHorizon();
    this.position = sequenceNumber;
    return after === 'ended' ? undefined : after.iterator;
  }

  /** Only before the shard's first record: after one, numbers grow as long as the shard lives. */
  private isStale(): boolean {
    if (this.position !== undefined) return false;
    return this.options.isHurried() || performance.now() - this.iteratorOpenedAt > RENEW_ITERATOR_MS;
  }

  /** The clock moved, since iterators live for 15 minutes. */
  private async reopen(): Promise<string | undefined> {
    this.beginJump();
    const iterator = await this.source.openIterator(this.shardId, this.position);
    if (iterator === 'trimmed') return this.openAtHorizon();
    this.isAtOldest = this.position === undefined;
    return iterator;
  }

  /**
   * When even the oldest record is trimmed, a closed shard has nothing left; an open one has nothing yet. DynamoDB Local
   * answers so for a new shard too, so it is no sign of a jump: the clock itself is.
   */
  private async jumpToHorizon(): Promise<string | undefined> {
    if (!this.isAtOldest) this.beginJump();
    else if (this.options.isClosed()) return undefined;
    else {
      if (this.buffer.length === 0) this.caughtUpAt = this.iteratorOpenedAt;
      await this.pause();
    }
    return this.openAtHorizon();
  }

  /** Whether a record was missed shows when the next one comes. */
  private beginJump(): void {
    this.options.jump.begin({
      isAnyUnread: this.caughtUpAt === undefined && this.position !== undefined,
    });
  }

  private async reopenLater(): Promise<string | undefined> {
    await this.pause();
    return this.reopen();
  }

  /** Undefined when the stream no longer knows the shard. */
  private async openAtHorizon(): Promise<string | undefined> {
    this.iteratorOpenedAt = performance.now();
    this.isAtOldest = true;
    const iterator = await this.source.openIterator(this.shardId, undefined);
    if (iterator !== 'trimmed') return iterator;
    this.nameLost('cannot be read any more');
    return undefined;
  }

  private async read(iterator: string): Promise<string | undefined> {
    const startedAt = performance.now();
    const startedAtMs = Date.now();
    const limit = Math.min(PAGE_RECORDS, this.options.batchSize - this.buffer.length);
    const page: StreamPage | 'expired' | 'trimmed' = await this.source.readPage(iterator, limit);
    const { jump, parentPosition } = this.options;
    const hasJumped = jump.seeClock();
    if (page === 'expired') return this.reopen();
    if (page === 'trimmed') return this.jumpToHorizon();
    const { eventSourceArn, region } = this.options;
    const { generation, notBefore } = this;
    const origin = { eventSourceArn, region, generation, notBefore };
    const fresh = page.records.map((record) => buildEventRecord(record, origin)).filter(this.isUnread);
    const verdict = jump.verdictOn(this.position ?? parentPosition, fresh[0]?.shardSequenceNumber);
    if (verdict === 'lost') this.nameLost('lost records that were not read');
    if (verdict === 'retry') return this.reopenLater();
    for (const record of fresh) this.take(record);
    // This page may be from before the jump, the next one not.
    if (hasJumped) jump.begin({ isAnyUnread: false });
    // A page that is not full was read to the end: what comes later was written later.
    if (page.records.length < limit) this.notBefore = { timeMs: startedAtMs, at: startedAt };
    // Before its first record, an iterator tells only of the time when it was taken.
    if (page.records.length === 0 && this.buffer.length === 0)
      this.caughtUpAt = this.position === undefined ? this.iteratorOpenedAt : startedAt;
    if (page.records.length > 0) this.isAtOldest = false;
    return page.nextIterator;
  }

  private readonly isUnread = ({ shardSequenceNumber }: StreamEventRecord): boolean =>
    this.position === undefined || shardSequenceNumber > this.position;

  private nameLost(what: string): void {
    this.options.jump.end();
    this.options.onLost(whyShardLost(this.options.streamArn, this.shardId, what));
  }

  private take(record: StreamEventRecord): void {
    if (this.buffer.length === 0) this.windowEndsAt = performance.now() + this.options.batchWindowMs;
    this.buffer.push(record);
    this.position = record.shardSequenceNumber;
    this.options.readNumbers.add(record.shardSequenceNumber);
    this.caughtUpAt = undefined;
  }

  private isBatchComplete(isAtEnd: boolean): boolean {
    if (this.buffer.length === 0) return false;
    const { batchSize, isHurried } = this.options;
    if (isAtEnd || isHurried() || this.buffer.length >= batchSize) return true;
    return performance.now() >= this.windowEndsAt || byteCountOf(this.buffer) > EVENT_BYTES;
  }

  private async deliver(): Promise<void> {
    let count = 0;
    let bytes = 0;
    for (const record of this.buffer) {
      bytes += record.byteCount + 1;
      if (count > 0 && bytes > EVENT_BYTES) break;
      count += 1;
    }
    const batch = this.buffer.slice(0, count);
    try {
      await deliverBatch(batch, this.options.policy, this.ports());
    } catch (error) {
      if (this.options.signal.aborted) return;
      throw error;
    }
    this.buffer.splice(0, count);
    this.options.onEvent?.({ type: 'delivered', records: batch.length });
  }

  private ports(): DeliveryPorts {
    const {
      invoke,
      onEvent,
      sendToFailureDestination,
      signal,
      retryDelayMs = defaultRetryDelayMs,
    } = this.options;
    return {
      invoke: (records) => {
        signal.throwIfAborted();
        return invoke({ Records: records.map(({ json }) => json) });
      },
      commit: ({ shardSequenceNumber, eventId }) =>
        this.checkpoints.save(this.shardId, {
          sequenceNumber: shardSequenceNumber,
          eventId,
          finished: false,
          generation: this.generation,
        }),
      discard: async (records, reason, invokeCount) => {
        await sendToFailureDestination?.({ shardId: this.shardId, records, reason, invokeCount });
        onEvent?.({ type: 'discarded', records: records.length, reason });
      },
      // In AWS a mapping never sleeps; the time that the laptop was off is nobody's delay. Nor is a clock that was set.
      ageMs: ({ createdAtMs, notBeforeAt }) =>
        Math.min(Date.now() - Math.max(createdAtMs, this.startedAtMs), performance.now() - notBeforeAt),
      failed: (records, error, invokeCount) => {
        // What a stop interrupted is neither halved nor discarded: it is delivered again at the next start.
        signal.throwIfAborted();
        const message = error instanceof Error ? error.message : String(error);
        onEvent?.({ type: 'function-failed', records: records.length, invokeCount, message });
      },
      waitBeforeRetry: (invokeCount) => sleep(retryDelayMs(invokeCount), undefined, { signal }),
    };
  }

  private finish(): void {
    const { generation } = this;
    this.checkpoints.save(this.shardId, {
      ...this.checkpoints.get(this.shardId),
      finished: true,
      generation,
    });
  }

  private async pause(): Promise<void> {
    const wantedMs = this.options.isHurried() ? HURRIED_POLL_EVERY_MS : POLL_EVERY_MS;
    const everyMs = Math.max(wantedMs, liveReaders * SHARED_POLL_MS);
    await sleep(everyMs, undefined, { signal: this.options.signal }).catch(() => undefined);
  }
}

const defaultRetryDelayMs = (invokeCount: number): number => Math.min(30_000, 200 * 2 ** (invokeCount - 1));

const byteCountOf = (records: readonly StreamEventRecord[]): number =>
  records.reduce((sum, { byteCount }) => sum + byteCount + 1, 0);
