/**
 * A server that ends with this process: by `stop()`, or by its supervisor when this process ends without one, kill -9
 * included. Should the supervisor be killed too, the next start finds the process id that was written down.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { rotateIfFull } from '../state/rotating-log';

export interface EngineProcessOptions {
  /** For messages: "MySQL server". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly logFile: string;
  /** Where the process id is kept while it runs. */
  readonly pidFile: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Where it runs, for a program that leaves files there. */
  readonly workingFolder?: string;
  /** How long it may take to stop before it is killed. */
  readonly stopGraceSeconds?: number;
  /** Called when it ends although nothing stopped it, with why. */
  readonly onUnexpectedEnd?: (failure: string) => void;
}

const STOP_GRACE_SECONDS = 20;
/** A shell says 128 + the signal's number. */
const SIGNALLED = 128;

export class EngineProcess {
  private isStopping = false;
  private wasUp = false;
  private readonly exited: Promise<void>;

  private constructor(
    private readonly options: EngineProcessOptions,
    private readonly child: ChildProcess,
  ) {
    this.exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    void this.exited.then(() => {
      if (this.wasUp && !this.isStopping)
        options.onUnexpectedEnd?.(this.failure() ?? `${options.name} ended`);
    });
  }

  static start(options: EngineProcessOptions): EngineProcess {
    mkdirSync(dirname(options.logFile), { recursive: true });
    mkdirSync(dirname(options.pidFile), { recursive: true });
    rotateIfFull(options.logFile);
    const log = openSync(options.logFile, 'a', 0o600);
    const graceSeconds = options.stopGraceSeconds ?? STOP_GRACE_SECONDS;
    const supervisor = [join(__dirname, 'supervise.sh'), options.pidFile, String(graceSeconds)];
    // A group of its own: Ctrl-C reaches the runtime only, which then stops its engines in order.
    const child = spawn('/bin/sh', [...supervisor, options.command, ...options.args], {
      stdio: ['pipe', log, log],
      env: options.env ?? process.env,
      cwd: options.workingFolder,
      detached: true,
    });
    // Closing the pipe of one that has just ended is no error.
    child.stdin?.on('error', () => undefined);
    return new EngineProcess(options, child);
  }

  /** From now on its end is unexpected, unless `stop` was called. */
  markUp(): void {
    this.wasUp = true;
  }

  /** Undefined while it runs; otherwise why it does not, with the end of its log. */
  failure(): string | undefined {
    const { exitCode, signalCode, pid } = this.child;
    if (pid !== undefined && exitCode === null && signalCode === null) return undefined;
    const ending = existsSync(this.options.logFile)
      ? readFileSync(this.options.logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n')
      : '';
    return `${this.options.name} ended (${endOf(exitCode, signalCode)}); log ${this.options.logFile}:\n${ending}`;
  }

  /** Closes the pipe that its supervisor reads, and waits until both have ended. */
  async stop(): Promise<void> {
    this.isStopping = true;
    this.child.stdin?.end();
    await this.exited;
  }

  /** kill -9 of the engine, on purpose: it is no unexpected end, and its supervisor ends by itself. */
  async kill(): Promise<void> {
    this.isStopping = true;
    const pid = existsSync(this.options.pidFile) ? Number(readFileSync(this.options.pidFile, 'utf8')) : 0;
    if (Number.isSafeInteger(pid) && pid > 1 && this.failure() === undefined) process.kill(pid, 'SIGKILL');
    else this.child.stdin?.end();
    await this.exited;
  }
}

function endOf(exitCode: number | null, signalCode: NodeJS.Signals | null): string {
  const number = (exitCode ?? 0) - SIGNALLED;
  const name = Object.entries(constants.signals).find(([, value]) => value === number)?.[0];
  if (signalCode !== null || name !== undefined) return `signal ${signalCode ?? name}`;
  return `exit code ${exitCode}`;
}
