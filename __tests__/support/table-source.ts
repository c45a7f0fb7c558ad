/** A DynamoDB table with a stream, as far as a pipeline sees it: its items, its records, its clock. */
import type { DynamoDBRecord } from 'aws-lambda';
import type { Item } from '../../pipeline/dynamodb/attribute-value';
import type { DescribedSource } from '../../pipeline/dynamodb/describe-source';
import { projectItem } from '../../pipeline/dynamodb/project-item';
import { streamRecord } from './stream-records';
import { TRADES } from './tables';

const HOUR_MS = 3_600_000;

export interface TableSourceOptions {
  /** The stream dates its records in seconds, DynamoDB Local in minutes; both round down. */
  readonly roundedToMs: 1_000 | 60_000;
  /** The target keeps the rows of expired items. */
  readonly keepsExpired?: boolean;
}

export class TableSource {
  private readonly live = new Map<string, Item>();
  private readonly expired = new Map<string, Item>();
  /** Of the keys whose last change nobody heard of: whether a row is kept depends on what was heard before. */
  private readonly unheard = new Set<string>();
  private readonly seen = new Set<string>();
  private records: DynamoDBRecord[] = [];
  private sequence = 1_000;
  private nowMs = 1_700_000_000_000;
  private createdAtMs = this.nowMs;
  private recreations = 0;

  constructor(private readonly options: TableSourceOptions) {}

  get items(): readonly Item[] {
    return [...this.live.values()];
  }

  describe(): DescribedSource {
    return { streamArn: this.streamArn, nowMs: this.nowMs };
  }

  pass(seconds: number): void {
    this.nowMs += seconds * 1_000;
  }

  put(id: string, price: string): void {
    const after = { price: { N: price } };
    this.live.set(id, { id: { S: id }, ...after });
    this.expired.delete(id);
    this.record({ id, after });
  }

  /** A table writes no record for an item that is not there. */
  remove(id: string, { isExpiry }: { readonly isExpiry: boolean }): void {
    const before = this.live.get(id);
    if (!this.live.delete(id) || before === undefined) return;
    if (isExpiry) this.expired.set(id, before);
    const identity = isExpiry
      ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }
      : {};
    this.record({ id, before }, identity);
  }

  /** The oldest records that nobody read yet. */
  read(count: number): DynamoDBRecord[] {
    return this.records.splice(0, count);
  }

  /** A day without a reader; says whether the stream has lost records. */
  trim(): boolean {
    this.nowMs += 25 * HOUR_MS;
    return this.lose();
  }

  /** Files of a former table come again: what they say of a key that is gone is not to be told from news. */
  doubtAll(): void {
    for (const id of this.expired.keys()) this.unheard.add(id);
    for (const id of this.seen) this.unheard.add(id);
  }

  private lose(): boolean {
    const lost = this.read(Number.POSITIVE_INFINITY);
    for (const { dynamodb } of lost) this.unheard.add(dynamodb?.Keys?.id?.S ?? '');
    return lost.length > 0;
  }

  /** Deleted and created again: another stream, whose numbers start again; nobody reads the former one. */
  recreate(): void {
    for (const id of this.live.keys()) this.unheard.add(id);
    this.live.clear();
    this.lose();
    this.createdAtMs = this.nowMs;
    this.sequence = 1;
    this.recreations += 1;
  }

  get wasRecreated(): boolean {
    return this.recreations > 0;
  }

  /** `id|price|digest|expired` of each row, sorted, as `targetRows` of the load bed. */
  expectedRows(): string[] {
    const kept = this.options.keepsExpired === true ? [...this.expired.values()] : [];
    return [...this.items.map((item) => rowOf(item, '')), ...kept.map((item) => rowOf(item, 'expired'))]
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
  ): void {
    this.seen.add(change.id);
    this.unheard.delete(change.id);
    const { roundedToMs } = this.options;
    this.sequence += 1;
    const at = (Math.floor(this.nowMs / roundedToMs) * roundedToMs) / 1_000;
    const record = streamRecord({ sequence: this.sequence, at, ...change });
    // Unlike its number, a record's id never comes twice, whatever becomes of the table.
    const eventID = `${record.eventID}-of-${this.recreations}`;
    this.records.push({ ...record, eventID, eventSourceARN: this.streamArn, ...more });
  }
}

function rowOf(item: Item, expired: string): string {
  const { columns, digest } = projectItem(TRADES, item);
  return `${columns.id}|${columns.price}|${digest}|${expired}`;
}
