/** The metrics of a run: rows and files of each step and table, lag, freshness, mismatches, failures. Names and counts only. */
import { parseTableSummaries } from '../commands/table-summary';
import { FlowMeter } from '../page/flow-meter';
import type { OutcomeFields, RuntimeEvent } from '../runtime/events';
import type { TaskEvent } from '../runtime/ports/replication-task';
import { isOfHeartbeats } from '../runtime/progress-watch';
import { handlerOf } from '../runtime/runtime';
import type { OtlpAttributes, OtlpMetric, OtlpPoint } from './otlp-json';
import { hasRows, stepOfFunction } from './path-of';

/** By its attributes; each set of them is a point of its own. */
class Points {
  private readonly values = new Map<string, OtlpPoint>();

  add(attributes: OtlpAttributes, by: number): void {
    const key = JSON.stringify(attributes);
    this.values.set(key, { attributes, value: (this.values.get(key)?.value ?? 0) + by });
  }

  set(attributes: OtlpAttributes, value: number): void {
    this.values.set(JSON.stringify(attributes), { attributes, value });
  }

  all(): readonly OtlpPoint[] {
    return [...this.values.values()];
  }
}

export class RunMetrics {
  private readonly meter: FlowMeter;
  private readonly rows = new Points();
  private readonly files = new Points();
  private readonly rejected = new Points();
  private readonly failures = new Points();
  private readonly mismatches = new Points();

  constructor(nowMs: () => number = Date.now) {
    this.meter = new FlowMeter(nowMs);
  }

  readonly see = (event: RuntimeEvent): void => {
    this.meter.see(event);
    switch (event.type) {
      case 'outcome':
        this.seeOutcome(event.functionName, event.outcome, event.fields);
        return;
      case 'function-failed':
        this.failures.add({ part: handlerOf(event.functionName) ?? event.functionName }, 1);
        return;
      case 'function-ended':
        this.seeEnd(event.functionName, event.payload);
        return;
      case 'task':
        this.seeTask(event.event);
        return;
      case 'mapping':
        if (event.event.type === 'lost') this.failures.add({ part: 'stream' }, 1);
        return;
      case 'engine-ended':
        this.failures.add({ part: event.engine }, 1);
        return;
      case 'dead-letter':
        this.failures.add({ part: `dead letters of ${handlerOf(event.from) ?? event.from}` }, 1);
        return;
      case 'part':
      case 'undelivered':
      case 'denied':
      case 'exhausted':
        return;
    }
  };

  /** All of them as they are now. Takes a sample: lag is the greatest since the last call. */
  read(droppedMessages: number): readonly OtlpMetric[] {
    const { mysql, dynamodb } = this.meter.sample();
    const paths = [['mysql', mysql] as const, ['dynamodb', dynamodb] as const];
    const known = (of: (path: typeof mysql) => number | null): OtlpPoint[] =>
      paths.flatMap(([path, sample]) => {
        const value = of(sample);
        return value === null ? [] : [{ attributes: { path }, value }];
      });
    const metric =
      (kind: OtlpMetric['kind']) =>
      (name: string, unit: string, points: readonly OtlpPoint[]): OtlpMetric => ({
        kind,
        name,
        unit,
        points,
      });
    const counter = metric('counter');
    const gauge = metric('gauge');
    const lag = known(({ lagMs }) => lagMs);
    const freshness = known(({ freshMs }) => freshMs);
    const rowsPerSecond = known((path) => path.rowsPerSecond);
    return [
      counter('cdc.rows', '{row}', this.rows.all()),
      counter('cdc.files', '{file}', this.files.all()),
      counter('cdc.rejected', '{row}', this.rejected.all()),
      counter('cdc.failures', '{failure}', this.failures.all()),
      gauge('cdc.lag', 'ms', lag),
      gauge('cdc.freshness', 'ms', freshness),
      gauge('cdc.rows_per_second', '{row}/s', rowsPerSecond),
      gauge('cdc.mismatches', '{row}', this.mismatches.all()),
      counter('cdc.telemetry.dropped', '{message}', [{ attributes: {}, value: droppedMessages }]),
    ].filter(({ points }) => points.length > 0);
  }

  private seeOutcome(functionName: string, outcome: string, fields: OutcomeFields): void {
    const known = stepOfFunction(functionName);
    if (known === undefined || !hasRows(outcome)) return;
    const attributes = { ...known, table: String(fields.table ?? '') };
    this.rows.add(attributes, Number(fields.rows ?? 0));
    if (outcome !== 'ingested') this.files.add(attributes, Number(fields.files ?? 0));
    this.rejected.add(attributes, Number(fields.rejected ?? fields.flagged ?? 0));
  }

  private seeTask(event: TaskEvent): void {
    if (event.type === 'failed') this.failures.add({ part: 'replication task' }, 1);
    if (event.type === 'table-suspended') this.failures.add({ part: 'suspended tables' }, 1);
    if (isOfHeartbeats(event)) return;
    if (event.type === 'snapshot-finished') {
      const attributes = { path: 'mysql', step: 'snapshot', table: event.table };
      this.rows.add(attributes, event.rows);
      this.rejected.add(attributes, event.rejected);
    }
    if (event.type === 'applied') {
      const attributes = { path: 'mysql', step: 'capture', table: event.table };
      this.rows.add(attributes, event.inserts + event.updates + event.deletes);
      this.rejected.add(attributes, event.rejected);
    }
  }

  private seeEnd(functionName: string, payload: unknown): void {
    if (handlerOf(functionName) !== 'reconcile-tables') return;
    for (const { source, mismatches } of parseTableSummaries(payload))
      this.mismatches.set({ table: source }, mismatches);
  }
}
