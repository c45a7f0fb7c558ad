/**
 * Everything that asks a run to stop: Ctrl-C, a polite kill, a closed terminal, whoever read the output, the process
 * that started this one. The first of them stops in order; Ctrl-C once more ends everything at once.
 */

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A terminal signals the whole group and npm hands the same signal on: within this time they are one. */
const SAME_SIGNAL_MS = 500;
/** What a shell expects of a program that an interrupt ended. */
export const INTERRUPTED = 130;

export type StopReason = NodeJS.Signals | 'output closed' | 'parent ended';

export interface StopSignals {
  /** Settles at the first reason. */
  readonly received: Promise<StopReason>;
  readonly wasReceived: () => boolean;
  /** What `work` gives, unless a reason to stop comes first. @throws StoppedError */
  during<Result>(work: Promise<Result>): Promise<Result>;
}

/** The run was asked to stop before its work was over. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';

  constructor(readonly reason: StopReason) {
    super('stopped before the work was over');
  }
}

export function listenForStop(print: (line: string) => void): StopSignals {
  let firstAtMs: number | undefined;
  let settle: (reason: StopReason) => void = () => undefined;
  const received = new Promise<StopReason>((resolve) => {
    settle = resolve;
  });
  const stop = (reason: StopReason): void => {
    if (firstAtMs === undefined) {
      firstAtMs = performance.now();
      if (reason !== 'output closed') print('\nstopping; once more ends everything at once');
      settle(reason);
      return;
    }
    // Functions and servers end by themselves when this process does; they recover as after a power cut.
    const isAgain = reason === 'SIGINT' || reason === 'SIGTERM';
    if (isAgain && performance.now() - firstAtMs > SAME_SIGNAL_MS) process.exit(INTERRUPTED);
  };
  for (const signal of SIGNALS) process.on(signal, stop);
  process.once('disconnect', () => stop('parent ended'));
  onOutputClosed(() => stop('output closed'));
  return {
    received,
    wasReceived: () => firstAtMs !== undefined,
    during: (work) =>
      Promise.race([
        work,
        received.then((reason): never => {
          throw new StoppedError(reason);
        }),
      ]),
  };
}

/** `| head` and `| tee` end before their writer does, and a closed terminal takes no more lines: neither is an error. */
export function onOutputClosed(stop: () => void): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', stop);
}
