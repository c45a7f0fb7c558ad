/** A table of histories that is one of DynamoDB Local: its items, its clock, its stream, read by the mapping's twin. */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import {
  DeleteItemCommand,
  DeleteTableCommand,
  PutItemCommand,
  ScanCommand,
  UpdateTableCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import type { DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { dynamodbLocalClientConfig } from '../../local/runtime/ports/dynamodb-local';
import {
  type RunningMapping,
  startStreamMapping,
} from '../../local/services/lambda/stream-mapping/stream-mapping';
import { ReadNumbers } from '../../local/services/lambda/stream-mapping/trimmed-records';
import type { Item } from '../../pipeline/dynamodb/attribute-value';
import { type DescribedSource, describeSource } from '../../pipeline/dynamodb/describe-source';
import type { DynamodbBed } from './dynamodb-bed';
import type { MovedClock } from './moved-clock';
import { TableSource } from './table-source';

const TableName = 'cdc-dev-trades';
const DRAIN = { timeoutMs: 60_000 };

export interface LocalTableOptions {
  readonly dynamodb: DynamodbBed;
  readonly clock: MovedClock;
  readonly folder: string;
  readonly keepsExpired: boolean;
}

/** What is asked of it is remembered, and done in that order when the pipeline comes to look. */
export class LocalTableSource extends TableSource {
  private waiting: (() => Promise<unknown>)[] = [];
  private mapping: RunningMapping | undefined;
  private readonly readNumbers = new ReadNumbers();
  /** What the mapping gave its function, in the order of the stream. */
  private taken: DynamoDBRecord[] = [];
  /** Of each record of the model, the one that the stream has; none for a put that changed nothing. */
  private readonly real = new Map<string, DynamoDBRecord>();
  /** Changes of this stream, oldest first. */
  private changed: string[] = [];
  private movedSeconds = 0;

  private constructor(private readonly local: LocalTableOptions) {
    super({ roundedToMs: 60_000, keepsExpired: local.keepsExpired });
  }

  /** The table is made again, empty. The clock only goes forward: a stream of before is not newer. */
  static async start(local: LocalTableOptions): Promise<LocalTableSource> {
    const source = new LocalTableSource(local);
    source.movedSeconds = clockOf.get(local.clock) ?? 0;
    await source.makeAgain();
    return source;
  }

  override async stop(): Promise<void> {
    await this.mapping?.stop();
    clockOf.set(this.local.clock, this.movedSeconds);
  }

  override pass(seconds: number): void {
    super.pass(seconds);
    this.later(async () => {
      // What nobody is to read in time is read all the same: that it was lost is the model's.
      await this.pair();
      this.movedSeconds += seconds;
      this.local.clock.moveBy(this.movedSeconds);
    });
  }

  override put(id: string, after: Item): DynamoDBRecord {
    const before = this.live.get(id);
    const record = super.put(id, after);
    const Item = { id: { S: id }, ...after } as never;
    const isChange = !isDeepStrictEqual(before, Item);
    this.later(() => this.write(new PutItemCommand({ TableName, Item }), isChange ? record : undefined));
    return record;
  }

  override remove(id: string, how: { readonly isExpiry: boolean }): DynamoDBRecord | undefined {
    const record = super.remove(id, how);
    const Key = { id: { S: id } };
    this.later(() => this.write(new DeleteItemCommand({ TableName, Key }), record));
    return record;
  }

  override recreate(): void {
    super.recreate();
    this.later(() => this.makeAgain());
  }

  override renewStream(): void {
    super.renewStream();
    this.later(async () => {
      await this.endStream();
      const { client } = this.local.dynamodb;
      for (const StreamEnabled of [false, true])
        await client.send(
          new UpdateTableCommand({
            TableName,
            StreamSpecification: {
              StreamEnabled,
              ...(StreamEnabled ? { StreamViewType: 'NEW_AND_OLD_IMAGES' } : {}),
            },
          }),
        );
      await this.beginReading();
    });
  }

  override async describe(): Promise<DescribedSource> {
    await this.settle();
    return describeSource(this.local.dynamodb.client, TableName);
  }

  override async scan(isWanted: (item: Item) => boolean): Promise<readonly Item[]> {
    await this.settle();
    const { Items = [] } = await this.local.dynamodb.client.send(new ScanCommand({ TableName }));
    return (Items as unknown as Item[]).filter(isWanted);
  }

  override async settle(): Promise<void> {
    const { waiting } = this;
    this.waiting = [];
    for (const work of waiting) await work();
    if (waiting.length > 0) await this.pair();
  }

  /** An expiry is a deletion here, whose record says who did it. */
  override asDelivered(records: readonly DynamoDBRecord[]): readonly DynamoDBRecord[] {
    return records.flatMap(({ eventID = '', userIdentity }) => {
      const real = this.real.get(eventID);
      if (real === undefined) return [];
      return userIdentity === undefined ? real : { ...real, userIdentity };
    });
  }

  private later(work: () => Promise<unknown>): void {
    this.waiting.push(work);
  }

  private async write(
    command: PutItemCommand | DeleteItemCommand,
    record: DynamoDBRecord | undefined,
  ): Promise<void> {
    await this.local.dynamodb.client.send(command as PutItemCommand);
    if (record?.eventID !== undefined) this.changed.push(record.eventID);
  }

  private async makeAgain(): Promise<void> {
    await this.endStream();
    await this.local.dynamodb.client.send(new DeleteTableCommand({ TableName }));
    await this.local.dynamodb.createTable(TableName);
    await this.beginReading();
  }

  private async endStream(): Promise<void> {
    if (this.mapping === undefined) return;
    await this.pair();
    await this.mapping.stop();
    this.taken = [];
    this.changed = [];
  }

  private async beginReading(): Promise<void> {
    const { dynamodb, folder } = this.local;
    const { streamArn } = await describeSource(dynamodb.client, TableName);
    this.mapping = await startStreamMapping({
      client: new DynamoDBStreamsClient(dynamodbLocalClientConfig(dynamodb.database)),
      streamArn,
      eventSourceArn: streamArn,
      region: 'eu-central-1',
      checkpointFile: join(folder, `${randomUUID()}.json`),
      batchSize: 1_000,
      batchWindowMs: 0,
      policy: { bisectOnError: true, retryLimit: 0, ageLimitMs: undefined, partialResponses: true },
      invoke: async (event) => {
        this.taken.push(...(event as DynamoDBStreamEvent).Records);
        return { batchItemFailures: [] };
      },
      readNumbers: this.readNumbers,
      patienceMs: 100,
    });
  }

  /** The stream has one record for each change, in their order. */
  private async pair(): Promise<void> {
    await this.mapping?.drain(DRAIN);
    const { taken, changed } = this;
    expect(taken).toHaveLength(changed.length);
    for (const [index, record] of taken.entries()) this.real.set(changed[index] ?? '', record);
  }
}

/** How far the clock is, for the next table. */
const clockOf = new WeakMap<MovedClock, number>();
