/** Alarms of the functions: failed, throttled, slow, not started, events lost. */
import type { HandlerName } from '../../pipeline/handler-environment';
import { intervalSeconds } from '../schedule-expression';
import type { Settings } from '../settings';
import { type Alarms, FIVE_MINUTES_SECONDS } from './alarm';
import type { Metrics } from './metric';

export interface FunctionAlarmsOptions {
  readonly settings: Settings;
  readonly metrics: Metrics;
  readonly scheduled: readonly HandlerName[];
  /** Effective time-out of each function. */
  readonly timeoutSeconds: ReadonlyMap<HandlerName, number>;
}

export function addFunctionAlarms(alarms: Alarms, options: FunctionAlarmsOptions): void {
  for (const [handler, limitSeconds] of options.timeoutSeconds)
    addRunAlarms(alarms, handler, { metrics: options.metrics, limitSeconds });
  for (const handler of options.scheduled) addMissedRuns(alarms, handler, options);
  addStreamAlarms(alarms, options.metrics);
  addSetUpAlarm(alarms, options.metrics);
  addLostEvents(alarms, options);
}

/** Two alarms: one could not add up this many metrics. */
function addLostEvents(alarms: Alarms, { metrics, scheduled }: FunctionAlarmsOptions): void {
  const add = (subject: string, meaning: string, name: string): void =>
    alarms.add({
      runbook: 'lost-events',
      subject,
      meaning,
      metrics: scheduled.map((handler) => metrics.function(handler)(name, 'Sum')),
      when: 'above',
      threshold: 0,
      bad: 1,
      of: 1,
      silence: 'good',
    });
  add('dropped', 'Lambda dropped an event of a schedule', 'AsyncEventsDropped');
  add(
    'undelivered',
    'Lambda could not send an event of a schedule to its dead-letter queue',
    'DestinationDeliveryFailures',
  );
}

/** Terraform stores a failed set-up as done; the scheduled function finds that it is not. */
function addSetUpAlarm(alarms: Alarms, metrics: Metrics): void {
  alarms.add({
    runbook: 'set-up-outdated',
    meaning:
      'A set-up of the deployed version was never done, or failed; the replication task is not started',
    metrics: [metrics.own('start-replication-task')('OutdatedSetUps', 'Maximum')],
    when: 'above',
    threshold: 0,
    // During a deploy this holds for some minutes.
    bad: 4,
    of: 4,
    silence: 'good',
  });
}

function addRunAlarms(
  alarms: Alarms,
  handler: HandlerName,
  { metrics, limitSeconds }: { readonly metrics: Metrics; readonly limitSeconds: number },
): void {
  const metric = metrics.function(handler);
  const isRepeated = !/^(prepare|forget)-/.test(handler);
  alarms.add({
    runbook: 'function-errors',
    subject: handler,
    meaning: `The function ${handler} fails repeatedly`,
    metrics: [metric('Errors', 'Sum')],
    when: 'above',
    threshold: 0,
    // One failed run of a function that runs again anyway is no reason to page anyone.
    bad: isRepeated ? 2 : 1,
    of: isRepeated ? 3 : 1,
    silence: 'good',
  });
  alarms.add({
    runbook: 'function-throttles',
    subject: handler,
    meaning: `Lambda throttles the function ${handler}`,
    metrics: [metric('Throttles', 'Sum')],
    when: 'above',
    threshold: 0,
    bad: 3,
    of: 3,
    silence: 'good',
  });
  alarms.add({
    runbook: 'function-duration',
    subject: handler,
    meaning: `The function ${handler} uses more than 80 % of its time-out of ${limitSeconds} seconds`,
    metrics: [metric('Duration', 'p95')],
    when: 'above',
    threshold: limitSeconds * 800,
    bad: 3,
    of: 3,
    silence: 'good',
  });
}

/** Three consecutive runs that did not start, or 15 minutes. */
function addMissedRuns(
  alarms: Alarms,
  handler: HandlerName,
  { metrics, settings }: FunctionAlarmsOptions,
): void {
  const interval = intervalSeconds(settings.schedule);
  if (interval === undefined || interval * 3 > DAY_SECONDS) return;
  alarms.add({
    runbook: 'missed-runs',
    subject: handler,
    meaning: `The schedule has not started the function ${handler} for three intervals`,
    metrics: [metrics.function(handler)('Invocations', 'Sum')],
    when: 'below',
    threshold: 1,
    periodSeconds: Math.max(3 * FIVE_MINUTES_SECONDS, 3 * interval),
    bad: 1,
    of: 1,
    silence: 'bad',
  });
}

/** The longest period that an alarm can have. */
const DAY_SECONDS = 86_400;

function addStreamAlarms(alarms: Alarms, metrics: Metrics): void {
  const stage = 'stage-stream-records';
  alarms.add({
    runbook: 'iterator-age',
    meaning: 'Changes wait in a DynamoDB stream for more than ten minutes; after 24 hours they are lost',
    metrics: [metrics.function(stage)('IteratorAge', 'Maximum')],
    when: 'above',
    threshold: 600_000,
    bad: 3,
    of: 3,
    silence: 'good',
  });
  alarms.add({
    runbook: 'invalid-records',
    meaning:
      'A stream record could not be turned into a change; the stream is held up until it is a dead letter',
    metrics: [metrics.own(stage)('InvalidRecords', 'Sum')],
    when: 'above',
    threshold: 0,
    bad: 1,
    of: 1,
    silence: 'good',
  });
}
