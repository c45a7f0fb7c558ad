/** Items into a DynamoDB table by BatchWriteItem: in the order of the file for each key, in bounded memory. */
import { type AttributeValue, BatchWriteItemCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PipelineError } from '../errors';
import { dynamodbFailure, isRefusedInput, isThrottled } from './dynamodb-errors';

export interface WritableItem {
  readonly item: Record<string, AttributeValue>;
  /** The same text for the same key. */
  readonly key: string;
  readonly byteCount: number;
}

export interface ItemWriterOptions<Item extends WritableItem> {
  /** The table's name in AWS. */
  readonly tableName: string;
  /** Called for an item that DynamoDB refuses even when nothing else is in its request. */
  readonly onRefused: (item: Item) => Promise<void>;
  /** Requests in flight at once. */
  readonly parallelism?: number;
  /** How often the unprocessed part of one batch is sent, the first time included. */
  readonly maxAttempts?: number;
  /** For tests. */
  readonly wait?: (delayMs: number) => Promise<void>;
}

/** Of BatchWriteItem: 25 items and 16 MB a request; a byte may need six in JSON, so that less is asked for. */
const MAX_BATCH_ITEMS = 25;
const MAX_BATCH_BYTES = 2 * 1024 * 1024;

const FIRST_DELAY_MS = 50;
const MAX_DELAY_MS = 5_000;

const sleep = (delayMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, delayMs));

/**
 * Puts items. A request may not hold one key twice, and requests in flight have no order among them: so an item whose
 * key is being collected or in flight waits until that earlier item is written. The last one in the file wins.
 */
export class ItemWriter<Item extends WritableItem> {
  /** Items that DynamoDB took. */
  writtenCount = 0;
  private batch = new Map<string, Item>();
  private batchBytes = 0;
  private failure: unknown;
  private readonly inFlight = new Set<Promise<void>>();
  private readonly keysInFlight = new Map<string, Promise<void>>();
  private readonly parallelism: number;
  private readonly maxAttempts: number;
  private readonly wait: (delayMs: number) => Promise<void>;

  constructor(
    private readonly client: DynamoDBClient,
    private readonly options: ItemWriterOptions<Item>,
  ) {
    this.parallelism = options.parallelism ?? 8;
    this.maxAttempts = options.maxAttempts ?? 10;
    this.wait = options.wait ?? sleep;
  }

  /** Returns when there is room for more; throws what an earlier request failed with. */
  async add(item: Item): Promise<void> {
    const isFull = this.batch.size === MAX_BATCH_ITEMS || this.batchBytes + item.byteCount > MAX_BATCH_BYTES;
    if (isFull || this.batch.has(item.key)) await this.send();
    await this.keysInFlight.get(item.key);
    this.throwFailure();
    this.batch.set(item.key, item);
    this.batchBytes += item.byteCount;
  }

  /**
   * Returns when every item was written or refused.
   * @throws PipelineError WRITE_UNPROCESSED, SOURCE_UNAVAILABLE (retry) or SOURCE_NOT_READY, SOURCE_REFUSED (halt).
   * Items before it may be written; writing the file again puts the same items.
   */
  async finish(): Promise<void> {
    await this.send();
    await this.settle();
    this.throwFailure();
  }

  /** Waits for what is in flight, whatever comes of it. */
  async settle(): Promise<void> {
    await Promise.all(this.inFlight);
  }

  private throwFailure(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private async send(): Promise<void> {
    const items = [...this.batch.values()];
    this.batch = new Map();
    this.batchBytes = 0;
    if (items.length === 0) return;
    while (this.inFlight.size >= this.parallelism) await Promise.race(this.inFlight);
    this.throwFailure();
    const request = this.write(items).catch((error: unknown) => {
      this.failure ??= error;
    });
    this.inFlight.add(request);
    for (const item of items) this.keysInFlight.set(item.key, request);
    void request.then(() => {
      this.inFlight.delete(request);
      for (const item of items) this.keysInFlight.delete(item.key);
    });
  }

  private async write(items: readonly Item[]): Promise<void> {
    let left: Record<string, AttributeValue>[] = items.map(({ item }) => item);
    for (let attempt = 1; ; attempt += 1) {
      try {
        left = await this.put(left);
      } catch (error) {
        if (isRefusedInput(error)) return this.writeHalves(items);
        if (!isThrottled(error)) throw dynamodbFailure(error, this.options.tableName);
      }
      if (left.length === 0) break;
      if (attempt === this.maxAttempts) throw this.unprocessed(left.length);
      // Full jitter: parallel requests that were throttled together do not come back together.
      await this.wait(Math.random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt));
    }
    this.writtenCount += items.length;
  }

  /** One bad item makes DynamoDB refuse the whole request; halving finds it and writes the others. */
  private async writeHalves(items: readonly Item[]): Promise<void> {
    const [first] = items;
    if (first === undefined) return;
    if (items.length === 1) return this.options.onRefused(first);
    const middle = Math.ceil(items.length / 2);
    await this.write(items.slice(0, middle));
    await this.write(items.slice(middle));
  }

  /** @returns the items that DynamoDB did not process. */
  private async put(
    items: readonly Record<string, AttributeValue>[],
  ): Promise<Record<string, AttributeValue>[]> {
    const { tableName } = this.options;
    const answer = await this.client.send(
      new BatchWriteItemCommand({
        RequestItems: { [tableName]: items.map((Item) => ({ PutRequest: { Item } })) },
      }),
    );
    const unprocessed = answer.UnprocessedItems?.[tableName] ?? [];
    return unprocessed.flatMap(({ PutRequest }) => (PutRequest?.Item === undefined ? [] : [PutRequest.Item]));
  }

  private unprocessed(count: number): PipelineError {
    const { tableName } = this.options;
    return new PipelineError({
      code: 'WRITE_UNPROCESSED',
      disposition: 'retry',
      message: `${tableName} left ${count} items of a batch unprocessed, also at attempt ${this.maxAttempts}. The table is throttled; its capacity or its on-demand limit is too low, or one partition is too hot.`,
      context: { tableName, unprocessedCount: count, attempts: this.maxAttempts },
    });
  }
}
