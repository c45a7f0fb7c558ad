/** The records of one delivery as files: one per table, gzip JSON lines, the same records always the same bytes. */
import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { CapturedRecord } from '../capture/stream-record';
import { stagedFileKey } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import { LineBuffer } from './line-buffer';
import type { StagedLine } from './staged-line';

export interface StagedFile {
  readonly table: DynamodbTable;
  readonly key: string;
  readonly body: Buffer;
  readonly rowCount: number;
  /** Values that their column cannot hold; they are flagged in their rows. */
  readonly flagCount: number;
  /** Items that DynamoDB deleted because their time was over. */
  readonly expiryCount: number;
  /** The newest change, ISO 8601. */
  readonly newestChangedAt: string;
}

/** Takes the records of a delivery one by one, with their lines, in the order in which they came. */
export class StagedFiles {
  private readonly byTable = new Map<string, FileOfTable>();

  add(record: CapturedRecord, line: StagedLine): void {
    const { name } = record.table;
    let file = this.byTable.get(name);
    if (file === undefined) {
      file = new FileOfTable(record);
      this.byTable.set(name, file);
    }
    file.add(record, line);
  }

  /** One of each table that had a record. */
  build(): StagedFile[] {
    return [...this.byTable.values()].map((file) => file.build());
  }
}

class FileOfTable {
  private readonly lines = new LineBuffer();
  private readonly eventIds: string[] = [];
  private flagCount = 0;
  private expiryCount = 0;
  private newestChangedAt = '';
  private lastPosition = '';

  constructor(private readonly first: CapturedRecord) {}

  add(record: CapturedRecord, line: StagedLine): void {
    const { changedAt, position } = record.event;
    this.lines.add(line.text);
    this.eventIds.push(record.eventId);
    this.flagCount += line.flagCount;
    if (record.isExpiry) this.expiryCount += 1;
    if (changedAt > this.newestChangedAt) this.newestChangedAt = changedAt;
    this.lastPosition = position;
  }

  build(): StagedFile {
    const { table, event } = this.first;
    return {
      table,
      key: stagedFileKey(table.name, this.deliveryToken(), event.position, this.lastPosition),
      // Node writes no time into the gzip header, so equal text gives equal bytes.
      body: gzipSync(this.lines.content()),
      rowCount: this.eventIds.length,
      flagCount: this.flagCount,
      expiryCount: this.expiryCount,
      newestChangedAt: this.newestChangedAt,
    };
  }

  /**
   * Stands in for the shard, which Lambda does not name: two deliveries that differ in any record get different
   * tokens, a repeated delivery gets its own again.
   */
  private deliveryToken(): string {
    return hash('sha256', this.eventIds.join('\n'), 'hex').slice(0, 16);
  }
}
