/**
 * Sends messages to a receiver of OpenTelemetry one after the other, and never holds anything up: what waits is bounded,
 * the oldest goes first when there is too much of it, and is counted. A person reads one line when it begins to fail,
 * and one when it works again.
 */

export interface OtlpSenderOptions {
  /** `…/v1/metrics` and `…/v1/traces` are below it. */
  readonly url: string;
  /** Such as the access key of a vendor. */
  readonly headers: Readonly<Record<string, string>>;
  readonly print: (line: string) => void;
  /** How many messages may wait. */
  readonly most?: number;
  readonly timeoutMs?: number;
  /** After a failure; what waits goes on then. */
  readonly retryAfterMs?: number;
}

export type OtlpKind = 'metrics' | 'traces';

interface Waiting {
  readonly kind: OtlpKind;
  readonly body: string;
}

const MOST_WAITING = 64;
const TIMEOUT_MS = 5_000;
const RETRY_AFTER_MS = 5_000;
/** These say that the same message may be taken later (OTLP specification, "Retryable response codes"). */
const RETRYABLE = [429, 502, 503, 504];

export class OtlpSender {
  private readonly queue: Waiting[] = [];
  private readonly stopping = new AbortController();
  private isSending = false;
  private isFailing = false;
  private retryTimer: NodeJS.Timeout | undefined;
  private droppedCount = 0;

  constructor(private readonly options: OtlpSenderOptions) {}

  /** Messages that never arrived, or that the receiver did not want. */
  get dropped(): number {
    return this.droppedCount;
  }

  private get most(): number {
    return this.options.most ?? MOST_WAITING;
  }

  /** Returns at once. */
  send(kind: OtlpKind, body: string): void {
    if (this.stopping.signal.aborted) return;
    this.queue.push({ kind, body });
    if (this.queue.length > this.most) {
      this.queue.shift();
      this.droppedCount += 1;
    }
    if (this.retryTimer === undefined) void this.sendWaiting();
  }

  /** Gives what waits a last chance, for so long at most; then the rest is dropped. */
  async stop({ withinMs }: { readonly withinMs: number }): Promise<void> {
    clearTimeout(this.retryTimer);
    this.retryTimer = undefined;
    const deadline = setTimeout(() => this.stopping.abort(), withinMs);
    await this.sendWaiting();
    while (this.isSending && !this.stopping.signal.aborted) await new Promise((turn) => setTimeout(turn, 10));
    clearTimeout(deadline);
    clearTimeout(this.retryTimer);
    this.stopping.abort();
    this.droppedCount += this.queue.splice(0).length;
    if (this.droppedCount > 0)
      this.options.print(
        `telemetry: ${this.droppedCount} messages did not reach ${this.options.url}; the pipeline is not affected`,
      );
  }

  private async sendWaiting(): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
        const failure = await this.post(next);
        this.tell(failure?.reason);
        if (failure?.isRetryable && this.queue.length < this.most) this.queue.unshift(next);
        else if (failure !== undefined) this.droppedCount += 1;
        if (failure?.isRetryable) {
          this.retryLater();
          return;
        }
      }
    } finally {
      this.isSending = false;
    }
  }

  private retryLater(): void {
    if (this.stopping.signal.aborted) return;
    this.retryTimer = setTimeout(() => {
      this.retryTimer = undefined;
      void this.sendWaiting();
    }, this.options.retryAfterMs ?? RETRY_AFTER_MS).unref();
  }

  /** @returns why it was not taken; undefined when it was */
  private async post({
    kind,
    body,
  }: Waiting): Promise<{ readonly reason: string; readonly isRetryable: boolean } | undefined> {
    const { url, headers, timeoutMs = TIMEOUT_MS } = this.options;
    try {
      const response = await fetch(`${url}/v1/${kind}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.stopping.signal]),
      });
      await response.arrayBuffer();
      if (response.ok) return undefined;
      return {
        reason: `it answers ${response.status} to ${kind}`,
        isRetryable: RETRYABLE.includes(response.status),
      };
    } catch (error) {
      return { reason: reasonOf(error), isRetryable: true };
    }
  }

  private tell(reason: string | undefined): void {
    const { url, print } = this.options;
    if (reason === undefined && this.isFailing)
      print(`telemetry: ${url} takes metrics and traces again; ${this.droppedCount} messages were dropped`);
    if (reason !== undefined && !this.isFailing && !this.stopping.signal.aborted)
      print(
        `telemetry: ${url} does not take metrics or traces: ${reason}. The newest ${this.most} messages wait, others are dropped; the pipeline is not affected`,
      );
    this.isFailing = reason !== undefined;
  }
}

/** `fetch` hides what went wrong in the cause. */
function reasonOf(error: unknown): string {
  const { name, message, cause } = error as Partial<Error>;
  if (name === 'TimeoutError') return 'it does not answer in time';
  const { message: inner, code } = (cause ?? {}) as { readonly message?: string; readonly code?: string };
  return inner || code || message || String(error);
}
