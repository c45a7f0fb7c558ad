/** `npm start` as a user runs it: a process of its own, its lines, its exit code. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { QueryAnswer } from '../../local/commands/query-warehouse';
import { callControlServer } from '../../local/runtime/control-server';
import { waitUntil } from '../../local/runtime/wait-until';
import { findRuntime } from '../../local/state/state-folder';

const root = join(__dirname, '..', '..');

export interface TableSummary {
  readonly source: string;
  readonly target: string;
  readonly sourceRows: number;
  readonly targetRows: number;
  readonly mismatches: number;
}

export interface Place {
  /** Where the deployment was synthesized. */
  readonly deployment: string;
  readonly dataDir: string;
}

export class LaptopRun {
  private output = '';
  private errors = '';
  private readonly exited: Promise<number | null>;

  private constructor(private readonly child: ChildProcess) {
    child.stdout?.on('data', (piece: Buffer) => {
      this.output += piece;
    });
    child.stderr?.on('data', (piece: Buffer) => {
      this.errors += piece;
    });
    this.exited = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  }

  static start(place: Place, ...flags: string[]): LaptopRun {
    return LaptopRun.begin('pipeline', place, ...flags);
  }

  /** `start` installs and synthesizes first, `pipeline` does not. */
  static begin(name: 'start' | 'pipeline', { deployment, dataDir }: Place, ...flags: string[]): LaptopRun {
    const args = ['scripts/cdc.mjs', name, '--data-dir', dataDir, ...flags];
    const env = { ...process.env, CDKTF_OUTDIR: deployment, NODE_NO_WARNINGS: '1' };
    return new LaptopRun(
      spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] }),
    );
  }

  /** All that it printed so far, both streams. */
  get lines(): string {
    return this.output + this.errors;
  }

  async waitForLine(pattern: RegExp, timeoutMs = 60_000): Promise<void> {
    await waitUntil(() => pattern.test(this.lines), {
      what: `a line like ${pattern}`,
      timeoutMs,
      lastState: () => this.lines.slice(-2000),
      failure: () =>
        this.child.exitCode === null ? undefined : `it ended with ${this.child.exitCode}: ${this.lines}`,
    });
  }

  /** kill -9: nothing of it can tidy up. */
  async killHard(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Ctrl-C. */
  async interrupt(): Promise<number | null> {
    this.child.kill('SIGINT');
    return this.exited;
  }

  exitCode(): Promise<number | null> {
    return this.exited;
  }

  /** The JSON object of `--json`. */
  summary(): readonly TableSummary[] {
    const last = this.output.trimEnd().split('\n').at(-1) ?? '';
    return (JSON.parse(last) as { tables: TableSummary[] }).tables;
  }
}

/** One cycle to its end. @throws Error with all that it printed when it did not end with every table equal. */
export async function runOnce(place: Place, ...flags: string[]): Promise<readonly TableSummary[]> {
  const run = LaptopRun.start(place, '--once', '--json', ...flags);
  const code = await run.exitCode();
  if (code !== 0) throw new Error(`--once ended with ${code}; data folder ${place.dataDir}:\n${run.lines}`);
  return run.summary();
}

type Row = Record<string, string | null>;

/** `npm run sql -- … --json`: rows with every value as text. A running pipeline is asked without a process between. */
export async function sql(place: Place, statement: string): Promise<Row[]> {
  const runtime = findRuntime(place.dataDir);
  if (runtime === undefined) return (await command(place, 'sql', statement, '--json')) as Row[];
  const { columns, rows } = (await callControlServer(runtime, 'sql', { sql: statement })) as QueryAnswer;
  return rows.map(
    (row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])) as Row,
  );
}

/** Any command by its name: how it ended, and all that it printed. */
export function run(
  { deployment, dataDir }: Place,
  name: string,
  ...args: string[]
): Promise<{ readonly code: number; readonly output: string }> {
  const env = { ...process.env, CDKTF_OUTDIR: deployment, NODE_NO_WARNINGS: '1' };
  const argv = ['scripts/cdc.mjs', name, '--data-dir', dataDir, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, argv, { cwd: root, env, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
    );
  });
}

function command({ deployment, dataDir }: Place, name: string, ...args: string[]): Promise<unknown> {
  const env = { ...process.env, CDKTF_OUTDIR: deployment, NODE_NO_WARNINGS: '1' };
  const argv = ['scripts/cdc.mjs', name, '--data-dir', dataDir, ...args];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, argv, { cwd: root, env, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      // A reconciliation that finds differences exits with 1, and says which.
      const last = stdout.trimEnd().split('\n').at(-1) ?? '';
      if (last.startsWith('{') || last.startsWith('[')) resolve(JSON.parse(last));
      else reject(new Error(`${name} failed: ${error?.message ?? ''}\n${stdout}${stderr}`));
    });
  });
}
