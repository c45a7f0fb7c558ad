/**
 * A child process that is always stopped: by `stop()`, or, when this process was killed, by the next start,
 * which finds the process id that was written down.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

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
  /** How long a polite stop may take before it is killed. */
  readonly stopTimeoutMs?: number;
}

export class EngineProcess {
  private constructor(
    private readonly options: EngineProcessOptions,
    private readonly child: ChildProcess,
    private readonly exited: Promise<void>,
  ) {}

  static start(options: EngineProcessOptions): EngineProcess {
    mkdirSync(dirname(options.logFile), { recursive: true });
    mkdirSync(dirname(options.pidFile), { recursive: true });
    const log = openSync(options.logFile, 'a');
    // A group of its own: Ctrl-C reaches the runtime alone, which then stops its engines in order.
    const child = spawn(options.command, options.args, {
      stdio: ['ignore', log, log],
      env: options.env ?? process.env,
      cwd: options.workingFolder,
      detached: true,
    });
    const exited = new Promise<void>((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    if (child.pid !== undefined) writeFileSync(options.pidFile, `${child.pid}\n`);
    return new EngineProcess(options, child, exited);
  }

  /** Undefined while it runs; else why it does not, with the end of its log. */
  failure(): string | undefined {
    const { exitCode, signalCode, pid } = this.child;
    if (pid !== undefined && exitCode === null && signalCode === null) return undefined;
    const ending = existsSync(this.options.logFile)
      ? readFileSync(this.options.logFile, 'utf8').trimEnd().split('\n').slice(-8).join('\n')
      : '';
    return `${this.options.name} ended (exit code ${exitCode}, signal ${signalCode}); log ${this.options.logFile}:\n${ending}`;
  }

  async stop(): Promise<void> {
    if (this.failure() === undefined) {
      this.child.kill('SIGTERM');
      const timer = setTimeout(() => this.child.kill('SIGKILL'), this.options.stopTimeoutMs ?? 20_000);
      await this.exited;
      clearTimeout(timer);
    }
    rmSync(this.options.pidFile, { force: true });
  }
}
