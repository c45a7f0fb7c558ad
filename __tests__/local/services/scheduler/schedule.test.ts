import { createSchedule, parseRateMs } from '../../../../local/services/scheduler/schedule';

describe('a schedule', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each([
    ['rate(5 minutes)', 300_000],
    ['rate(1 minute)', 60_000],
    ['rate(2 hours)', 7_200_000],
    ['rate(1 day)', 86_400_000],
    ['rate(0 minutes)', undefined],
    ['rate(5 seconds)', undefined],
    ['cron(0 12 * * ? *)', undefined],
    ['at(2030-01-01T00:00:00)', undefined],
    ['', undefined],
  ])('reads %j as %p ms', (expression, expected) => {
    expect(parseRateMs(expression)).toBe(expected);
  });

  it('fires at once, then at its rate, until it stops', async () => {
    let fired = 0;
    const schedule = createSchedule({
      name: 's',
      everyMs: 1_000,
      fire: async () => {
        fired += 1;
      },
    });
    schedule.start();
    await jest.advanceTimersByTimeAsync(0);
    expect(fired).toBe(1);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(fired).toBe(4);
    await schedule.stop();
    await jest.advanceTimersByTimeAsync(3_000);
    expect(fired).toBe(4);
  });

  it('fires not while it is paused, not by hand either, and at once when it is resumed', async () => {
    let fired = 0;
    const schedule = createSchedule({
      name: 's',
      everyMs: 1_000,
      fire: async () => {
        fired += 1;
      },
    });
    schedule.start();
    await jest.advanceTimersByTimeAsync(0);
    schedule.pause();
    await schedule.fireNext();
    await jest.advanceTimersByTimeAsync(5_000);
    expect([fired, schedule.isPaused(), schedule.nextAt()]).toEqual([1, true, undefined]);
    schedule.resume();
    schedule.resume();
    await jest.advanceTimersByTimeAsync(1_000);
    expect([fired, schedule.isPaused()]).toEqual([3, false]);
    await schedule.stop();
    schedule.resume();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(fired).toBe(3);
  });

  it('fires first when its turn comes, and says when it fires next', async () => {
    let fired = 0;
    const schedule = createSchedule({
      name: 's',
      everyMs: 1_000,
      fire: async () => {
        fired += 1;
      },
    });
    expect(schedule.nextAt()).toBeUndefined();
    schedule.start(400);
    const startedAt = Date.now();
    await jest.advanceTimersByTimeAsync(399);
    expect(fired).toBe(0);
    expect(schedule.nextAt()?.getTime()).toBe(startedAt + 400);
    await jest.advanceTimersByTimeAsync(1_001);
    expect(fired).toBe(2);
    expect(schedule.nextAt()?.getTime()).toBe(startedAt + 2_400);
    await schedule.stop();
    expect(schedule.nextAt()).toBeUndefined();
  });

  it('fires once more after the firing under way when it is asked to, but not once it is stopped', async () => {
    const releases: (() => void)[] = [];
    const schedule = createSchedule({
      name: 's',
      everyMs: 60_000,
      fire: () => new Promise((resolve) => releases.push(resolve)),
    });
    schedule.start();
    await jest.advanceTimersByTimeAsync(0);
    const asked = schedule.fireNext();
    await jest.advanceTimersByTimeAsync(0);
    expect(releases).toHaveLength(1);
    releases[0]!();
    await jest.advanceTimersByTimeAsync(0);
    expect(releases).toHaveLength(2);
    const late = schedule.fireNext();
    const stopping = schedule.stop();
    releases[1]!();
    await Promise.all([asked, late, stopping]);
    expect(releases).toHaveLength(2);
  });

  it('never fires while the last firing is under way, and waits for it when it stops', async () => {
    let fired = 0;
    let release = (): void => undefined;
    const schedule = createSchedule({
      name: 's',
      everyMs: 1_000,
      fire: () => {
        fired += 1;
        return new Promise((resolve) => {
          release = resolve;
        });
      },
    });
    schedule.start();
    await jest.advanceTimersByTimeAsync(5_000);
    expect(fired).toBe(1);
    let stopped = false;
    const stopping = schedule.stop().then(() => {
      stopped = true;
    });
    await jest.advanceTimersByTimeAsync(1_000);
    expect(stopped).toBe(false);
    release();
    await stopping;
    expect(stopped).toBe(true);
  });
});
