/**
 * Lambda on the laptop: the zip that the plan names, unpacked, in Node processes of its own. An instance is reused while
 * it is well; one that overran its time or ended is replaced at the next invocation.
 */
import { join, resolve } from 'node:path';
import { RotatingLog } from '../../state/rotating-log';
import { buildFunctionEnvironment, type FunctionEnvironmentOptions } from './process/function-environment';
import { FunctionProcess, type FunctionProcessOptions } from './process/function-process';
import type { InvocationResult, InvokeOptions } from './process/invocation';
import { unpackBundle } from './process/unpack-bundle';

export interface FunctionOptions extends FunctionEnvironmentOptions {
  readonly zipFile: string;
  /** For the handler's context. */
  readonly functionArn?: string;
  readonly timeoutSeconds: number;
  /** How many invocations run at once; more wait their turn. 1 when absent. */
  readonly reservedConcurrency?: number;
  /** Holds the unpacked code and `function.log`. */
  readonly folder: string;
  /** Each line that the function writes, without what Lambda itself would add. */
  readonly onLogLine?: (line: string) => void;
}

export interface LocalFunction {
  /** Runs the handler once. A failure of the function is in the result; this never throws. */
  invoke(payload: unknown, options?: InvokeOptions): Promise<InvocationResult>;
  /** Kills what runs, which fails; what waits or comes later gets new processes. */
  killInstances(): Promise<void>;
  /** Kills what runs; what waits or comes later fails. */
  stop(): Promise<void>;
}

/** @throws Error when the bundle cannot be read, or the environment is one that Lambda refuses */
export async function startFunction(options: FunctionOptions): Promise<LocalFunction> {
  const folder = resolve(options.folder);
  const codeFolder = unpackBundle(options.zipFile, join(folder, 'code'));
  const log = new RotatingLog(join(folder, 'function.log'));
  const writeLog = (line: string): void => log.writeLine(line);
  const instances = new Instances(options.name, options.reservedConcurrency ?? 1, {
    codeFolder,
    functionArn:
      options.functionArn ?? `arn:aws:lambda:${options.region}:000000000000:function:${options.name}`,
    handler: options.handler,
    memoryMb: options.memoryMb,
    timeoutSeconds: options.timeoutSeconds,
    environment: buildFunctionEnvironment(options, codeFolder),
    onReport: writeLog,
    onLine: (line) => {
      writeLog(line);
      options.onLogLine?.(line);
    },
  });
  let stopped: Promise<void> | undefined;
  return {
    invoke: (payload, invokeOptions) => instances.invoke(payload, invokeOptions),
    killInstances: () => instances.kill(),
    stop: () => {
      stopped ??= instances.stop().then(() => log.close());
      return stopped;
    },
  };
}

/** Up to `limit` processes, each with one invocation at a time; the others wait in order. */
class Instances {
  private readonly idle: FunctionProcess[] = [];
  private readonly busy = new Set<FunctionProcess>();
  private readonly queue: (() => void)[] = [];
  private isStopped = false;

  constructor(
    private readonly name: string,
    private readonly limit: number,
    private readonly options: FunctionProcessOptions,
  ) {}

  async invoke(payload: unknown, options: InvokeOptions = {}): Promise<InvocationResult> {
    while (!this.isStopped && this.busy.size >= this.limit) {
      await new Promise<void>((proceed) => this.queue.push(proceed));
    }
    if (this.isStopped) {
      const errorMessage = `the function ${this.name} was stopped`;
      return { error: { errorType: 'Runtime.Stopped', errorMessage }, durationMs: 0 };
    }
    const instance = this.takeIdle() ?? new FunctionProcess(this.options);
    this.busy.add(instance);
    try {
      return await instance.invoke(payload, options);
    } finally {
      this.busy.delete(instance);
      if (instance.isUsable && !this.isStopped) this.idle.push(instance);
      else await instance.stop();
      this.queue.shift()?.();
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    for (const proceed of this.queue.splice(0)) proceed();
    await this.kill();
  }

  async kill(): Promise<void> {
    await Promise.all([...this.idle.splice(0), ...this.busy].map((instance) => instance.stop()));
  }

  private takeIdle(): FunctionProcess | undefined {
    for (let instance = this.idle.pop(); instance !== undefined; instance = this.idle.pop()) {
      if (instance.isUsable) return instance;
    }
    return undefined;
  }
}
