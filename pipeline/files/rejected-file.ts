/** Rejected rows and items, as JSON lines in the private data bucket: the only place that shows their text. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PipelineError } from '../errors';
import { rejectedKey } from '../s3-layout';
import type { Rejection } from './rejection';
import { seedUnreadable } from './seed-file';

/** A part is written when it holds so much, so that a file of nothing but broken rows needs no more memory. */
const PART_CHARACTERS = 4 * 1024 * 1024;

/**
 * What one run rejects at most. Beyond any of these the file is not what the table takes, and rejecting the rest of it
 * would only fill the bucket at each run.
 */
export const REJECTED_LIMITS = {
  /** Rows or items. */
  count: 100_000,
  /** Of the rejected file, all parts together: a line of two bytes takes a hundred there. */
  bytes: 64 * 1024 * 1024,
  /** Of all rows so far; looked at from so many rejected ones on, since a file may begin with its worst rows. */
  share: 0.5,
  shareFrom: 25_000,
} as const;

/** How many rejections the message shows when a limit is passed. */
const EXAMPLES = 3;

export interface RejectedSummary {
  readonly count: number;
  /** Keys that were written, in order. */
  readonly keys: readonly string[];
  /** Where the first one is, for the log. */
  readonly first?: Pick<Rejection, 'line' | 'code' | 'column'>;
}

/**
 * Collects rejections of one run and writes them to `rejected/<table>/<run id>.jsonl`; what does not fit into one part
 * goes to `<run id>-part-2.jsonl` and so on. Nothing is written when nothing was rejected. A retried run with the same
 * id writes the same keys again. A run that passes one of {@link REJECTED_LIMITS} ends.
 */
export class RejectedFile {
  private lines: string[] = [];
  private characterCount = 0;
  private count = 0;
  private byteCount = 0;
  private acceptedCount = 0;
  private partCount = 0;
  private readonly keys: string[] = [];
  private readonly examples: Rejection[] = [];
  private failure: PipelineError | undefined;

  constructor(
    private readonly s3: S3Client,
    private readonly place: { readonly bucket: string; readonly table: string; readonly runId: string },
  ) {}

  /** Rows or items that were taken since the last call; the share of rejected ones is measured against them. */
  accept(count: number): void {
    this.acceptedCount += count;
  }

  /**
   * @throws PipelineError REJECTED_UNWRITTEN (retry) when a part that is full cannot be written; SEED_UNREADABLE
   * (halt) with the first examples when a limit is passed, after what was rejected so far is written.
   */
  async add(rejection: Rejection): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    const text = JSON.stringify(rejection);
    this.lines.push(text);
    if (this.examples.length < EXAMPLES) this.examples.push({ ...rejection, raw: '' });
    this.count += 1;
    this.characterCount += text.length;
    this.byteCount += Buffer.byteLength(text) + 1;
    const passed = this.passedLimit();
    if (passed !== undefined) {
      // Set before anything is awaited: rejections come from requests that run side by side.
      this.failure = this.tooMany(passed);
      await this.writePart();
      throw this.failure;
    }
    if (this.characterCount >= PART_CHARACTERS) await this.writePart();
  }

  /**
   * Writes what is left. Call it before the good rows are committed: then no row is in neither place.
   * @throws PipelineError REJECTED_UNWRITTEN (retry).
   */
  async finish(): Promise<RejectedSummary> {
    if (this.lines.length > 0) await this.writePart();
    const { count, keys } = this;
    const [first] = this.examples;
    if (first === undefined) return { count, keys };
    const { line, code, column } = first;
    return { count, keys, first: column === undefined ? { line, code } : { line, code, column } };
  }

  private passedLimit(): string | undefined {
    const { count, byteCount, acceptedCount } = this;
    if (count > REJECTED_LIMITS.count) return `more than ${REJECTED_LIMITS.count} rows`;
    if (byteCount > REJECTED_LIMITS.bytes) return `more than ${REJECTED_LIMITS.bytes} bytes`;
    const isMostly = count > REJECTED_LIMITS.share * (count + acceptedCount);
    return count > REJECTED_LIMITS.shareFrom && isMostly ? 'more than half of its rows' : undefined;
  }

  private tooMany(passed: string): PipelineError {
    const { bucket, table, runId } = this.place;
    const shown = this.examples.map(
      ({ line, code, column, reason }) =>
        `line ${line}${column === undefined ? '' : `, column ${column}`}: ${code}: ${reason}`,
    );
    return seedUnreadable(
      `${passed} cannot be taken (${this.count} rejected, ${this.acceptedCount} taken so far), so the rest is not read. ` +
        `The first: ${shown.join('; ')}. Usual cause: another file, separator or encoding than the table's. ` +
        `What was rejected so far is in s3://${bucket}/${rejectedKey(table, runId)}`,
      { table, rejectedCount: this.count, acceptedCount: this.acceptedCount },
    );
  }

  private async writePart(): Promise<void> {
    const { bucket, table, runId } = this.place;
    // Counted before anything is awaited: rejections come from requests that run side by side.
    this.partCount += 1;
    const part = this.partCount;
    const key = rejectedKey(table, part === 1 ? runId : `${runId}-part-${part}`);
    const body = `${this.lines.join('\n')}\n`;
    this.lines = [];
    this.characterCount = 0;
    try {
      await this.s3.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentType: 'application/x-ndjson' }),
      );
    } catch (cause) {
      throw new PipelineError({
        code: 'REJECTED_UNWRITTEN',
        disposition: 'retry',
        message: `the rejected rows could not be written to s3://${bucket}/${key}. The function's role needs s3:PutObject under rejected/ and the use of the bucket's key.`,
        context: { table, bucket, key },
        cause,
      });
    }
    this.keys.push(key);
  }
}

/** Sorts by time, and names the one run: `20170629T101112Z-<request id>`. */
export function runIdOf(startedAt: Date, requestId: string): string {
  const time = startedAt.toISOString().replaceAll(/[-:]|\.\d+/g, '');
  return `${time}-${requestId.replaceAll(/[^A-Za-z0-9-]/g, '_')}`;
}
