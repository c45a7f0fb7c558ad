/** Rejected rows and items, as JSON lines in the private data bucket: the only place that shows their text. */
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { PipelineError } from '../errors';
import { rejectedKey } from '../s3-layout';
import type { Rejection } from './rejection';

/** A part is written when it holds so much, so that a file of nothing but broken rows needs no more memory. */
const PART_CHARACTERS = 4 * 1024 * 1024;

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
 * id writes the same keys again.
 */
export class RejectedFile {
  private lines: string[] = [];
  private characterCount = 0;
  private count = 0;
  private partCount = 0;
  private readonly keys: string[] = [];
  private first: RejectedSummary['first'];

  constructor(
    private readonly s3: S3Client,
    private readonly place: { readonly bucket: string; readonly table: string; readonly runId: string },
  ) {}

  /** @throws PipelineError REJECTED_UNWRITTEN (retry) when a part that is full cannot be written. */
  async add(rejection: Rejection): Promise<void> {
    const { line, code, column } = rejection;
    this.first ??= column === undefined ? { line, code } : { line, code, column };
    const text = JSON.stringify(rejection);
    this.lines.push(text);
    this.count += 1;
    this.characterCount += text.length;
    if (this.characterCount >= PART_CHARACTERS) await this.writePart();
  }

  /**
   * Writes what is left. Call it before the good rows are committed: then no row is in neither place.
   * @throws PipelineError REJECTED_UNWRITTEN (retry).
   */
  async finish(): Promise<RejectedSummary> {
    if (this.lines.length > 0) await this.writePart();
    const { count, keys, first } = this;
    return first === undefined ? { count, keys } : { count, keys, first };
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
