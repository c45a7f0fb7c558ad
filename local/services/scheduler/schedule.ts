/** Fires one target at a rate, never while the last firing is still under way. */

import type { Schedule } from '../../runtime/ports/schedule';

export interface ScheduleOptions {
  readonly name: string;
  readonly everyMs: number;
  /** Settles when the firing is over, good or bad; it must not throw. */
  readonly fire: () => Promise<void>;
}

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** The interval of `rate(<n> <unit>)`, or undefined for anything else. EventBridge Scheduler user guide, "Rate-based schedules". */
export function parseRateMs(expression: string): number | undefined {
  const match = /^rate\(([1-9]\d*) (minute|hour|day)(s?)\)$/.exec(expression);
  if (match === null) return undefined;
  return Number(match[1]) * UNIT_MS[match[2]!]!;
}

export function createSchedule({ name, everyMs, fire }: ScheduleOptions): Schedule {
  let timer: NodeJS.Timeout | undefined;
  let nextAtMs: number | undefined;
  let underWay: Promise<void> | undefined;
  let isStopped = false;
  let isPaused = false;

  const fireOnce = (): Promise<void> => {
    // EventBridge would let the event wait for the function to be free; here the next tick does its work.
    underWay ??= fire().finally(() => {
      underWay = undefined;
    });
    return underWay;
  };
  const fireAfter = (ms: number): void => {
    nextAtMs = Date.now() + ms;
    timer = setTimeout(() => {
      void fireOnce();
      fireAfter(everyMs);
    }, ms);
  };

  return {
    name,
    everyMs,
    nextAt: () => (nextAtMs === undefined || isStopped || isPaused ? undefined : new Date(nextAtMs)),
    fireNext: async () => {
      await underWay;
      if (!isStopped && !isPaused) await fireOnce();
    },
    isPaused: () => isPaused,
    pause: () => {
      isPaused = true;
      clearTimeout(timer);
    },
    resume: () => {
      if (!isPaused || isStopped) return;
      isPaused = false;
      fireAfter(0);
    },
    start: (afterMs = 0) => {
      if (timer === undefined && !isPaused) fireAfter(afterMs);
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
