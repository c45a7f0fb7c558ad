/**
 * One scheduled call. EventBridge Scheduler retries until Lambda has accepted the event; what the function then
 * does with it is up to the function's own policy for asynchronous events.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RuntimeEvent } from '../../runtime/events';
import type { CallableFunction } from '../../runtime/ports/callable-function';
import type { GivenUpQueue } from '../../runtime/ports/message-queue';

export interface ScheduledCallOptions {
  readonly scheduleName: string;
  readonly called: Pick<CallableFunction, 'name' | 'arn' | 'accept'>;
  readonly input: unknown;
  readonly retries: number;
  readonly maxAgeMs: number;
  readonly deadLetters: GivenUpQueue | undefined;
  readonly tell: (event: RuntimeEvent) => void;
  readonly retryDelayMs?: (retry: number) => number;
}

export interface ScheduledCall {
  /** Settles when the event is dealt with; never throws. */
  readonly fire: () => Promise<void>;
  /** Retries no more. */
  readonly stop: () => void;
}

export function createScheduledCall(options: ScheduledCallOptions): ScheduledCall {
  const { called, retryDelayMs = (retry: number) => Math.min(60_000, 1_000 * 2 ** (retry - 1)) } = options;
  const stopping = new AbortController();

  const fire = async (): Promise<void> => {
    const began = performance.now();
    // The same in each attempt: a retry is for the time that the schedule was due.
    const input = withContextAttributes(options.input, new Date());
    for (let retry = 0; !stopping.signal.aborted; ) {
      try {
        await called.accept(input).done;
        return;
      } catch (error) {
        retry += 1;
        const delayMs = retryDelayMs(retry);
        if (retry > options.retries || performance.now() + delayMs - began > options.maxAgeMs) {
          sendToDeadLetters({ ...options, input }, error, retry);
          return;
        }
        await sleep(delayMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  return { fire, stop: () => stopping.abort() };
}

/** EventBridge Scheduler user guide, "Adding context attributes"; times have no fraction of a second. */
function withContextAttributes(input: unknown, scheduledAt: Date): unknown {
  const time = scheduledAt.toISOString().replace(/\.\d+Z$/, 'Z');
  return JSON.parse(JSON.stringify(input ?? null).replaceAll('<aws.scheduler.scheduled-time>', time));
}

/** The event itself, as EventBridge Scheduler sends it; why it failed is in the message's attributes there. */
function sendToDeadLetters(options: ScheduledCallOptions, error: unknown, attempts: number): void {
  const { deadLetters, called, input, scheduleName } = options;
  if (deadLetters === undefined) return;
  deadLetters.send({
    input,
    attributes: {
      SCHEDULE: scheduleName,
      TARGET_ARN: called.arn,
      ERROR_MESSAGE: error instanceof Error ? error.message : String(error),
      RETRY_ATTEMPTS: attempts - 1,
    },
  });
  options.tell({ type: 'dead-letter', from: scheduleName, file: deadLetters.file });
}
