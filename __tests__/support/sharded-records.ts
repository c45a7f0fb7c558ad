/** The records of a stream's shards that nobody has read yet. A history has shards of its own, which are split and merged. */
import type { DynamoDBRecord } from 'aws-lambda';

interface Shard {
  readonly parents: readonly Shard[];
  readonly records: DynamoDBRecord[];
}

export class ShardedRecords {
  private readonly shards = new Map<string, Shard[]>();
  private readonly open = new Map<string, readonly Shard[]>();

  add(history: string, keyNumber: number, record: DynamoDBRecord): void {
    const open = this.open.get(history) ?? this.replace(history, 1);
    open[keyNumber % open.length]?.records.push(record);
  }

  /** The history's shards are closed; its keys are in so many new ones from now on. */
  reshard(history: string, count: 1 | 2): void {
    this.replace(history, count);
  }

  /** At most so many of one shard, oldest first; a shard is read when those that it came from are read to their ends. */
  read(history: string, count: number): DynamoDBRecord[] {
    const shard = this.shards.get(history)?.find((one) => one.records.length > 0 && isReadable(one));
    return shard?.records.splice(0, count) ?? [];
  }

  readAll(): DynamoDBRecord[] {
    const all = [...this.shards.values()].flat().flatMap(({ records }) => records.splice(0));
    this.shards.clear();
    this.open.clear();
    return all;
  }

  private replace(history: string, count: number): readonly Shard[] {
    const parents = this.open.get(history) ?? [];
    const open = Array.from({ length: count }, (): Shard => ({ parents, records: [] }));
    this.open.set(history, open);
    this.shards.set(history, [...(this.shards.get(history) ?? []), ...open]);
    return open;
  }
}

const isReadable = ({ parents }: Shard): boolean =>
  parents.every((parent) => parent.records.length === 0 && isReadable(parent));
