/** What flows on both paths, from the events of a run: totals since it began, and a sample every few seconds. */
import type { OutcomeFields, RuntimeEvent } from '../runtime/events';
import type { TaskEvent } from '../runtime/ports/replication-task';
import { isOfHeartbeats } from '../runtime/progress-watch';

export interface PathSample {
  /** Rows that were committed in the warehouse, a second. */
  readonly rowsPerSecond: number;
  /** The greatest of the changes that arrived since the last sample; null when none did. */
  readonly lagMs: number | null;
  /**
   * How old the warehouse is at most, as `measure-freshness` defines it: of MySQL since the newest commit, heartbeats
   * included, that is in it; of DynamoDB since the oldest staged change that is not, 0 when none waits.
   */
  readonly freshMs: number | null;
}

export interface FlowSample {
  readonly atMs: number;
  readonly mysql: PathSample;
  readonly dynamodb: PathSample;
}

export interface FlowTotals {
  /** By table. */
  readonly ingested: Readonly<Record<string, number>>;
  readonly captured: number;
  readonly stagedRows: number;
  readonly stagedFiles: number;
  readonly loadedRows: number;
  readonly loadedFiles: number;
  readonly mysqlLagMs: number | null;
  readonly dynamodbLagMs: number | null;
}

type Totals = { -readonly [Name in keyof FlowTotals]: FlowTotals[Name] };

interface Arrivals {
  rows: number;
  lagMs: number | null;
}

/** A quarter of an hour. */
const MOST_SAMPLES = 450;

export class FlowMeter {
  private readonly sampled: FlowSample[] = [];
  private readonly sum: Totals = {
    ingested: {},
    captured: 0,
    stagedRows: 0,
    stagedFiles: 0,
    loadedRows: 0,
    loadedFiles: 0,
    mysqlLagMs: null,
    dynamodbLagMs: null,
  };
  private mysql: Arrivals = { rows: 0, lagMs: null };
  private dynamodb: Arrivals = { rows: 0, lagMs: null };
  /** Of the newest commit at the source that is in the warehouse. */
  private newestCommitMs: number | undefined;
  /** By table: when its oldest staged change that is not loaded was made. */
  private readonly waitingSinceMs = new Map<string, number>();
  private sampledAtMs: number;

  constructor(private readonly nowMs: () => number = Date.now) {
    this.sampledAtMs = nowMs();
  }

  readonly see = (event: RuntimeEvent): void => {
    if (event.type === 'task') this.seeTask(event.event);
    if (event.type === 'outcome') this.seeOutcome(event.outcome, event.fields);
  };

  totals(): FlowTotals {
    return { ...this.sum };
  }

  /** Oldest first. */
  samples(): readonly FlowSample[] {
    return this.sampled;
  }

  /** Takes a sample of what came since the last one. */
  sample(): FlowSample {
    const atMs = this.nowMs();
    const seconds = Math.max(0.001, (atMs - this.sampledAtMs) / 1000);
    const rate = ({ rows }: Arrivals): number => Math.round((rows / seconds) * 10) / 10;
    const oldest = Math.min(...this.waitingSinceMs.values());
    const sample: FlowSample = {
      atMs,
      mysql: {
        rowsPerSecond: rate(this.mysql),
        lagMs: this.mysql.lagMs,
        freshMs: this.newestCommitMs === undefined ? null : Math.max(0, atMs - this.newestCommitMs),
      },
      dynamodb: {
        rowsPerSecond: rate(this.dynamodb),
        lagMs: this.dynamodb.lagMs,
        freshMs: this.waitingSinceMs.size === 0 ? 0 : Math.max(0, atMs - oldest),
      },
    };
    this.mysql = { rows: 0, lagMs: null };
    this.dynamodb = { rows: 0, lagMs: null };
    this.sampledAtMs = atMs;
    this.sampled.push(sample);
    if (this.sampled.length > MOST_SAMPLES) this.sampled.shift();
    return sample;
  }

  private seeTask(event: TaskEvent): void {
    if (event.type === 'snapshot-finished' && !isOfHeartbeats(event)) {
      this.mysql.rows += event.rows;
      this.sum.captured += event.rows;
    }
    if (event.type !== 'applied') return;
    this.newestCommitMs = Math.max(this.newestCommitMs ?? 0, this.nowMs() - event.lagMs);
    if (isOfHeartbeats(event)) return;
    const rows = event.inserts + event.updates + event.deletes;
    const lagMs = Math.max(0, event.lagMs);
    this.mysql.rows += rows;
    this.mysql.lagMs = Math.max(this.mysql.lagMs ?? 0, lagMs);
    this.sum.captured += rows;
    this.sum.mysqlLagMs = lagMs;
  }

  private seeOutcome(outcome: string, fields: OutcomeFields): void {
    const table = String(fields.table ?? '');
    const count = (name: string): number => Number(fields[name] ?? 0);
    if (outcome === 'ingested') {
      const rows = (this.sum.ingested[table] ?? 0) + count('rows');
      this.sum.ingested = { ...this.sum.ingested, [table]: rows };
    }
    if (outcome === 'staged') {
      this.sum.stagedRows += count('rows');
      this.sum.stagedFiles += count('files');
      const since = this.nowMs() - count('lagMs');
      this.waitingSinceMs.set(table, Math.min(this.waitingSinceMs.get(table) ?? since, since));
    }
    if (outcome === 'loaded') this.seeLoad(table, fields, count);
  }

  private seeLoad(table: string, fields: OutcomeFields, count: (name: string) => number): void {
    // What was staged while the load ran waits for the next one, which then follows at once.
    this.waitingSinceMs.delete(table);
    if (count('files') === 0) return;
    const rows = count('upserted') + count('deleted');
    this.dynamodb.rows += rows;
    this.sum.loadedRows += rows;
    this.sum.loadedFiles += count('files');
    if (typeof fields.lagMs !== 'number') return;
    this.dynamodb.lagMs = Math.max(this.dynamodb.lagMs ?? 0, fields.lagMs);
    this.sum.dynamodbLagMs = fields.lagMs;
  }
}
