import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineProcess } from '../../../local/runtime/engine-process';
import { waitUntil } from '../../../local/runtime/wait-until';
import { readTypescript } from '../../../scripts/typescript.cjs';
import { processesOf, waitUntilGone } from '../../support/process-table';

describe('an engine', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'cdc-engine-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const options = (script: string) => ({
    name: 'Engine',
    command: '/bin/sh',
    // The folder is in the command line, so that the process is found by it.
    args: ['-c', script, folder],
    logFile: join(folder, 'engine.log'),
    pidFile: join(folder, 'engine.pid'),
  });
  const LASTING = 'while true; do sleep 0.2; done';

  const isUp = (): Promise<boolean> =>
    waitUntil(() => existsSync(join(folder, 'engine.pid')), { what: 'the engine', timeoutMs: 20_000 });

  /** A process of its own that starts the engine and then waits. */
  async function startParent(script: string, stopGraceSeconds = 20): Promise<ChildProcess> {
    const started = { ...options(script), stopGraceSeconds };
    const code = `require('./local/runtime/engine-process').EngineProcess.start(${JSON.stringify(started)});
      console.log('started'); setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, [...readTypescript, '--eval', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(parent.stdout as NodeJS.ReadableStream, 'data');
    await isUp();
    return parent;
  }

  it.each<NodeJS.Signals>(['SIGKILL', 'SIGTERM', 'SIGHUP', 'SIGINT'])(
    'ends with the process that started it when that gets %s',
    async (signal) => {
      const parent = await startParent(LASTING);
      const pid = readFileSync(join(folder, 'engine.pid'), 'utf8').trim();
      expect(processesOf(folder).some((line) => line.trim().startsWith(`${pid} `))).toBe(true);
      parent.kill(signal);
      await waitUntilGone(folder, 10_000);
      expect(existsSync(join(folder, 'engine.pid'))).toBe(false);
    },
  );

  it('that ignores a polite stop is killed after the grace', async () => {
    const parent = await startParent(`trap '' TERM; ${LASTING}`, 1);
    parent.kill('SIGKILL');
    await waitUntilGone(folder, 10_000);
  });

  it('that is stopped is gone when stop returns, and its end is not unexpected', async () => {
    const ends: string[] = [];
    const engine = EngineProcess.start({ ...options(LASTING), onUnexpectedEnd: (why) => ends.push(why) });
    await isUp();
    engine.markUp();
    await engine.stop();
    expect(processesOf(folder)).toEqual([]);
    expect(ends).toEqual([]);
  });

  it('that ends by itself says how, with the end of its log', async () => {
    const ends: string[] = [];
    const engine = EngineProcess.start({
      ...options('echo disk on fire; sleep 0.3; kill -KILL $$'),
      onUnexpectedEnd: (why) => ends.push(why),
    });
    engine.markUp();
    await waitUntil(() => ends.length > 0, { what: 'the end', timeoutMs: 20_000 });
    expect(ends).toEqual([
      `Engine ended (signal SIGKILL); log ${join(folder, 'engine.log')}:\n${readFileSync(join(folder, 'engine.log'), 'utf8').trimEnd()}`,
    ]);
    expect(ends[0]).toContain('disk on fire');
  });
});
