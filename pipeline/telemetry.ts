/**
 * Logs and metrics of a handler: structured log lines, and metrics in CloudWatch's embedded metric format,
 * both written to standard output.
 */
import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { PipelineError } from './errors';
import type { HandlerName } from './handler-environment';
import { withValuesLeftOut } from './values-left-out';
import { subjectOf } from './watched-tables';

/** What a handler reports at the end of a run; the message of the one log line that operators read. */
export type Outcome =
  | 'ingested'
  | 'prepared'
  | 'refused'
  | 'planned'
  | 'started'
  | 'staged'
  | 'loaded'
  | 'backfilled'
  | 'reconciled'
  | 'measured'
  | 'forgotten'
  | 'answered'
  | 'skipped';

type Field = string | number | boolean | null;

export class Telemetry {
  private readonly log: Logger;
  private readonly metrics: Metrics;

  constructor(readonly handler: HandlerName) {
    this.log = new Logger({ serviceName: handler });
    this.metrics = new Metrics({ serviceName: handler });
  }

  /** One line that matters: what was done, with counts. `table` is the catalogue's name where there is one. */
  report(outcome: Outcome, fields: Readonly<Record<string, Field>>): void {
    this.log.info(outcome, { outcome, ...fields });
  }

  warn(message: string, fields: Readonly<Record<string, Field>> = {}): void {
    this.log.warn(message, fields);
  }

  /**
   * Adds a metric; with a table, under the dimensions `service` and `table` (in a large catalogue, of all tables of its
   * source), otherwise under `service` only.
   */
  count(metric: string, value: number, table?: string): void {
    this.emit(metric, value, MetricUnit.Count, table);
  }

  seconds(metric: string, value: number, table?: string): void {
    this.emit(metric, value, MetricUnit.Seconds, table);
  }

  percent(metric: string, value: number, table?: string): void {
    this.emit(metric, value, MetricUnit.Percent, table);
  }

  begin(context: Context): void {
    this.log.addContext(context);
  }

  /** Writes what was collected; called once at the end of each run, also of a failed one. */
  finish(startedAtMs: number, failure?: unknown): void {
    this.metrics.addMetric('DurationMs', MetricUnit.Milliseconds, Date.now() - startedAtMs);
    this.metrics.addMetric('Failures', MetricUnit.Count, failure === undefined ? 0 : 1);
    if (failure !== undefined) this.logFailure(failure);
    this.metrics.publishStoredMetrics();
  }

  /** Of a run that answers for its failure itself. */
  logFailure(failure: unknown): void {
    const error = withValuesLeftOut(failure instanceof Error ? failure : new Error(String(failure)));
    const details =
      failure instanceof PipelineError
        ? { code: failure.code, disposition: failure.disposition, ...failure.context }
        : {};
    this.log.error('failed', { ...details, error });
  }

  private emit(
    metric: string,
    value: number,
    unit: (typeof MetricUnit)[keyof typeof MetricUnit],
    table?: string,
  ): void {
    if (table === undefined) {
      this.metrics.addMetric(metric, unit, value);
      return;
    }
    const single = this.metrics.singleMetric();
    single.addDimension('table', subjectOf(table));
    single.addMetric(metric, unit, value);
  }
}

/**
 * Wraps the work of one Lambda: every run, good or failed, ends with its metrics written and its failure logged
 * with code and context. The failure is thrown on, so that the service retries or dead-letters.
 */
export function withTelemetry<Event, Result>(
  handler: HandlerName,
  work: (event: Event, telemetry: Telemetry, context: Context) => Promise<Result>,
): (event: Event, context: Context) => Promise<Result> {
  const telemetry = new Telemetry(handler);
  return async (event, context) => {
    const startedAtMs = Date.now();
    telemetry.begin(context);
    try {
      const result = await work(event, telemetry, context);
      telemetry.finish(startedAtMs);
      return result;
    } catch (failure) {
      telemetry.finish(startedAtMs, failure);
      // Lambda logs what is thrown with all its members.
      throw failure instanceof Error ? withValuesLeftOut(failure) : failure;
    }
  };
}
