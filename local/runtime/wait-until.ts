export interface WaitOptions {
  /** What is awaited, for the message: "the MySQL server to answer". */
  readonly what: string;
  readonly timeoutMs: number;
  readonly everyMs?: number;
  /** The last state seen, for the message. */
  readonly lastState?: () => string;
  /** Says why waiting is no use any more; the wait then ends at once. */
  readonly failure?: () => string | undefined;
}

/**
 * Polls until `condition` gives something other than undefined or false. A thrown error counts as "not yet".
 * @throws Error with what was awaited, how long, and the last state or error seen; or with the failure.
 */
export async function waitUntil<Result>(
  condition: () => Promise<Result | undefined | false> | Result | undefined | false,
  options: WaitOptions,
): Promise<Result> {
  const deadline = performance.now() + options.timeoutMs;
  let lastError: unknown;
  for (;;) {
    try {
      const result = await condition();
      if (result !== undefined && result !== false) return result;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    const failure = options.failure?.();
    if (failure !== undefined) throw new Error(failure);
    if (performance.now() >= deadline) {
      const state =
        lastError instanceof Error ? lastError.message : (options.lastState?.() ?? 'nothing to show');
      throw new Error(`waited ${options.timeoutMs} ms for ${options.what}; last seen: ${state}`);
    }
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 50));
  }
}
