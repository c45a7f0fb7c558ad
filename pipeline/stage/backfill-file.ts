/** Scanned items as staged files. */
import { hash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { backfillFolder } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import { LineBuffer } from './line-buffer';

export interface BackfillFile {
  readonly key: string;
  readonly body: Buffer;
  readonly rowCount: number;
}

const MAX_LINES = 5_000;
const MAX_BYTES = 8 * 1024 * 1024;

export class BackfillFileBuilder {
  private readonly lines = new LineBuffer();
  private count = 0;

  constructor(
    private readonly table: DynamodbTable,
    private readonly runId: string,
    private readonly segment: number,
  ) {}

  get lineCount(): number {
    return this.count;
  }

  add(line: string): void {
    this.lines.add(line);
    this.count += 1;
  }

  isFull(): boolean {
    return this.count >= MAX_LINES || this.lines.byteLength >= MAX_BYTES;
  }

  /** One file, or none. Its name holds its content: a loaded file is never replaced by another of its name. */
  build(): BackfillFile[] {
    if (this.count === 0) return [];
    const lines = this.lines.content();
    const token = hash('sha256', lines, 'hex').slice(0, 16);
    const key = `${backfillFolder(this.table.name, this.runId)}${this.segment}-${token}.json.gz`;
    return [{ key, body: gzipSync(lines), rowCount: this.count }];
  }
}
