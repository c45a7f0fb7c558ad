/** The port of a schedule: what the runtime does with it. */
import { Kind } from '../registry';

export interface Schedule {
  readonly name: string;
  readonly everyMs: number;
  /** Fires once, outside of the rate. */
  fireOnce(): Promise<void>;
  /** Fires at once and then at the rate. */
  start(): void;
  /** Fires no more and waits for the firing under way. */
  stop(): Promise<void>;
}

/** Enabled ones, by name. */
export const SCHEDULES = new Kind<Schedule>('schedules');
