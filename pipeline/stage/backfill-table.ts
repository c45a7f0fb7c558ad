/** A step of a backfill: a table is scanned into staged files, as far as the time of one run allows. */
import type { CapturedRecord } from '../capture/stream-record';
import type { Item } from '../dynamodb/attribute-value';
import type { ScanKey, SegmentPage } from '../dynamodb/scan-segment';
import { PipelineError } from '../errors';
import type { DynamodbTable } from '../tables';
import { type BackfillFile, BackfillFileBuilder } from './backfill-file';
import type { BackfillState } from './backfill-state';
import { buildStagedLine } from './staged-line';

export interface BackfillPorts {
  readonly scan: (
    segment: number,
    segmentCount: number,
    from: ScanKey | undefined,
  ) => Promise<SegmentPage | 'throttled'>;
  readonly writeFile: (file: BackfillFile) => Promise<void>;
  /** Durable when it returns. */
  readonly saveState: (state: BackfillState) => Promise<void>;
  /** Says that every file is written. */
  readonly writeEnd: (runId: string, state: BackfillState) => Promise<void>;
  /** Told of an item that can never be a row. */
  readonly reject: (error: PipelineError) => void;
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly remainingMs: () => number;
  readonly maxReadUnitsPerSecond: number;
}

/** The last file and the state are written within this. */
const MIN_REMAINING_MS = 20_000;
const THROTTLED_PAUSE_MS = 1_000;

/**
 * Continues a backfill until it is done or the time is nearly over; gives its state, which was saved.
 *
 * 1. Each segment is read page by page; items become lines as those of the stream do.
 * 2. A full file is written, under a name that holds its content.
 * 3. The state is saved: where the segment continues.
 * 4. After the last segment the end is written, then the state that says so.
 *
 * Stopped after 2, the next step reads the same pages again and writes another file; the merge takes each row once.
 * Stopped within 4, the end is written again.
 * @throws PipelineError SOURCE_UNAVAILABLE, STAGE_FAILED (retry): what was saved is continued.
 */
export async function runBackfillStep(
  table: DynamodbTable,
  begun: BackfillState,
  ports: BackfillPorts,
): Promise<BackfillState> {
  const { runId } = begun;
  if (begun.isDone || runId === undefined) return begun;
  const step = new BackfillStep(table, runId, begun, ports);
  await Promise.all(begun.segments.map((_, segment) => step.readSegment(segment)));
  if (!step.state.segments.every(({ isDone }) => isDone)) return step.state;
  await ports.writeEnd(runId, step.state);
  await step.save({ isDone: true });
  return step.state;
}

class BackfillStep {
  private readonly startedAt = performance.now();
  private readUnits = 0;
  private saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly table: DynamodbTable,
    private readonly runId: string,
    public state: BackfillState,
    private readonly ports: BackfillPorts,
  ) {}

  async readSegment(segment: number): Promise<void> {
    const begun = this.state.segments[segment];
    let from = begun?.next as ScanKey | undefined;
    let isDone = begun?.isDone === true;
    while (!isDone && this.hasTime()) {
      const file = new BackfillFileBuilder(this.table, this.runId, segment);
      let rejectedCount = 0;
      while (!isDone && !file.isFull() && this.hasTime()) {
        const page = await this.ports.scan(segment, this.state.segments.length, from);
        if (page === 'throttled') {
          await this.ports.pause(THROTTLED_PAUSE_MS);
          continue;
        }
        for (const item of page.items) if (!this.take(file, item)) rejectedCount += 1;
        from = page.next;
        isDone = from === undefined;
        await this.keepRate(page.readUnits);
      }
      for (const built of file.build()) await this.ports.writeFile(built);
      await this.saveSegment(segment, {
        from,
        isDone,
        itemCount: file.lineCount + rejectedCount,
        rejectedCount,
      });
    }
  }

  save(change: Partial<BackfillState>): Promise<void> {
    this.state = { ...this.state, ...change };
    // Segments end in any order; an earlier state never replaces a later one.
    this.saving = this.saving.then(() => this.ports.saveState(this.state));
    return this.saving;
  }

  private saveSegment(
    segment: number,
    read: { from: ScanKey | undefined; isDone: boolean; itemCount: number; rejectedCount: number },
  ): Promise<void> {
    const segments = [...this.state.segments];
    const next = read.from as BackfillState['segments'][number]['next'];
    segments[segment] = { isDone: read.isDone, ...(next === undefined ? {} : { next }) };
    return this.save({
      segments,
      itemCount: this.state.itemCount + read.itemCount,
      rejectedCount: this.state.rejectedCount + read.rejectedCount,
    });
  }

  private take(file: BackfillFileBuilder, item: Item): boolean {
    const record: CapturedRecord = {
      table: this.table,
      eventId: '',
      isExpiry: false,
      event: {
        table: this.table.name,
        operation: 'insert',
        after: item,
        position: this.runId,
        changedAt: new Date(this.state.startedAtMs).toISOString(),
      },
    };
    try {
      file.add(buildStagedLine(record).text);
      return true;
    } catch (error) {
      if (!(error instanceof PipelineError)) throw error;
      this.ports.reject(error);
      return false;
    }
  }

  /** Waits until what was consumed since the step began is within the rate. */
  private async keepRate(readUnits: number): Promise<void> {
    this.readUnits += readUnits;
    const dueMs = (this.readUnits / this.ports.maxReadUnitsPerSecond) * 1_000;
    const aheadMs = dueMs - (performance.now() - this.startedAt);
    if (aheadMs > 0) await this.ports.pause(aheadMs);
  }

  private hasTime(): boolean {
    return this.ports.remainingMs() > MIN_REMAINING_MS;
  }
}
