/** What a Lambda answers, as the Invoke API tells it. */

export interface FunctionError {
  /** The error's class, or Lambda's own: `Runtime.ExitError`, `Runtime.ImportModuleError`, `Sandbox.Timedout`, … */
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** Exactly one of `payload` and `error` is there. */
export interface InvocationResult {
  /** What the handler returned, after a round trip through JSON; null for nothing. */
  readonly payload?: unknown;
  readonly error?: FunctionError;
  readonly timedOut?: true;
  /** Of the handler itself, without waiting for a free instance and without its start. */
  readonly durationMs: number;
}

export interface InvokeOptions {
  /** Kills the instance when aborted. */
  readonly signal?: AbortSignal;
}

/** Parent to child. */
export interface InvokeMessage {
  readonly requestId: string;
  /** JSON text. */
  readonly payload: string;
  readonly deadlineMs: number;
  readonly traceId: string;
  readonly functionArn: string;
}

/** Child to parent. */
export type HostMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'failed-to-start'; readonly error: FunctionError }
  | {
      readonly type: 'done';
      readonly requestId: string;
      /** JSON text. */
      readonly payload?: string;
      readonly error?: FunctionError;
      readonly maxMemoryBytes: number;
      /** The process ends after this one. */
      readonly isLast?: boolean;
    };
