/** An alarm with a meaning and a runbook, which notifies the topic when it fires and when it clears. */
import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { Construct } from 'constructs';
import { stackOf } from '../constructs/stack-of';
import type { Metric } from './metric';

export interface AlarmSpec {
  /** The page under `docs/runbooks/`, and the alarm's name, followed by `subject` where several share the page. */
  readonly runbook: string;
  readonly subject?: string;
  /** What it means when it fires. */
  readonly meaning: string;
  /** One metric, or several that are added up. */
  readonly metrics: readonly Metric[];
  /** Where several metrics are not added up: an expression of their ids `m1`, `m2`, … */
  readonly expression?: string;
  readonly when: 'above' | 'below';
  readonly threshold: number;
  readonly periodSeconds?: number;
  /** How many of the last `of` periods must be bad. */
  readonly bad: number;
  readonly of: number;
  /** How a period without any value counts. */
  readonly silence: 'good' | 'bad';
  /** Its address before it was renamed. */
  readonly movedFrom?: string;
}

export const FIVE_MINUTES_SECONDS = 300;

/** Amazon CloudWatch API, PutMetricAlarm: an alarm on a metric math expression retrieves at most ten metrics. */
const MAX_METRICS = 10;

export class Alarms {
  private readonly byId = new Map<string, CloudwatchMetricAlarm>();
  private readonly metrics: Metric[] = [];

  constructor(
    private readonly scope: Construct,
    private readonly topicArn: string,
  ) {}

  add(spec: AlarmSpec): void {
    const id = idOf(spec);
    const alarm = new CloudwatchMetricAlarm(this.scope, id, {
      alarmName: stackOf(this.scope).names.of(id),
      alarmDescription: describe(spec.meaning, spec.runbook),
      comparisonOperator: spec.when === 'above' ? 'GreaterThanThreshold' : 'LessThanThreshold',
      threshold: spec.threshold,
      evaluationPeriods: spec.of,
      datapointsToAlarm: spec.bad,
      treatMissingData: spec.silence === 'good' ? 'notBreaching' : 'breaching',
      actionsEnabled: true,
      alarmActions: [this.topicArn],
      okActions: [this.topicArn],
      ...measure(spec),
    });
    if (spec.movedFrom !== undefined) alarm.moveFromId(spec.movedFrom);
    this.byId.set(id, alarm);
    this.metrics.push(...spec.metrics);
  }

  /** The metrics of all alarms so far. */
  get watched(): readonly Metric[] {
    return this.metrics;
  }

  /** The alarms of one page: the one without a subject, or those of some subjects. */
  of(runbook: string, subjects?: readonly string[]): CloudwatchMetricAlarm[] {
    const ids = subjects?.map((subject) => `${runbook}-${subject}`) ?? [runbook];
    return ids.map((id) => {
      const alarm = this.byId.get(id);
      if (alarm === undefined) throw new Error(`the alarm ${id} is not declared yet`);
      return alarm;
    });
  }
}

export const describe = (meaning: string, runbook: string): string =>
  `${meaning}. Runbook: docs/runbooks/${runbook}.md`;

const idOf = ({ runbook, subject }: AlarmSpec): string =>
  subject === undefined ? runbook : `${runbook}-${subject}`;

function measure({ metrics, expression, periodSeconds = FIVE_MINUTES_SECONDS }: AlarmSpec) {
  const [only, ...others] = metrics;
  if (only === undefined) throw new Error('an alarm needs a metric');
  if (others.length === 0) {
    return {
      namespace: only.namespace,
      metricName: only.name,
      dimensions: only.dimensions,
      period: periodSeconds,
      ...(only.statistic.startsWith('p')
        ? { extendedStatistic: only.statistic }
        : { statistic: only.statistic }),
    };
  }
  const queries = metrics.map(({ namespace, name, dimensions, statistic }, index) => ({
    id: `m${index + 1}`,
    metric: { namespace, metricName: name, dimensions, period: periodSeconds, stat: statistic },
  }));
  if (queries.length > MAX_METRICS) {
    throw new Error(
      `an alarm adds up at most ${MAX_METRICS} metrics, got ${queries.length}: split it into two alarms`,
    );
  }
  // A metric that has no value in a period counts as 0; otherwise there would be no sum.
  const sum = queries.map(({ id }) => `FILL(${id}, 0)`).join(' + ');
  const label = expression === undefined ? 'sum' : 'result';
  return {
    metricQuery: [...queries, { id: label, expression: expression ?? sum, label, returnData: true }],
  };
}
