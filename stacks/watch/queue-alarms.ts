/** Alarms of permanent failures: dead letters, and starts that the scheduler gave up on. */
import type { Alarms } from './alarm';
import type { Metrics } from './metric';

/** Leaves four days to redrive them. */
const OLD_SECONDS = 10 * 86_400;

export interface QueueAlarmsOptions {
  readonly metrics: Metrics;
  /** Name of each dead-letter queue, by the function whose events it holds. */
  readonly queues: Readonly<Record<string, string>>;
}

export function addQueueAlarms(alarms: Alarms, { metrics, queues }: QueueAlarmsOptions): void {
  for (const [handler, queue] of Object.entries(queues)) {
    alarms.add({
      runbook: 'dead-letters',
      subject: handler,
      meaning: `Events of the function ${handler} could not be handled and wait as dead letters`,
      metrics: [metrics.queue(queue)('ApproximateNumberOfMessagesVisible', 'Maximum')],
      when: 'above',
      threshold: 0,
      bad: 1,
      of: 1,
      silence: 'good',
    });
    alarms.add({
      runbook: 'dead-letters-expiring',
      subject: handler,
      meaning: `Dead letters of the function ${handler} are ten days old; SQS deletes them after fourteen`,
      metrics: [metrics.queue(queue)('ApproximateAgeOfOldestMessage', 'Maximum')],
      when: 'above',
      threshold: OLD_SECONDS,
      bad: 1,
      of: 1,
      silence: 'good',
    });
  }
  for (const [runbook, metric, meaning] of SCHEDULER) {
    alarms.add({
      runbook,
      meaning,
      metrics: [metrics.schedules(metric, 'Sum')],
      when: 'above',
      threshold: 0,
      bad: 1,
      of: 1,
      silence: 'good',
    });
  }
}

const SCHEDULER = [
  [
    'schedule-target-errors',
    'TargetErrorCount',
    'A schedule could not start its function at the first attempt',
  ],
  ['schedule-dropped', 'InvocationDroppedCount', 'A schedule gave up on a start after all its retries'],
  [
    'schedule-dead-letters',
    'InvocationsSentToDeadLetterCount',
    'A start that a schedule gave up on is a dead letter',
  ],
] as const;
