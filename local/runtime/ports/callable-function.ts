/** The port of a deployed function: what its callers see of it. */

import { Kind } from '../registry';
import type { GivenUpQueue } from './message-queue';

export interface CallableFunction {
  readonly name: string;
  readonly arn: string;
  /** Name of the role that it runs as. */
  readonly role: string;
  readonly logFile: string;
  asyncPolicy: AsyncPolicy;
  /** Waits for its turn, runs, and gives the answer. @throws FunctionFailure */
  invoke(event: unknown): Promise<unknown>;
  /**
   * Takes an event in. `done` settles when it is dealt with: it ran, or it ran as often as the policy says and went to
   * the dead-letter queue. `done` never fails; failures are reported as events.
   * @throws Error when no more events are taken
   */
  accept(event: unknown): { readonly done: Promise<void> };
  /** From now on nothing is accepted and nothing is tried again. */
  beginStop(): void;
  /** Kills its processes, as when an instance dies; what runs fails, and the next invocation gets a new one. */
  killInstances(): Promise<void>;
  /** Kills what still runs. */
  stop(): Promise<void>;
}

/** `aws_lambda_function_event_invoke_config`. */
export interface AsyncPolicy {
  readonly retries: number;
  readonly maxAgeMs: number;
  readonly deadLetters: GivenUpQueue | undefined;
}

/** By name. */
export const FUNCTIONS = new Kind<CallableFunction>('functions');
