import {
  intervalSeconds,
  isScheduleExpression,
  scheduledTimeoutSeconds,
} from '../../stacks/schedule-expression';

describe('a schedule', () => {
  it.each([
    ['rate(5 minutes)', 300],
    ['rate(1 minute)', 60],
    ['rate(2 hours)', 7_200],
    ['rate(1 day)', 86_400],
  ])('%s runs every %d seconds', (expression, seconds) => {
    expect(intervalSeconds(expression)).toBe(seconds);
  });

  it('by cron has no one interval', () => {
    expect(isScheduleExpression('cron(0/5 * * * ? *)')).toBe(true);
    expect(intervalSeconds('cron(0/5 * * * ? *)')).toBeUndefined();
  });

  it.each(['rate(0 minutes)', 'rate(5 seconds)', 'cron(* * *)', '5 minutes'])('is not %s', (expression) => {
    expect(isScheduleExpression(expression)).toBe(false);
  });

  it('ends a run before the next one begins', () => {
    expect(scheduledTimeoutSeconds('rate(1 minute)', 280)).toBe(55);
    expect(scheduledTimeoutSeconds('rate(5 minutes)', 280)).toBe(280);
    expect(scheduledTimeoutSeconds('cron(0/5 * * * ? *)', 280)).toBe(280);
  });
});
