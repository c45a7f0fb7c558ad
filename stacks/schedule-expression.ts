/** Schedule expressions of EventBridge Scheduler. */

const SECONDS: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };

/** The interval of a `rate(…)`; undefined for a `cron(…)`, whose runs need not be evenly spaced. */
export function intervalSeconds(expression: string): number | undefined {
  const match = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  return match === null ? undefined : Number(match[1]) * SECONDS[match[2]!]!;
}

export function isScheduleExpression(expression: string): boolean {
  const interval = intervalSeconds(expression);
  return interval === undefined ? /^cron\(\S+( \S+){5}\)$/.test(expression) : interval > 0;
}

/** A run that starts on time is over this long before the next one. */
const PAUSE_SECONDS = 5;

/** The time-out of a scheduled function: the configured one, or less, so that runs never overlap. */
export function scheduledTimeoutSeconds(expression: string, timeoutSeconds: number): number {
  const interval = intervalSeconds(expression);
  return interval === undefined ? timeoutSeconds : Math.min(timeoutSeconds, interval - PAUSE_SECONDS);
}
