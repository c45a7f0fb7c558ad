/** Ctrl-C stops in order; the second one ends everything at once. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** What a shell expects of a program that an interrupt ended. */
const INTERRUPTED = 130;

export interface StopSignals {
  /** Settles at the first signal. */
  readonly received: Promise<NodeJS.Signals>;
  readonly wasReceived: () => boolean;
}

export function listenForStop(dataDir: string, print: (line: string) => void): StopSignals {
  let count = 0;
  const received = new Promise<NodeJS.Signals>((resolve) => {
    const onSignal = (signal: NodeJS.Signals): void => {
      count += 1;
      if (count === 1) {
        print('\nstopping; once more ends everything at once');
        resolve(signal);
        return;
      }
      killEngines(dataDir);
      process.exit(INTERRUPTED);
    };
    for (const signal of SIGNALS) process.on(signal, onSignal);
  });
  return { received, wasReceived: () => count > 0 };
}

/** Functions end by themselves when this process does; servers would not. They recover as after a power cut. */
function killEngines(dataDir: string): void {
  for (const engine of ['mysql', 'dynamodb']) {
    try {
      process.kill(Number(readFileSync(join(dataDir, engine, 'server.pid'), 'utf8')), 'SIGKILL');
    } catch {
      // It was not running.
    }
  }
}
