/** Keeps changing one source at a steady rate, through every failure of the pipeline beside it. */
import { setTimeout as pause } from 'node:timers/promises';

/** One change of one row of the writer's own, chosen before it is tried. */
export interface PlannedChange {
  readonly key: string;
  /** The row's value afterwards; null deletes it. */
  readonly state: string | null;
}

export interface SourceConnection {
  /** Changes of different rows; all are acknowledged when it returns. @throws Error when the answer is not known */
  write(changes: readonly PlannedChange[]): Promise<void>;
  close(): Promise<void>;
}

export interface SourceWriterOptions {
  readonly connect: () => Promise<SourceConnection>;
  readonly plan: (count: number) => PlannedChange[];
  readonly onAcknowledged: (change: PlannedChange) => void;
  readonly onDoubt: (change: PlannedChange) => void;
  /** Changes a second. */
  readonly rate: number;
}

const TICK_MS = 100;
const RECONNECT_MS = 500;
const ANSWER_TIMEOUT_MS = 30_000;

export class SourceWriter {
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(private readonly options: SourceWriterOptions) {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const connection = await this.options.connect().catch(() => undefined);
      if (connection !== undefined) await this.writeUntilItFails(connection);
      if (!this.stopped) await pause(RECONNECT_MS);
    }
  }

  private async writeUntilItFails(connection: SourceConnection): Promise<void> {
    const { plan, rate, onAcknowledged, onDoubt } = this.options;
    const startedAt = performance.now();
    let done = 0;
    while (!this.stopped) {
      const due = Math.floor(((performance.now() - startedAt) / 1000) * rate) - done;
      const changes = plan(Math.min(due, Math.ceil(rate)));
      try {
        if (changes.length > 0) await withinTime(connection.write(changes));
        for (const change of changes) onAcknowledged(change);
      } catch {
        for (const change of changes) onDoubt(change);
        break;
      }
      done += changes.length;
      await pause(TICK_MS);
    }
    await withinTime(connection.close()).catch(() => undefined);
  }
}

/** A stopped server answers nothing and closes nothing. */
async function withinTime<Result>(work: Promise<Result>): Promise<Result> {
  const ended = new AbortController();
  const late = pause(ANSWER_TIMEOUT_MS, undefined, { signal: ended.signal }).then(() => {
    throw new Error(`no answer within ${ANSWER_TIMEOUT_MS} ms`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort();
  }
}
