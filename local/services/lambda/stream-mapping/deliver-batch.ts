/**
 * One batch of stream records through one function, as a Lambda event source mapping does it (AWS Lambda developer
 * guide, "Configuring partial batch response with DynamoDB and Lambda" and "Error handling").
 *
 * 1. Records past the age limit are discarded.
 * 2. The function is invoked with the batch.
 * 3. What it took is committed: all of it, or the records before the first one that it reports as failed.
 * 4. The rest is tried again: from the reported record on; or, when the function failed, halved while bisecting is on
 *    and there is something to halve; or as it is, up to the retry limit. A batch whose first record is reported is
 *    cut there, so before its first record: it stays whole.
 * 5. What exceeds the retry limit is discarded.
 *
 * Discarding sends a message to the on-failure destination, then commits. Stopped before a commit, the same
 * records are delivered again: at least once, always in order.
 */
import type { DiscardReason } from '../../../runtime/ports/stream-mapping';
import type { StreamEventRecord } from './stream-event';

export interface DeliveryPolicy {
  readonly bisectOnError: boolean;
  /** Undefined: until the records are too old. */
  readonly retryLimit: number | undefined;
  readonly ageLimitMs: number | undefined;
  /** `ReportBatchItemFailures` is on. */
  readonly partialResponses: boolean;
}

export interface DiscardedBatch {
  readonly shardId: string;
  readonly records: readonly StreamEventRecord[];
  readonly reason: DiscardReason;
  readonly invokeCount: number;
}

export interface DeliveryPorts {
  /** Gives the function's answer. @throws when the function failed. */
  readonly invoke: (records: readonly StreamEventRecord[]) => Promise<unknown>;
  /** All records up to this one are done with; durable when it returns. */
  readonly commit: (last: StreamEventRecord) => void;
  readonly discard: (
    records: readonly StreamEventRecord[],
    reason: DiscardReason,
    invokeCount: number,
  ) => Promise<void>;
  readonly ageMs: (record: StreamEventRecord) => number;
  /** Told of each failure before the next try. `invokeCount` counts tries of just these records. @throws to stop trying. */
  readonly failed: (records: readonly StreamEventRecord[], error: unknown, invokeCount: number) => void;
  /** @throws to stop trying. */
  readonly waitBeforeRetry: (invokeCount: number) => Promise<void>;
}

/** Returns when every record is committed. @throws what a port throws. */
export async function deliverBatch(
  records: readonly StreamEventRecord[],
  policy: DeliveryPolicy,
  ports: DeliveryPorts,
): Promise<void> {
  const waiting: (readonly StreamEventRecord[])[] = [records];
  for (let batch = waiting.pop(); batch !== undefined; batch = waiting.pop()) {
    waiting.push(...(await deliverOnce(batch, policy, ports)).reverse());
  }
}

/** Delivers a batch until something changes about it; gives what is left, in order. */
async function deliverOnce(
  batch: readonly StreamEventRecord[],
  policy: DeliveryPolicy,
  ports: DeliveryPorts,
): Promise<(readonly StreamEventRecord[])[]> {
  for (let invokeCount = 1; ; invokeCount += 1) {
    const young = await discardOld(batch, policy, ports, invokeCount - 1);
    if (young.length < batch.length) return young.length === 0 ? [] : [young];
    const { taken, isReported } = await invokeCounting(batch, policy, ports, invokeCount);
    if (taken > 0) {
      ports.commit(batch[taken - 1]!);
      return taken < batch.length ? [batch.slice(taken)] : [];
    }
    if (policy.bisectOnError && !isReported && batch.length > 1) {
      const middle = Math.ceil(batch.length / 2);
      return [batch.slice(0, middle), batch.slice(middle)];
    }
    if (policy.retryLimit !== undefined && invokeCount > policy.retryLimit) {
      await discard(batch, 'RetryAttemptsExhausted', ports, invokeCount);
      return [];
    }
    await ports.waitBeforeRetry(invokeCount);
  }
}

/** How many records from the front were taken, and whether the function named the first one that was not. */
async function invokeCounting(
  batch: readonly StreamEventRecord[],
  policy: DeliveryPolicy,
  ports: DeliveryPorts,
  invokeCount: number,
): Promise<{ readonly taken: number; readonly isReported: boolean }> {
  try {
    const response = await ports.invoke(batch);
    const taken = policy.partialResponses ? countTaken(batch, response) : batch.length;
    if (taken < batch.length) {
      const at = batch[taken]!.sequenceNumber;
      ports.failed(batch.slice(taken), new Error(`the function reported a failure at ${at}`), invokeCount);
    }
    return { taken, isReported: taken > 0 || isFirstReported(batch, response) };
  } catch (error) {
    ports.failed(batch, error, invokeCount);
    return { taken: 0, isReported: false };
  }
}

/** Unreadable answers and unknown identifiers mean that the whole batch failed; no list means that none did. */
export function countTaken(batch: readonly StreamEventRecord[], response: unknown): number {
  if (typeof response !== 'object' || response === null) return batch.length;
  const { batchItemFailures: failures } = response as { batchItemFailures?: unknown };
  if (failures === undefined || failures === null) return batch.length;
  if (!Array.isArray(failures)) return 0;
  const positions = failures.map((failure: unknown) => {
    const identifier = (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier;
    return batch.findIndex(({ sequenceNumber }) => sequenceNumber === identifier);
  });
  return positions.includes(-1) ? 0 : Math.min(batch.length, ...positions);
}

/** An answer that cannot be read is a failure of the function, not a report. */
function isFirstReported(batch: readonly StreamEventRecord[], response: unknown): boolean {
  const { batchItemFailures: failures } = response as { batchItemFailures?: unknown };
  if (!Array.isArray(failures)) return false;
  const identifiers = failures.map(
    (failure: unknown) => (failure as { itemIdentifier?: unknown } | null)?.itemIdentifier,
  );
  return identifiers.every((identifier) => batch.some(({ sequenceNumber }) => sequenceNumber === identifier));
}

async function discardOld(
  batch: readonly StreamEventRecord[],
  { ageLimitMs }: DeliveryPolicy,
  ports: DeliveryPorts,
  invokeCount: number,
): Promise<readonly StreamEventRecord[]> {
  if (ageLimitMs === undefined) return batch;
  const firstYoung = batch.findIndex((record) => ports.ageMs(record) <= ageLimitMs);
  const oldCount = firstYoung === -1 ? batch.length : firstYoung;
  if (oldCount > 0) await discard(batch.slice(0, oldCount), 'RecordAgeExceeded', ports, invokeCount);
  return batch.slice(oldCount);
}

async function discard(
  batch: readonly StreamEventRecord[],
  reason: DiscardReason,
  ports: DeliveryPorts,
  invokeCount: number,
): Promise<void> {
  await ports.discard(batch, reason, invokeCount);
  ports.commit(batch[batch.length - 1]!);
}
