/**
 * Reads one shard from its checkpoint to its end. A batch is complete when it has the batch size, when the window
 * since its first record has passed, when it would exceed what Lambda takes, or when the shard ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { StreamMappingEvent } from '../../../runtime/ports/stream-mapping';
import { type DeliveryPolicy, type DeliveryPorts, type DiscardedBatch, deliverBatch } from './deliver-batch';
import { shardPositionLost } from './shard-lineage';
import type { StreamCheckpoints } from './stream-checkpoints';
import { buildEventRecord, type StreamEventRecord } from './stream-event';
import type { StreamPage, StreamSource } from './stream-source';

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
  private notBeforeMs = 0;
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
      else if (isAtEnd && this.buffer.length === 0) return this.finish();
      else await this.pause();
    }
  }

  /** Trimmed records do not matter when all were read: after a drained stop, or when the last read found nothing. */
  private async open(nothingMissed: boolean): Promise<string> {
    const iterator = await this.source.openIterator(this.shardId, this.position);
    return iterator === 'trimmed' ? this.openAtHorizon(nothingMissed) : iterator;
  }

  private async openAtHorizon(nothingMissed: boolean): Promise<string> {
    if (!nothingMissed && this.position !== undefined) {
      throw shardPositionLost(this.options.streamArn, this.shardId, 'lost records that were not read');
    }
    const iterator = await this.source.openIterator(this.shardId, undefined);
    if (iterator !== 'trimmed') return iterator;
    throw shardPositionLost(this.options.streamArn, this.shardId, 'cannot be read any more');
  }

  private async read(iterator: string): Promise<string | undefined> {
    const startedAt = performance.now();
    const startedAtMs = Date.now();
    const limit = Math.min(PAGE_RECORDS, this.options.batchSize - this.buffer.length);
    const page: StreamPage | 'expired' | 'trimmed' = await this.source.readPage(iterator, limit);
    if (page === 'expired') return this.open(this.caughtUpAt !== undefined);
    if (page === 'trimmed') return this.openAtHorizon(this.caughtUpAt !== undefined);
    const { eventSourceArn, region } = this.options;
    const origin = {
      eventSourceArn,
      region,
      generation: this.generation,
      notBeforeMs: this.notBeforeMs,
    };
    for (const record of page.records) this.take(buildEventRecord(record, origin));
    // A page that is not full was read to the end: what comes later was written later.
    if (page.records.length < limit) this.notBeforeMs = startedAtMs;
    if (page.records.length === 0 && this.buffer.length === 0) this.caughtUpAt = startedAt;
    return page.nextIterator;
  }

  private take(record: StreamEventRecord): void {
    if (this.position !== undefined && record.shardSequenceNumber <= this.position) return;
    if (this.buffer.length === 0) this.windowEndsAt = performance.now() + this.options.batchWindowMs;
    this.buffer.push(record);
    this.position = record.shardSequenceNumber;
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
      // In AWS a mapping never sleeps; the time that the laptop was off is nobody's delay.
      ageMs: ({ createdAtMs }) => Date.now() - Math.max(createdAtMs, this.startedAtMs),
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
