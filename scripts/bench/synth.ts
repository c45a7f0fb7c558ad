/**
 * Synthesis of the four stacks as `npm run synth` runs it, next to a plain ts-node run of the same `main.ts`, which
 * type-checks as it goes. Seconds and peak memory are of the whole process. ts-node is not a dependency of this
 * project: it is installed in a temporary folder for this measurement.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readTypescript } from '../typescript.cjs';
import type { BenchResult } from './result';

const root = join(__dirname, '..', '..');
const ROUNDS = 3;

interface Run {
  readonly seconds: number;
  readonly peakMb: number;
}

/** Prints the peak memory of the process when it ends, in KB. */
const WATCH_MEMORY = "process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS))";

function synthesize(args: readonly string[], out: string, env: Readonly<Record<string, string>>): Run {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['-r', join(out, '..', 'watch-memory.cjs'), ...args, 'main.ts'],
    { cwd: root, env: { ...process.env, ...env, CDKTF_OUTDIR: out }, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`synthesis with ${args.join(' ')} failed: ${stderr}`);
  const peakKb = Number(/peak (\d+)/.exec(stderr)?.[1]);
  return { seconds: (performance.now() - startedAt) / 1000, peakMb: Math.round(peakKb / 1024) };
}

function best(run: () => Run): Run {
  const runs = Array.from({ length: ROUNDS }, run);
  return runs.sort((a, b) => a.seconds - b.seconds)[0]!;
}

function countResources(out: string): number {
  const stacks = join(out, 'stacks');
  return readdirSync(stacks)
    .map(
      (stack) => JSON.parse(readFileSync(join(stacks, stack, 'cdk.tf.json'), 'utf8')) as { resource: object },
    )
    .flatMap(({ resource }) => Object.values(resource) as object[])
    .reduce((count, ofType) => count + Object.keys(ofType).length, 0);
}

export async function bench(): Promise<BenchResult[]> {
  execFileSync(process.execPath, ['scripts/bundle.mjs'], { cwd: root, stdio: 'ignore' });
  const folder = mkdtempSync(join(tmpdir(), 'cdc-bench-synth-'));
  try {
    const out = join(folder, 'out');
    writeFileSync(join(folder, 'watch-memory.cjs'), WATCH_MEMORY);
    const ours = best(() => synthesize(readTypescript, out, {}));
    const rows = countResources(out);
    const tools = ['ts-node@10.9.2', 'typescript@5.9.3'];
    execFileSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', '--silent', ...tools]);
    const plain = best(() =>
      synthesize(['-r', join(folder, 'node_modules/ts-node/register')], out, {
        TS_NODE_COMPILER: join(folder, 'node_modules/typescript'),
        TS_NODE_COMPILER_OPTIONS: JSON.stringify({ module: 'commonjs', moduleResolution: 'node10' }),
      }),
    );
    return [
      {
        name: 'synth',
        shape: `four stacks, ${rows} resources, peak ${ours.peakMb} MB`,
        rows,
        seconds: ours.seconds,
        rowsPerSecond: rows / ours.seconds,
        floor: `plain ts-node, peak ${plain.peakMb} MB`,
        floorRowsPerSecond: rows / plain.seconds,
        ratio: plain.seconds / ours.seconds,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
