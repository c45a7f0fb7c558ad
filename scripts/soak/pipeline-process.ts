/** `npm start` without its set-up: one process that is started again whenever it ended, by a fault or by itself. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(__dirname, '..', '..');
const READY_TIMEOUT_MS = 180_000;
const RESTART_AFTER_MS = 2_000;
/** A clean stop drains the streams first. */
const STOP_TIMEOUT_MS = 60_000;

export interface PipelineOptions {
  readonly dataDir: string;
  readonly everySeconds: number;
  /** Gets all that it prints. */
  readonly logFile: string;
  readonly onUnexpectedEnd: (exit: string) => void;
}

export class PipelineProcess {
  /** How often it was started. */
  starts = 0;
  private child: ChildProcess | undefined;
  private wanted = true;
  /** Set while somebody else stops it on purpose. */
  private expected = false;
  private readonly log: WriteStream;

  constructor(private readonly options: PipelineOptions) {
    this.log = createWriteStream(options.logFile, { flags: 'a' });
    this.start();
  }

  /** Of the present process; undefined between two of them. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** @throws Error with the end of the log's name when it does not come up */
  async waitUntilReady(): Promise<void> {
    const until = performance.now() + READY_TIMEOUT_MS;
    while (!existsSync(join(this.options.dataDir, 'runtime.json'))) {
      if (performance.now() > until) {
        throw new Error(
          `the pipeline is not up after ${READY_TIMEOUT_MS / 1000} s; see ${this.options.logFile}`,
        );
      }
      await pause(200);
    }
  }

  /** Sends the signal and waits until the process has ended; it is started again by itself. */
  async signal(signal: 'SIGINT' | 'SIGKILL'): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null) return;
    this.expected = true;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill(signal);
    const late = pause(STOP_TIMEOUT_MS).then(() => child.kill('SIGKILL'));
    late.catch(() => undefined);
    await ended;
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.wanted = false;
    await this.signal('SIGINT');
    this.log.end();
  }

  private start(): void {
    const { dataDir, everySeconds } = this.options;
    const args = ['scripts/cdc.mjs', 'pipeline', '--data-dir', dataDir, '--every', String(everySeconds)];
    const env = { ...process.env, NODE_NO_WARNINGS: '1' };
    const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    this.starts += 1;
    child.stdout?.pipe(this.log, { end: false });
    child.stderr?.pipe(this.log, { end: false });
    child.once('close', (code, signal) => {
      if (!this.expected) this.options.onUnexpectedEnd(signal ?? `exit code ${code}`);
      this.expected = false;
      this.child = undefined;
      if (this.wanted) setTimeout(() => this.start(), RESTART_AFTER_MS);
    });
  }
}
