/** A DynamoDB table with a stream, as far as a pipeline sees it: its items, its records, its clock. */
import type { DynamoDBRecord } from 'aws-lambda';
import type { Item } from '../../pipeline/dynamodb/attribute-value';
import type { DescribedSource } from '../../pipeline/dynamodb/describe-source';
import { projectItem } from '../../pipeline/dynamodb/project-item';
import type { DynamodbTable } from '../../pipeline/tables';
import { ShardedRecords } from './sharded-records';
import { streamRecord } from './stream-records';

const HOUR_SECONDS = 3_600;

/** Items of many histories, each with keys of its own: `<history>-<key>`. */
export const historyOf = (id: string): string => id.slice(0, id.indexOf('-'));

export interface TableSourceOptions {
  /** The stream dates its records in seconds, DynamoDB Local in minutes; both round down. */
  readonly roundedToMs: 1_000 | 60_000;
  /** The target keeps the rows of expired items. */
  readonly keepsExpired?: boolean;
}

export class TableSource {
  protected readonly live = new Map<string, Item>();
  private readonly expired = new Map<string, Item>();
  /** Of the keys whose last change nobody heard of: whether a row is kept depends on what was heard before. */
  private readonly unheard = new Set<string>();
  private readonly seen = new Set<string>();
  private readonly shards = new ShardedRecords();
  private sequence = 1_000;
  private nowMs = 1_700_000_000_000;
  private createdAtMs = this.nowMs;
  private recreations = 0;

  constructor(private readonly options: TableSourceOptions) {}

  get items(): readonly Item[] {
    return [...this.live.values()];
  }

  async describe(): Promise<DescribedSource> {
    return { streamArn: this.streamArn, nowMs: this.nowMs };
  }

  async scan(isWanted: (item: Item) => boolean): Promise<readonly Item[]> {
    return this.items.filter(isWanted);
  }

  /** All that was done so far is done where the table is. */
  async settle(): Promise<void> {
    // It is here.
  }

  async stop(): Promise<void> {
    // Nothing runs.
  }

  /** The records in the form in which Lambda hands them to the function. */
  asDelivered(records: readonly DynamoDBRecord[]): readonly DynamoDBRecord[] {
    return records;
  }

  pass(seconds: number): void {
    this.nowMs += seconds * 1_000;
  }

  put(id: string, after: Item): DynamoDBRecord {
    this.live.set(id, { id: { S: id }, ...after });
    this.expired.delete(id);
    return this.record({ id, after });
  }

  /** A table writes no record for an item that is not there. */
  remove(id: string, { isExpiry }: { readonly isExpiry: boolean }): DynamoDBRecord | undefined {
    const before = this.live.get(id);
    if (!this.live.delete(id) || before === undefined) return undefined;
    if (isExpiry) this.expired.set(id, before);
    const identity = isExpiry
      ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }
      : {};
    return this.record({ id, before }, identity);
  }

  /** The oldest records of a history that nobody read yet. */
  read(history: string, count: number): DynamoDBRecord[] {
    return this.shards.read(history, count);
  }

  readAll(): DynamoDBRecord[] {
    return this.shards.readAll();
  }

  reshard(history: string, count: 1 | 2): void {
    this.shards.reshard(history, count);
  }

  /** A day without a reader; says whether the stream has lost records. */
  trim(): boolean {
    this.pass(25 * HOUR_SECONDS);
    return this.lose();
  }

  /** Files of a former table come again: what they say of a key that is gone is not to be told from news. */
  doubtAll(): void {
    for (const id of this.expired.keys()) this.unheard.add(id);
    for (const id of this.seen) this.unheard.add(id);
  }

  /** What is kept of expired items is in the columns of the time. */
  doubtExpired(): void {
    for (const id of this.expired.keys()) this.unheard.add(id);
  }

  private lose(): boolean {
    const lost = this.readAll();
    for (const { dynamodb } of lost) this.unheard.add(dynamodb?.Keys?.id?.S ?? '');
    return lost.length > 0;
  }

  /** Deleted and created again: another stream, whose numbers start again; nobody reads the former one. */
  recreate(): void {
    for (const id of this.live.keys()) this.unheard.add(id);
    this.live.clear();
    this.beginStream();
  }

  /** The stream was disabled and enabled again: another one, which begins empty. */
  renewStream(): void {
    this.beginStream();
  }

  private beginStream(): void {
    this.lose();
    // Neither is done within the second of a change.
    this.pass(1);
    this.createdAtMs = this.nowMs;
    this.sequence = 1;
    this.recreations += 1;
  }

  get wasRecreated(): boolean {
    return this.recreations > 0;
  }

  /** `id|columns|flags|digest|expired` of each row, sorted, as the catalogue's entry says. */
  expectedRows(table: DynamodbTable): string[] {
    const kept = this.options.keepsExpired === true ? [...this.expired.values()] : [];
    return [
      ...this.items.map((item) => rowOf(table, item, '')),
      ...kept.map((item) => rowOf(table, item, 'expired')),
    ]
      .filter(this.isCertain)
      .sort();
  }

  /** Whether a row of the target is there for sure, or not there for sure. */
  readonly isCertain = (row: string): boolean =>
    !row.endsWith('|expired') || !this.unheard.has(row.split('|')[0] ?? '');

  private get streamArn(): string {
    const madeAt = new Date(this.createdAtMs).toISOString().slice(0, 23);
    return `arn:aws:dynamodb:eu-central-1:123456789012:table/cdc-dev-trades/stream/${madeAt}`;
  }

  private record(
    change: { readonly id: string; readonly after?: Item; readonly before?: Item },
    more: object = {},
  ): DynamoDBRecord {
    this.seen.add(change.id);
    this.unheard.delete(change.id);
    const { roundedToMs } = this.options;
    this.sequence += 1;
    const at = (Math.floor(this.nowMs / roundedToMs) * roundedToMs) / 1_000;
    const record = streamRecord({ sequence: this.sequence, at, ...change });
    // Unlike its number, a record's id never comes twice, whatever becomes of the table.
    const eventID = `${record.eventID}-of-${this.recreations}`;
    const full = { ...record, eventID, eventSourceARN: this.streamArn, ...more };
    this.shards.add(
      historyOf(change.id),
      [...change.id].reduce((sum, one) => sum + (one.codePointAt(0) ?? 0), 0),
      full,
    );
    return full;
  }
}

function rowOf(table: DynamodbTable, item: Item, expired: string): string {
  const { columns, digest, flags } = projectItem(table, item);
  const { id, price, ticker, lag } = columns;
  return buildRowText({ id, price, ticker, lag, flags, digest, expired });
}

/** Of either side; numbers by their value. */
export const buildRowText = (row: Readonly<Record<string, string | null | undefined>>): string =>
  [row.id, numberOf(row.price), row.ticker, numberOf(row.lag), row.flags, row.digest, row.expired]
    .map((value) => value ?? '')
    .join('|');

const numberOf = (text: string | null | undefined): number | null =>
  text === null || text === undefined ? null : Number(text);
