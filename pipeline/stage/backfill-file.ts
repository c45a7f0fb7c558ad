/** Scanned items as staged files. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { backfillFolder } from '../s3-layout';
import type { DynamodbTable } from '../tables';

export interface BackfillFile {
  readonly key: string;
  readonly body: Buffer;
  readonly rowCount: number;
}

const MAX_LINES = 5_000;
const MAX_CHARACTERS = 8 * 1024 * 1024;

export class BackfillFileBuilder {
  private readonly lines: string[] = [];
  private characters = 0;

  constructor(
    private readonly table: DynamodbTable,
    private readonly runId: string,
    private readonly segment: number,
  ) {}

  get lineCount(): number {
    return this.lines.length;
  }

  add(line: string): void {
    this.lines.push(line);
    this.characters += line.length + 1;
  }

  isFull(): boolean {
    return this.lines.length >= MAX_LINES || this.characters >= MAX_CHARACTERS;
  }

  /** One file, or none. Its name holds its content: a loaded file is never replaced by another of its name. */
  build(): BackfillFile[] {
    if (this.lines.length === 0) return [];
    const text = this.lines.map((line) => `${line}\n`).join('');
    const hash = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const key = `${backfillFolder(this.table.name, this.runId)}${this.segment}-${hash}.json.gz`;
    return [{ key, body: gzipSync(text), rowCount: this.lines.length }];
  }
}
