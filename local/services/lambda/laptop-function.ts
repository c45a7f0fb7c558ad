/** A deployed function as its callers see it: called and waited for, or handed an event as Lambda takes it in. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RuntimeEvent } from '../../runtime/events';
import type { AsyncPolicy, CallableFunction } from '../../runtime/ports/callable-function';
import type { GivenUpQueue } from '../../runtime/ports/message-queue';
import { buildFailedEventRecord } from './destination-records';
import type { LocalFunction } from './function-host';
import type { FunctionError } from './process/invocation';

export interface LaptopFunctionOptions {
  readonly name: string;
  readonly arn: string;
  /** Name of the role that it runs as. */
  readonly role: string;
  readonly logFile: string;
  readonly host: LocalFunction;
  readonly tell: (event: RuntimeEvent) => void;
  /** Before retry `retry`. Lambda waits one minute, then two; on a laptop a person watches. */
  readonly retryDelayMs?: (retry: number) => number;
}

/** Lambda's own defaults (AWS Lambda developer guide, "Asynchronous invocation"). */
const DEFAULT_POLICY: AsyncPolicy = { retries: 2, maxAgeMs: 6 * 3_600_000, deadLetters: undefined };

export class FunctionFailure extends Error {
  override readonly name = 'FunctionFailure';

  constructor(
    readonly functionName: string,
    readonly logFile: string,
    readonly error: FunctionError,
  ) {
    super(`${functionName} failed: ${error.errorType}: ${error.errorMessage}\n  its log: ${logFile}`);
  }
}

export class LaptopFunction implements CallableFunction {
  asyncPolicy: AsyncPolicy = DEFAULT_POLICY;
  private readonly stopping = new AbortController();

  constructor(private readonly options: LaptopFunctionOptions) {}

  get name(): string {
    return this.options.name;
  }

  get arn(): string {
    return this.options.arn;
  }

  get role(): string {
    return this.options.role;
  }

  get logFile(): string {
    return this.options.logFile;
  }

  /** Waits for its turn, runs, and gives the answer. @throws FunctionFailure */
  async invoke(event: unknown): Promise<unknown> {
    const { payload, error, durationMs } = await this.options.host.invoke(event);
    if (error !== undefined) throw new FunctionFailure(this.name, this.logFile, error);
    this.options.tell({ type: 'function-ended', functionName: this.name, payload, durationMs });
    return payload;
  }

  /**
   * Takes an event in. `done` settles when it is dealt with: it ran, or it ran as often as the policy says and
   * went to the dead-letter queue. `done` never fails; failures are reported as events.
   * @throws Error when no more events are taken.
   */
  accept(event: unknown): { readonly done: Promise<void> } {
    if (this.stopping.signal.aborted) throw new Error(`the function ${this.name} takes no more events`);
    return { done: this.runAccepted(event) };
  }

  /** From now on nothing is accepted and nothing is tried again. */
  beginStop(): void {
    this.stopping.abort();
  }

  killInstances(): Promise<void> {
    return this.options.host.killInstances();
  }

  /** Kills what still runs. */
  async stop(): Promise<void> {
    this.beginStop();
    await this.options.host.stop();
  }

  private async runAccepted(event: unknown): Promise<void> {
    const { signal } = this.stopping;
    const accepted = performance.now();
    const { retries, maxAgeMs, deadLetters } = this.asyncPolicy;
    for (let invokeCount = 1; ; invokeCount += 1) {
      const { payload, error, durationMs } = await this.options.host.invoke(event);
      if (error === undefined) {
        this.options.tell({ type: 'function-ended', functionName: this.name, payload, durationMs });
        return;
      }
      if (signal.aborted) return;
      const delayMs = (this.options.retryDelayMs ?? defaultRetryDelayMs)(invokeCount);
      const isExhausted = invokeCount > retries;
      const isTooOld = performance.now() + delayMs - accepted > maxAgeMs;
      const next =
        !isExhausted && !isTooOld ? 'retry' : deadLetters === undefined ? 'nothing' : 'dead-letter';
      this.tellFailure(error, { next, durationMs });
      if (next !== 'retry') {
        const condition = isExhausted ? 'RetriesExhausted' : 'EventAgeExceeded';
        this.sendToDeadLetters(
          deadLetters,
          buildFailedEventRecord({ arn: this.arn, event, error, condition, invokeCount }),
        );
        return;
      }
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
    }
  }

  private sendToDeadLetters(queue: GivenUpQueue | undefined, message: unknown): void {
    if (queue === undefined) return;
    queue.send(message);
    this.options.tell({ type: 'dead-letter', from: this.name, file: queue.file });
  }

  private tellFailure(
    error: FunctionError,
    { next, durationMs }: { readonly next: 'retry' | 'dead-letter' | 'nothing'; readonly durationMs: number },
  ): void {
    this.options.tell({
      type: 'function-failed',
      functionName: this.name,
      message: `${error.errorType}: ${error.errorMessage}`,
      logFile: this.logFile,
      durationMs,
      next,
    });
  }
}

const defaultRetryDelayMs = (retry: number): number => retry * 1_000;
