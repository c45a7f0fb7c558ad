/**
 * The traces of a run: what became of one ingest, or of changes made by hand. On each path a trace begins with an
 * ingest, and each later step is below the step that was done last before it. A step that did nothing is no span.
 */
import { randomBytes } from 'node:crypto';
import { parseTableSummaries } from '../commands/table-summary';
import type { OutcomeFields, RuntimeEvent } from '../runtime/events';
import type { TaskEvent } from '../runtime/ports/replication-task';
import { isOfHeartbeats } from '../runtime/progress-watch';
import { handlerOf } from '../runtime/runtime';
import type { OtlpAttributes, OtlpSpan } from './otlp-json';
import { hasRows, type PathName, pathOfSource, STEPS, type StepName, stepOfFunction } from './path-of';

interface Trace {
  readonly traceId: string;
  /** The last span of each step. */
  readonly last: Map<StepName, string>;
  spanCount: number;
}

interface Step {
  readonly path: PathName;
  readonly step: StepName;
  readonly durationMs: number;
  readonly attributes: OtlpAttributes;
  readonly error?: string;
}

/** Changes by hand could go on for days; a trace with more spans is of no use to anyone. */
const MOST_SPANS = 1_000;
/** Until they are sent. */
const MOST_WAITING = 2_000;

export class RunTraces {
  private readonly traces = new Map<PathName, Trace>();
  /** Rows of the outcome lines of a run that has not ended yet, by function and table. */
  private readonly pending = new Map<string, Map<string, number>>();
  private waiting: OtlpSpan[] = [];

  constructor(
    private readonly nowMs: () => number = Date.now,
    private readonly newId: (bytes: number) => string = (bytes) => randomBytes(bytes).toString('hex'),
  ) {}

  readonly see = (event: RuntimeEvent): void => {
    switch (event.type) {
      case 'outcome':
        this.seeOutcome(event.functionName, event.outcome, event.fields);
        return;
      case 'function-ended':
        this.seeEnd(event.functionName, { durationMs: event.durationMs, payload: event.payload });
        return;
      case 'function-failed':
        this.seeEnd(event.functionName, { durationMs: event.durationMs, error: typeOf(event.message) });
        return;
      case 'task':
        this.seeTask(event.event);
        return;
      default:
        return;
    }
  };

  /** Those since the last call. */
  take(): readonly OtlpSpan[] {
    const taken = this.waiting;
    this.waiting = [];
    return taken;
  }

  private seeOutcome(functionName: string, outcome: string, fields: OutcomeFields): void {
    if (!hasRows(outcome)) return;
    const rows = this.pending.get(functionName) ?? new Map<string, number>();
    const table = String(fields.table ?? '');
    this.pending.set(functionName, rows.set(table, (rows.get(table) ?? 0) + Number(fields.rows ?? 0)));
  }

  private seeEnd(
    functionName: string,
    ended: { readonly durationMs?: number | undefined; readonly payload?: unknown; readonly error?: string },
  ): void {
    const { durationMs = 0, error } = ended;
    const rows = this.pending.get(functionName) ?? new Map<string, number>();
    this.pending.delete(functionName);
    if (handlerOf(functionName) === 'reconcile-tables') {
      this.seeComparison(durationMs, ended);
      return;
    }
    const known = stepOfFunction(functionName);
    const rowCount = [...rows.values()].reduce((sum, count) => sum + count, 0);
    if (known === undefined || (rowCount === 0 && error === undefined)) return;
    const tables = [...rows].filter(([, count]) => count > 0).map(([table]) => table);
    this.add({
      ...known,
      durationMs,
      attributes: { tables: tables.join(','), rows: rowCount },
      ...(error === undefined ? {} : { error }),
    });
  }

  private seeComparison(
    durationMs: number,
    { payload, error }: { readonly payload?: unknown; readonly error?: string },
  ): void {
    const tables = error === undefined ? parseTableSummaries(payload) : [];
    for (const path of ['mysql', 'dynamodb'] as const) {
      const compared = tables.filter(({ source, isNews = true }) => isNews && pathOfSource(source) === path);
      if (compared.length === 0 && error === undefined) continue;
      const sum = (of: (table: (typeof compared)[number]) => number): number =>
        compared.reduce((total, table) => total + of(table), 0);
      this.add({
        path,
        step: 'reconcile',
        durationMs,
        attributes: {
          tables: compared.map(({ source }) => source).join(','),
          rows: sum(({ sourceRows }) => sourceRows),
          mismatches: sum(({ mismatches }) => mismatches),
        },
        ...(error === undefined ? {} : { error }),
      });
    }
  }

  private seeTask(event: TaskEvent): void {
    if (isOfHeartbeats(event)) return;
    if (event.type === 'snapshot-finished') {
      const attributes = { tables: event.table, rows: event.rows };
      this.add({ path: 'mysql', step: 'snapshot', durationMs: 0, attributes });
    }
    if (event.type === 'applied') {
      const rows = event.inserts + event.updates + event.deletes;
      // From the commit at the source until it was committed in the warehouse.
      const durationMs = Math.max(0, event.lagMs);
      this.add({ path: 'mysql', step: 'capture', durationMs, attributes: { tables: event.table, rows } });
    }
  }

  private add({ path, step, durationMs, attributes, error }: Step): void {
    const known = this.traces.get(path);
    const begins = known === undefined || step === 'ingest' || known.spanCount >= MOST_SPANS;
    const trace = begins ? { traceId: this.newId(16), last: new Map(), spanCount: 0 } : known;
    const earlier = STEPS.slice(0, STEPS.indexOf(step)).reverse();
    const parentSpanId = earlier.map((name) => trace.last.get(name)).find((id) => id !== undefined);
    const spanId = this.newId(8);
    const endMs = this.nowMs();
    this.waiting.push({
      traceId: trace.traceId,
      spanId,
      ...(parentSpanId === undefined ? {} : { parentSpanId }),
      name: step,
      startMs: endMs - durationMs,
      endMs,
      attributes: { path, ...attributes },
      ...(error === undefined ? {} : { error }),
    });
    if (this.waiting.length > MOST_WAITING) this.waiting.shift();
    trace.last.set(step, spanId);
    trace.spanCount += 1;
    this.traces.set(path, trace);
  }
}

/** Without the rest, in which a database may name values. */
const typeOf = (message: string): string => /^[\w.$-]+/.exec(message)?.[0] ?? 'Error';
