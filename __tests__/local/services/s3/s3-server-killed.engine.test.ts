import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTypescript } from '../../../../scripts/typescript.cjs';
import { startS3Server } from '../../../support/s3-server';

const folder = mkdtempSync(join(tmpdir(), 'cdc-s3-killed-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The server in a process of its own, which can be killed. */
async function startServer(): Promise<{ child: ChildProcess; endpoint: string }> {
  const code = `require('./__tests__/support/s3-server')
    .startS3Server({ folder: ${JSON.stringify(folder)}, buckets: ['data'] })
    .then(({ endpoint }) => console.log(endpoint));`;
  const child = spawn(process.execPath, [...readTypescript, '--eval', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(child.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
  return { child, endpoint: line.toString().trim() };
}

const killed = async (child: ChildProcess): Promise<void> => {
  child.kill('SIGKILL');
  await once(child, 'exit');
};

const SIZE = 200_000;
/** A body that says in each of its bytes which version it is. */
const bodyOf = (version: number): Buffer => Buffer.alloc(SIZE, String.fromCharCode(65 + (version % 26)));

/** What is stored now, read by a server that starts on what was left behind. */
async function readLeft(key: string): Promise<Buffer> {
  const server = await startS3Server({ folder });
  try {
    const answer = await fetch(`${server.endpoint}/data/${key}`);
    expect(answer.status).toBe(200);
    return Buffer.from(await answer.arrayBuffer());
  } finally {
    await server.stop();
  }
}

it('a server killed within a put leaves the old object', async () => {
  const { child, endpoint } = await startServer();
  expect((await fetch(`${endpoint}/data/half`, { method: 'PUT', body: bodyOf(0) })).status).toBe(200);
  const put = request(`${endpoint}/data/half`, { method: 'PUT', headers: { 'content-length': SIZE } });
  put.on('error', () => undefined);
  await new Promise((resolve) => put.write(bodyOf(1).subarray(0, SIZE / 2), resolve));
  // The server has taken the first half once it lies in an unfinished file.
  while (readdirSync(join(folder, 'unfinished')).length === 0) await fetch(endpoint);
  await killed(child);
  expect((await readLeft('half')).equals(bodyOf(0))).toBe(true);
  expect(readdirSync(join(folder, 'unfinished'))).toEqual([]);
});

it('a server killed among many puts leaves each object whole, none older than what it confirmed', async () => {
  for (const killAfter of [1, 5, 17]) {
    const { child, endpoint } = await startServer();
    const confirmed = new Map<string, number>();
    let confirmations = 0;
    const writer = async (key: string): Promise<void> => {
      for (let version = 0; ; version += 1) {
        const answer = await fetch(`${endpoint}/data/${key}`, { method: 'PUT', body: bodyOf(version) });
        if (answer.status !== 200) return;
        confirmed.set(key, version);
        confirmations += 1;
        if (confirmations === killAfter) child.kill('SIGKILL');
      }
    };
    await Promise.allSettled(['a', 'a/b', 'c'].map(writer));
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(confirmations).toBeGreaterThanOrEqual(killAfter);
    for (const [key, version] of confirmed) {
      const left = await readLeft(key);
      const isKnown = [version, version + 1].some((one) => left.equals(bodyOf(one)));
      if (!isKnown) throw new Error(`${key} in ${folder} is torn or older than version ${version}`);
    }
  }
});
