/** One instance of a function: a child process that takes one invocation at a time and is killed when it overruns. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type {
  FunctionError,
  HostMessage,
  InvocationResult,
  InvokeMessage,
  InvokeOptions,
} from './invocation';
import { LineSplitter } from './line-splitter';

export interface FunctionProcessOptions {
  readonly codeFolder: string;
  readonly functionArn: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly onLine: (line: string) => void;
  /** Lines for the log file alone. */
  readonly onReport: (line: string) => void;
}

/** Lambda gives the start of a function ten seconds; a busy laptop needs more. */
const START_TIMEOUT_MS = 30_000;
/** As Lambda's own start script divides the memory of a function. */
const OLD_SPACE_SHARE = 0.9;
const LINES_END = '\u0000end-of-invocation ';

interface Waiting {
  readonly requestId: string;
  readonly settle: (ending: Ending) => void;
  streamsEnded: number;
  done?: Extract<HostMessage, { type: 'done' }>;
}

/** How an invocation ended. */
type Ending =
  | { readonly kind: 'done'; readonly message: Extract<HostMessage, { type: 'done' }> }
  | { readonly kind: 'exited'; readonly why: string };

export class FunctionProcess {
  private readonly child: ChildProcess;
  private readonly ready: Promise<FunctionError | undefined>;
  private readonly closed: Promise<void>;
  private waiting: Waiting | undefined;
  private exit: string | undefined;
  private isOutOfMemory = false;

  constructor(private readonly options: FunctionProcessOptions) {
    const oldSpaceMb = Math.floor(options.memoryMb * OLD_SPACE_SHARE);
    this.child = spawn(
      process.execPath,
      [
        `--max-old-space-size=${oldSpaceMb}`,
        join(__dirname, 'host.cjs'),
        options.codeFolder,
        options.handler,
      ],
      {
        cwd: options.codeFolder,
        env: options.environment,
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
        // A group of its own: Ctrl-C reaches the runtime alone, which then stops its functions in order.
        detached: true,
      },
    );
    this.readLines(this.child.stdout);
    this.readLines(this.child.stderr);
    this.closed = new Promise((resolve) => {
      const settle = (why: string): void => {
        this.exit ??= why;
        this.waiting?.settle({ kind: 'exited', why: this.exit });
        resolve();
      };
      // `close` comes when the streams have ended too, so that the last lines are in the log.
      this.child.once('close', (code, signal) => settle(describeExit(code, signal)));
      this.child.once('error', (error) => settle(error.message));
    });
    this.ready = this.awaitReady();
  }

  /** False once it ended or was killed: the next invocation needs a new one. */
  get isUsable(): boolean {
    return this.exit === undefined && this.child.connected;
  }

  async invoke(payload: unknown, { signal }: InvokeOptions = {}): Promise<InvocationResult> {
    const requestId = randomUUID();
    const abort = (): void => this.kill('signal: killed (aborted)');
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted === true) abort();
    try {
      const failure = await this.ready;
      if (failure !== undefined) {
        this.kill('it could not start');
        return { error: failure, durationMs: 0 };
      }
      return await this.run(requestId, JSON.stringify(payload) ?? 'null');
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  }

  async stop(): Promise<void> {
    this.kill('signal: killed (stopped)');
    await this.closed;
  }

  private async run(requestId: string, payload: string): Promise<InvocationResult> {
    const { timeoutSeconds } = this.options;
    const startedAt = performance.now();
    const deadlineMs = Date.now() + timeoutSeconds * 1_000;
    this.options.onReport(`START RequestId: ${requestId} Version: $LATEST`);
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      this.kill('signal: killed');
    }, timeoutSeconds * 1_000);
    const { functionArn } = this.options;
    const traceId = buildTraceId();
    const ending = await this.exchange({ requestId, payload, deadlineMs, traceId, functionArn });
    clearTimeout(timer);
    const durationMs = performance.now() - startedAt;
    this.report(requestId, durationMs, ending);
    if (ending.kind === 'done') {
      const { error, payload: returned, isLast } = ending.message;
      if (isLast === true) this.kill('it ended by itself');
      return error === undefined
        ? { payload: JSON.parse(returned ?? 'null'), durationMs }
        : { error, durationMs };
    }
    if (!timedOut) return { error: this.exitError(requestId, ending.why), durationMs };
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`;
    return { error: { errorType: 'Sandbox.Timedout', errorMessage }, timedOut, durationMs };
  }

  private exchange(message: InvokeMessage): Promise<Ending> {
    return new Promise((resolve) => {
      if (this.exit !== undefined) {
        resolve({ kind: 'exited', why: this.exit });
        return;
      }
      const settle = (ending: Ending): void => {
        this.waiting = undefined;
        resolve(ending);
      };
      this.waiting = { requestId: message.requestId, settle, streamsEnded: 0 };
      // A failed send means that it is ending, which settles by itself.
      this.child.send(message, () => undefined);
    });
  }

  private awaitReady(): Promise<FunctionError | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.kill('its start took too long'), START_TIMEOUT_MS);
      const settle = (failure: FunctionError | undefined): void => {
        clearTimeout(timer);
        resolve(failure);
      };
      this.child.on('message', (message: HostMessage) => {
        if (message.type === 'ready') settle(undefined);
        else if (message.type === 'failed-to-start') settle(message.error);
        else this.take(message);
      });
      void this.closed.then(() => settle(this.exitError(undefined, this.exit ?? 'it ended')));
    });
  }

  /** A result counts once the lines of both streams that came before it are in. */
  private take(message?: Extract<HostMessage, { type: 'done' }>): void {
    const { waiting } = this;
    if (waiting === undefined) return;
    if (message !== undefined) waiting.done = message;
    else waiting.streamsEnded += 1;
    if (waiting.done !== undefined && waiting.streamsEnded === 2) {
      waiting.settle({ kind: 'done', message: waiting.done });
    }
  }

  private readLines(stream: ChildProcess['stdout']): void {
    const splitter = new LineSplitter((line) => {
      const end = line.indexOf(LINES_END);
      if (end < 0) {
        // V8 says so on its way out.
        if (line.includes('JavaScript heap out of memory')) this.isOutOfMemory = true;
        this.options.onLine(line);
        return;
      }
      if (end > 0) this.options.onLine(line.slice(0, end));
      if (line.slice(end + LINES_END.length) === this.waiting?.requestId) this.take();
    });
    stream?.on('data', (bytes: Buffer) => splitter.push(bytes));
    stream?.once('end', () => splitter.end());
  }

  private exitError(requestId: string | undefined, why: string): FunctionError {
    const prefix = requestId === undefined ? '' : `RequestId: ${requestId} `;
    return {
      errorType: this.isOutOfMemory ? 'Runtime.OutOfMemory' : 'Runtime.ExitError',
      errorMessage: `${prefix}Error: Runtime exited with error: ${why}`,
    };
  }

  private report(requestId: string, durationMs: number, ending: Ending): void {
    const used =
      ending.kind === 'done'
        ? ` Max Memory Used: ${Math.ceil(ending.message.maxMemoryBytes / 1024 / 1024)} MB`
        : ` ${ending.why}`;
    this.options.onReport(
      `REPORT RequestId: ${requestId} Duration: ${durationMs.toFixed(2)} ms Memory Size: ${this.options.memoryMb} MB${used}`,
    );
  }

  private kill(why: string): void {
    this.exit ??= why;
    this.child.kill('SIGKILL');
  }
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit status ${code}` : `signal: ${signal}`;
}

/** The form of AWS X-Ray's trace header; a function that traces finds one. */
const buildTraceId = (): string =>
  `Root=1-${Math.floor(Date.now() / 1_000).toString(16)}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
