/** Ends a wait that goes nowhere: when something failed, or when nothing happened for too long. */
import { HEARTBEATS } from '../../pipeline/heartbeats';
import type { RuntimeEvent } from './events';

/** Longer than any function may run, so that a slow one is not taken for a stuck one. */
const NO_PROGRESS_MS = 6 * 60_000;
const CHECK_EVERY_MS = 250;

export class ProgressWatch {
  /** Settles when a part stopped that nothing starts again. */
  readonly fatal: Promise<Error>;
  private settleFatal: (error: Error) => void = () => undefined;
  private lastEventAt = performance.now();
  private lastEvent = 'nothing yet';
  private failure: Error | undefined;

  constructor(private readonly noProgressMs = NO_PROGRESS_MS) {
    this.fatal = new Promise((resolve) => {
      this.settleFatal = resolve;
    });
  }

  /** To be called with every event. */
  readonly see = (event: RuntimeEvent): void => {
    if (isHeartbeat(event)) return;
    this.lastEventAt = performance.now();
    this.lastEvent = nameOf(event);
    const failure = failureOf(event);
    if (failure === undefined) return;
    this.failure ??= failure;
    if (isFatal(event)) this.settleFatal(failure);
  };

  /** @throws Error what `work` throws, or why it is no use to wait for `what` any longer */
  async during<Result>(what: string, work: Promise<Result>): Promise<Result> {
    let timer: NodeJS.Timeout | undefined;
    const stuck = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        const silentMs = performance.now() - this.lastEventAt;
        if (this.failure !== undefined) reject(this.failure);
        else if (silentMs > this.noProgressMs) {
          reject(
            new Error(
              `nothing happened for ${Math.round(silentMs / 1000)} s while waiting for ${what}; the last event was: ${this.lastEvent}`,
            ),
          );
        }
      }, CHECK_EVERY_MS);
    });
    try {
      return await Promise.race([work, stuck]);
    } finally {
      clearInterval(timer);
    }
  }
}

/** It comes whatever happens, so that it says nothing of what is waited for. */
const isHeartbeat = (event: RuntimeEvent): boolean =>
  event.type === 'task' && event.event.type === 'applied' && isOfHeartbeats(event.event);

export const isOfHeartbeats = (event: object): boolean =>
  'table' in event && event.table === sourceNameOfHeartbeats;

const sourceNameOfHeartbeats = `${HEARTBEATS.database}.${HEARTBEATS.name}`;

function nameOf(event: RuntimeEvent): string {
  switch (event.type) {
    case 'part':
      return `${event.address} started`;
    case 'outcome':
      return `${event.functionName}: ${event.outcome}`;
    case 'function-ended':
    case 'function-failed':
      return `${event.functionName} ended`;
    case 'task':
    case 'mapping':
      return `${event.type}: ${event.event.type}`;
    case 'engine-ended':
      return `${event.engine} ended`;
    case 'exhausted':
      return event.message;
    case 'denied':
      return `a denied call of ${event.role}`;
    case 'undelivered':
      return `an undelivered message of ${event.stream}`;
    case 'dead-letter':
      return `a dead letter from ${event.from}`;
  }
}

/** What nothing starts again within this run. */
const isFatal = (event: RuntimeEvent): boolean =>
  event.type === 'engine-ended' ||
  event.type === 'exhausted' ||
  (event.type === 'mapping' && event.event.type === 'failed');

/** What a single cycle cannot recover from. A suspended table is none of it: the others go on. */
function failureOf(event: RuntimeEvent): Error | undefined {
  if (event.type === 'function-failed') {
    return new Error(`${event.functionName} failed: ${event.message}\n  its log: ${event.logFile}`);
  }
  if (event.type === 'task' && event.event.type === 'failed') {
    return new Error(
      `the replication task ${event.identifier} failed: ${event.event.code}: ${event.event.message}`,
    );
  }
  if (event.type === 'mapping' && event.event.type === 'function-failed') {
    return new Error(`${event.functionName} failed on stream records: ${event.event.message}`);
  }
  if (event.type === 'mapping' && event.event.type === 'failed') {
    const { error } = event.event;
    return error instanceof Error ? error : new Error(String(error));
  }
  if (event.type === 'engine-ended' || event.type === 'exhausted') return new Error(event.message);
  return undefined;
}
