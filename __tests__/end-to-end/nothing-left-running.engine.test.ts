/** Whatever ends a command, a look at the process table finds nothing of it a moment later. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitUntil } from '../../local/runtime/wait-until';
import { type EditableDeployment, synthesize } from '../support/deployment';
import { processesOf, waitUntilGone } from '../support/process-table';

jest.setTimeout(300_000);

const root = join(__dirname, '..', '..');
const COMMAND = `${JSON.stringify(process.execPath)} scripts/cdc.mjs`;
/** Servers and supervisors stop in order within this time, on a busy machine too. */
const GONE_MS = 45_000;

describe('nothing is left running', () => {
  let deployment: EditableDeployment;
  let folder: string;
  beforeAll(() => {
    deployment = synthesize();
    folder = mkdtempSync(join(tmpdir(), 'cdc-left-'));
  });
  afterAll(() => {
    deployment.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  /** A command line in a process group of its own, as a shell makes one for each pipeline. */
  function shell(commandLine: string): ChildProcess {
    const env = {
      ...process.env,
      CDKTF_OUTDIR: deployment.folder,
      NODE_NO_WARNINGS: '1',
      TMPDIR: folder,
    };
    return spawn('/bin/bash', ['-c', commandLine], { cwd: root, env, detached: true, stdio: 'pipe' });
  }

  const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
    process.kill(-(child.pid as number), signal);
  };
  const ended = (child: ChildProcess): Promise<unknown> =>
    child.exitCode === null ? new Promise((resolve) => child.once('exit', resolve)) : Promise.resolve();
  const waitForEngine = (mark: RegExp): Promise<boolean> =>
    waitUntil(() => processesOf(folder).some((line) => mark.test(line)), {
      what: `a process like ${mark}`,
      timeoutMs: 120_000,
      lastState: () => processesOf(folder).join('\n'),
    });
  const waitForText = (file: string, pattern: RegExp): Promise<boolean> =>
    waitUntil(() => existsSync(file) && pattern.test(readFileSync(file, 'utf8')), {
      what: `${pattern} in ${file}`,
      timeoutMs: 120_000,
      lastState: () => (existsSync(file) ? readFileSync(file, 'utf8').slice(-1000) : 'no file'),
    });

  const start = (flags: string): string =>
    `${COMMAND} pipeline --data-dir ${JSON.stringify(join(folder, 'state'))} ${flags}`;

  it('after Ctrl-C of npm start within a cycle, its output through tee; it says nothing of failures', async () => {
    const copy = join(folder, 'copy');
    const errors = join(folder, 'errors');
    const child = shell(
      `npm start -- --data-dir ${JSON.stringify(join(folder, 'state'))} 2>${errors} | tee ${copy}`,
    );
    await waitForText(copy, /running at the rate/);
    const startedAt = performance.now();
    signalGroup(child, 'SIGINT');
    await waitUntilGone(folder, GONE_MS);
    const tookMs = performance.now() - startedAt;
    await ended(child);
    expect(readFileSync(copy, 'utf8')).not.toMatch(/failed|Runtime\.Stopped/);
    expect(readFileSync(errors, 'utf8')).not.toMatch(/EPIPE|at .*\.ts:\d+/);
    // 3 s on a machine with nothing else to do.
    expect(tookMs).toBeLessThan(15_000);
  });

  it('after a start whose reader has seen enough', async () => {
    const errors = join(folder, 'errors-of-once');
    const child = shell(`${start('--once')} 2>${errors} | head -3 >${join(folder, 'lines')}`);
    await waitForText(join(folder, 'lines'), /\n.*\n.*\n/);
    await waitUntilGone(folder, GONE_MS * 2);
    await ended(child);
    expect(readFileSync(errors, 'utf8')).not.toMatch(/EPIPE|at .*\.ts:\d+/);
  });

  it('after the terminal of a start was closed', async () => {
    const child = shell(`exec ${start('')}`);
    await waitForEngine(/mariadbd|mysqld/);
    child.stdout?.destroy();
    child.stderr?.destroy();
    signalGroup(child, 'SIGHUP');
    await waitUntilGone(folder, GONE_MS);
  });

  it('after Ctrl-C of a reconciliation of a stopped pipeline', async () => {
    const child = shell(`exec ${COMMAND} reconcile --data-dir ${JSON.stringify(join(folder, 'state'))}`);
    await waitForEngine(/mariadbd|mysqld/);
    signalGroup(child, 'SIGINT');
    await waitUntilGone(folder, GONE_MS);
    await ended(child);
    expect(child.exitCode).toBe(130);
  });

  it('after SIGTERM to a benchmark', async () => {
    const child = shell(`exec ${COMMAND} bench ingest`);
    await waitForEngine(/mariadbd|mysqld|java/);
    child.kill('SIGTERM');
    await waitUntilGone(folder, GONE_MS);
  });
});
