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

/** So many versions of items wait for one request at most, however small they are. */
const MAX_BATCH_VERSIONS = 1000;

/** The items of one key that wait for a request: only the last one is sent. */
type Versions<Item> = readonly [last: Item, ...superseded: Item[]];

/**
 * Puts items. The last one in the file wins: requests in flight have no order among them, so a request waits until
 * earlier ones with a key of its own are answered.
 *
 * A request may not hold one key twice. Of the items of one key that wait together only the last is sent: a put
 * replaces the whole item, so what is left is the same as if all were put one after the other, and 20,000 of one key
 * are not 20,000 requests. A stream then has no records of the versions between. Those are kept until the last one is
 * taken: if DynamoDB refuses that one, the one before it is put.
 */
export class ItemWriter<Item extends WritableItem> {
  /** Items that DynamoDB took, those that a later one of the same request superseded included. */
  writtenCount = 0;
  private batch = new Map<string, Versions<Item>>();
  private versionCount = 0;
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
    const isFull =
      (this.batch.size === MAX_BATCH_ITEMS && !this.batch.has(item.key)) ||
      this.versionCount === MAX_BATCH_VERSIONS ||
      this.batchBytes + item.byteCount > MAX_BATCH_BYTES;
    if (isFull) await this.send();
    this.throwFailure();
    this.batch.set(item.key, [item, ...(this.batch.get(item.key) ?? [])]);
    this.versionCount += 1;
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
    const batch = this.batch;
    this.batch = new Map();
    this.versionCount = 0;
    this.batchBytes = 0;
    if (batch.size === 0) return;
    for (const key of batch.keys()) await this.keysInFlight.get(key);
    while (this.inFlight.size >= this.parallelism) await Promise.race(this.inFlight);
    this.throwFailure();
    const request = this.write([...batch.values()]).catch((error: unknown) => {
      this.failure ??= error;
    });
    this.inFlight.add(request);
    for (const key of batch.keys()) this.keysInFlight.set(key, request);
    void request.then(() => {
      this.inFlight.delete(request);
      for (const key of batch.keys()) {
        if (this.keysInFlight.get(key) === request) this.keysInFlight.delete(key);
      }
    });
  }

  private async write(batch: readonly Versions<Item>[]): Promise<void> {
    let left: Record<string, AttributeValue>[] = batch.map(([{ item }]) => item);
    for (let attempt = 1; ; attempt += 1) {
      try {
        left = await this.put(left);
      } catch (error) {
        if (isRefusedInput(error)) return this.writeHalves(batch);
        if (!isThrottled(error)) throw dynamodbFailure(error, this.options.tableName);
      }
      if (left.length === 0) break;
      if (attempt === this.maxAttempts) throw this.unprocessed(left.length);
      // Full jitter: parallel requests that were throttled together do not come back together.
      await this.wait(Math.random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt));
    }
    this.writtenCount += batch.reduce((count, versions) => count + versions.length, 0);
  }

  /** One bad item makes DynamoDB refuse the whole request; halving finds it and writes the others. */
  private async writeHalves(batch: readonly Versions<Item>[]): Promise<void> {
    const [versions] = batch;
    if (versions === undefined) return;
    if (batch.length === 1) {
      const [refused, before, ...earlier] = versions;
      await this.options.onRefused(refused);
      if (before !== undefined) await this.write([[before, ...earlier]]);
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await this.write(batch.slice(0, middle));
    await this.write(batch.slice(middle));
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
