/** `npm start -- --api` in folders of its own, without its scheduled ingests. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { waitUntil } from '../../../local/runtime/wait-until';

const ROOT = join(__dirname, '..', '..', '..');
/** What it prints once it is up. */
const ADDRESS = /the API: (\S+), with the header x-api-key: (\S+)/;
const TIMEOUT_MS = 300_000;

export interface LaptopWithApi {
  readonly url: string;
  readonly key: string;
  /** Where its stacks were synthesized. */
  readonly deployment: string;
  stop(): Promise<void>;
}

/** @throws Error with all that it printed when it does not come up */
export async function startLaptopWithApi(folder: string): Promise<LaptopWithApi> {
  const deployment = join(folder, 'deployment');
  const args = ['start', '--api', '--no-page', '--no-ingest', '--data-dir', join(folder, 'data')];
  const child = spawn(process.execPath, ['scripts/cdc.mjs', ...args], {
    cwd: ROOT,
    env: { ...process.env, CDKTF_OUTDIR: deployment, NODE_NO_WARNINGS: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines = collectOutput(child);
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    await exited;
  };
  try {
    const [, url = '', key = ''] = await waitUntil(
      () => (/every table is equal/.test(lines()) && ADDRESS.exec(lines())) || undefined,
      {
        what: 'the API of the laptop',
        timeoutMs: TIMEOUT_MS,
        lastState: lines,
        failure: () => (child.exitCode === null ? undefined : `npm start has ended: ${lines()}`),
      },
    );
    return { url, key, deployment, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function collectOutput(child: ChildProcess): () => string {
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (piece: Buffer) => {
      output += piece;
    });
  return () => output;
}
