/**
 * Reads one shard from its checkpoint to its end. A batch is complete when it has the batch size, when the window
 * since its first record has passed, when it would exceed what Lambda takes, or when the shard ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PipelineError } from '../../../../pipeline/errors';
import type { StreamMappingEvent } from '../../../runtime/ports/stream-mapping';
import { type DeliveryPolicy, type DeliveryPorts, type DiscardedBatch, deliverBatch } from './deliver-batch';
import { shardPositionLost } from './shard-lineage';
import type { StreamCheckpoints } from './stream-checkpoints';
import { buildEventRecord, type StreamEventRecord } from './stream-event';
import type { StreamPage, StreamSource } from './stream-source';
import type { JumpCheck, ReadNumbers } from './trimmed-records';

export interface ShardReaderOptions {
  readonly streamArn: string;
  readonly eventSourceArn: string;
  readonly region: string;
  readonly batchSize: number;
  readonly batchWindowMs: number;
  readonly policy: DeliveryPolicy;
  readonly invoke: (event: unknown) => Promise<unknown>;
  readonly sendToFailureDestination?: (message: DiscardedBatch) => Promise<void>;
  readonly onEvent?: (event: StreamMappingEvent) => void;
  readonly retryDelayMs?: (invokeCount: number) => number;
  readonly signal: AbortSignal;
  /** Batch windows are closed at once. */
  readonly isHurried: () => boolean;
  readonly readNumbers: ReadNumbers;
  readonly jump: JumpCheck;
  /** The last record of the parent, where one was read. */
  readonly parentPosition: string | undefined;
}

/** Lambda polls a stream four times a second (AWS Lambda developer guide, DynamoDB streams). */
const POLL_EVERY_MS = 250;
const HURRIED_POLL_EVERY_MS = 25;
/** Lambda takes 6 MB an event; the list around the records needs a little. */
const EVENT_BYTES = 6 * 1024 * 1024 - 1024;
/** GetRecords gives at most 1,000. */
const PAGE_RECORDS = 1_000;

export class ShardReader {
  /** When a read last found nothing while nothing waited for delivery, on the monotonic clock. */
  caughtUpAt: number | undefined;
  /** When the last read that left nothing unread began: by the time of day, and on the monotonic clock. */
  private notBefore = { timeMs: 0, at: performance.now() };
  private readonly buffer: StreamEventRecord[] = [];
  private windowEndsAt = 0;
  /** Last record read, delivered or not. */
  private position: string | undefined;
  private readonly startedAtMs = Date.now();

  constructor(
    private readonly shardId: string,
    private readonly generation: number,
    private readonly source: StreamSource,
    private readonly checkpoints: StreamCheckpoints,
    private readonly options: ShardReaderOptions,
  ) {}

  /** Returns when the shard is finished or the mapping stops. @throws PipelineError POSITION_LOST */
  async run(): Promise<void> {
    const { signal } = this.options;
    const kept = this.checkpoints.get(this.shardId);
    const { generation } = this;
    if (kept === undefined) this.checkpoints.save(this.shardId, { finished: false, generation });
    this.position = kept?.sequenceNumber;
    let iterator: string | undefined = await this.open(this.checkpoints.wasDrained);
    while (!signal.aborted) {
      if (iterator !== undefined && this.buffer.length < this.options.batchSize) {
        iterator = await this.read(iterator);
      }
      const isAtEnd = iterator === undefined;
      if (this.isBatchComplete(isAtEnd)) await this.deliver();
      else if (!isAtEnd || this.buffer.length > 0) await this.pause();
      else if (this.options.jump.verdictAtEnd() === 'read on') return this.finish();
      else iterator = await this.reopenLater();
    }
  }

  /** Trimmed records do not matter after a drained stop: nobody wrote since. */
  private async open(nothingMissed: boolean): Promise<string> {
    const iterator = await this.source.openIterator(this.shardId, this.position);
    if (iterator !== 'trimmed') return iterator;
    if (!nothingMissed && this.position !== undefined) throw this.recordsLost();
    return this.openAtHorizon();
  }

  /** The clock moved, since iterators live for 15 minutes. */
  private async reopen(): Promise<string> {
    this.beginJump();
    const iterator = await this.source.openIterator(this.shardId, this.position);
    return iterator === 'trimmed' ? this.openAtHorizon() : iterator;
  }

  private jumpToHorizon(): Promise<string> {
    this.beginJump();
    return this.openAtHorizon();
  }

  /** Whether a record was missed shows when the next one comes. */
  private beginJump(): void {
    this.options.jump.begin({
      isAnyUnread: this.caughtUpAt === undefined && this.position !== undefined,
    });
  }

  private async reopenLater(): Promise<string> {
    await this.pause();
    return this.reopen();
  }

  private async openAtHorizon(): Promise<string> {
    const iterator = await this.source.openIterator(this.shardId, undefined);
    if (iterator !== 'trimmed') return iterator;
    throw shardPositionLost(this.options.streamArn, this.shardId, 'cannot be read any more');
  }

  private async read(iterator: string): Promise<string | undefined> {
    const startedAt = performance.now();
    const startedAtMs = Date.now();
    const limit = Math.min(PAGE_RECORDS, this.options.batchSize - this.buffer.length);
    const page: StreamPage | 'expired' | 'trimmed' = await this.source.readPage(iterator, limit);
    if (page === 'expired') return this.reopen();
    if (page === 'trimmed') return this.jumpToHorizon();
    const { eventSourceArn, region } = this.options;
    const { generation, notBefore } = this;
    const origin = { eventSourceArn, region, generation, notBefore };
    const fresh = page.records.map((record) => buildEventRecord(record, origin)).filter(this.isUnread);
    const { jump, parentPosition } = this.options;
    const hasJumped = jump.seeClock();
    const verdict = jump.verdictOn(this.position ?? parentPosition, fresh[0]?.shardSequenceNumber);
    if (verdict === 'lost') throw this.recordsLost();
    if (verdict === 'retry') return this.reopenLater();
    for (const record of fresh) this.take(record);
    // This page may be from before the jump, the next one not.
    if (hasJumped) jump.begin({ isAnyUnread: false });
    // A page that is not full was read to the end: what comes later was written later.
    if (page.records.length < limit) this.notBefore = { timeMs: startedAtMs, at: startedAt };
    if (page.records.length === 0 && this.buffer.length === 0) this.caughtUpAt = startedAt;
    return page.nextIterator;
  }

  private readonly isUnread = ({ shardSequenceNumber }: StreamEventRecord): boolean =>
    this.position === undefined || shardSequenceNumber > this.position;

  private recordsLost(): PipelineError {
    return shardPositionLost(this.options.streamArn, this.shardId, 'lost records that were not read');
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
      commit: ({ shardSequenceNumber }) =>
        this.checkpoints.save(this.shardId, {
          sequenceNumber: shardSequenceNumber,
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
    const { sequenceNumber } = this.checkpoints.get(this.shardId) ?? {};
    this.checkpoints.save(this.shardId, {
      finished: true,
      generation: this.generation,
      ...(sequenceNumber === undefined ? {} : { sequenceNumber }),
    });
  }

  private async pause(): Promise<void> {
    const everyMs = this.options.isHurried() ? HURRIED_POLL_EVERY_MS : POLL_EVERY_MS;
    await sleep(everyMs, undefined, { signal: this.options.signal }).catch(() => undefined);
  }
}

const defaultRetryDelayMs = (invokeCount: number): number => Math.min(30_000, 200 * 2 ** (invokeCount - 1));

const byteCountOf = (records: readonly StreamEventRecord[]): number =>
  records.reduce((sum, { byteCount }) => sum + byteCount + 1, 0);
