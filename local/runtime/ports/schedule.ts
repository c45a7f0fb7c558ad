/** The port of a schedule: what the runtime does with it. */
import { Kind } from '../registry';

export interface Schedule {
  readonly name: string;
  readonly everyMs: number;
  /** When the rate fires it again; undefined before it is started and after it is stopped. */
  nextAt(): Date | undefined;
  isPaused(): boolean;
  /** Fires no more until it is resumed; a firing under way is not interrupted. */
  pause(): void;
  /** Fires at once, and then at the rate again. Without a pause it does nothing. */
  resume(): void;
  /** Fires once more, outside of the rate, after the firing under way; does nothing while it is paused or once it is stopped. */
  fireNext(): Promise<void>;
  /** Fires after so long, at once without it, and then at the rate. A second call does nothing. */
  start(afterMs?: number): void;
  /** Fires no more and waits for the firing under way. */
  stop(): Promise<void>;
}

/** Enabled ones, by name. */
export const SCHEDULES = new Kind<Schedule>('schedules');
