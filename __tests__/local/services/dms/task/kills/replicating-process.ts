/** The process of `replicate-main.ts`, from the side of the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildSync } from 'esbuild';
import type { TableStatistics, TaskEvent } from '../../../../../../local/runtime/ports/replication-task';
import type { SourcePosition } from '../../../../../../local/runtime/ports/source-position';
import { TABLES_FOLDER } from '../../../../../../pipeline/catalogue-files';

export interface Place {
  readonly warehouseFile: string;
  readonly loginFile: string;
  readonly database: string;
  /** Statements that make the targets, where they are not there. */
  readonly targets: readonly string[];
}

export type Order =
  | { readonly do: 'apply'; readonly position?: SourcePosition }
  | { readonly do: 'tables' }
  | { readonly do: 'resync'; readonly tables: readonly string[] }
  | { readonly do: 'query'; readonly sql: string }
  | { readonly do: 'rows'; readonly table: string };

type Line = { event?: TaskEvent; done?: unknown; error?: string };

const ROOT = join(__dirname, '..', '..', '..', '..', '..', '..');

/** In one file, as the time that a compiler takes at each start is not the task's. */
export function bundleProgram(folder: string): string {
  const outfile = join(folder, 'replicate.js');
  buildSync({
    entryPoints: [join(__dirname, 'replicate-main.ts')],
    bundle: true,
    platform: 'node',
    packages: 'external',
    outfile,
  });
  return outfile;
}

export class ReplicatingProcess {
  /** `at`: milliseconds of this process's monotonic clock. */
  readonly events: { readonly event: TaskEvent; readonly at: number }[] = [];
  private readonly exited: Promise<void>;
  private waiting: ((line: Line) => void)[] = [];
  private errors = '';

  private constructor(private readonly child: ChildProcess) {
    this.exited = new Promise((resolve) => child.once('close', () => resolve()));
    child.stdin?.on('error', () => undefined);
    child.stderr?.on('data', (piece: Buffer) => {
      this.errors += piece;
    });
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (text) => this.take(text));
    void this.exited.then(() => {
      for (const wake of this.waiting) wake({ error: `the process has ended: ${this.errors}` });
    });
  }

  static start(program: string, place: Place): ReplicatingProcess {
    // From its folder a relative name would lead nowhere.
    const env = { ...process.env, NODE_PATH: join(ROOT, 'node_modules'), CDC_TABLES: TABLES_FOLDER };
    return new ReplicatingProcess(
      spawn(process.execPath, [program, JSON.stringify(place)], { env, stdio: 'pipe' }),
    );
  }

  /** @throws Error when all that the source had at the position, or has now, does not come to be applied. */
  async apply(position?: SourcePosition): Promise<void> {
    await this.order({ do: 'apply', ...(position === undefined ? {} : { position }) });
  }

  tables(): Promise<TableStatistics[]> {
    return this.order({ do: 'tables' }) as Promise<TableStatistics[]>;
  }

  async resync(tables: readonly string[]): Promise<void> {
    await this.order({ do: 'resync', tables });
  }

  rows(table: string): Promise<string[]> {
    return this.order({ do: 'rows', table }) as Promise<string[]>;
  }

  query(sql: string): Promise<string[][]> {
    return this.order({ do: 'query', sql }) as Promise<string[][]>;
  }

  /** What it needed until now is not part of the next peak (proc(5), clear_refs). */
  forgetPeak(): void {
    writeFileSync(`/proc/${this.child.pid}/clear_refs`, '5');
  }

  /** The most memory that it has had since, all of its parts together. */
  peakBytes(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
  }

  /** kill -9: nothing of it can tidy up. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  private order(order: Order): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.child.exitCode !== null) reject(new Error(`the process has ended: ${this.errors}`));
      this.waiting.push((line) =>
        line.error === undefined ? resolve(line.done) : reject(new Error(line.error)),
      );
      this.child.stdin?.write(`${JSON.stringify(order)}\n`);
    });
  }

  private take(text: string): void {
    const line = JSON.parse(text) as Line;
    if (line.event !== undefined) this.events.push({ event: line.event, at: performance.now() });
    else if ('done' in line || 'error' in line) this.waiting.shift()?.(line);
  }
}
