/** Synthesizes environments of `cdktf.json` into a temporary folder, from the real bundles. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Deployment, readDeployment } from '../deployment/deployment';

const root = join(__dirname, '..');

export interface SynthesizedEnvironment {
  readonly name: string;
  readonly deployment: Deployment;
}

/** All of them unless some are named. */
export function synthesizeEnvironments(
  names: readonly string[] = environmentNames(),
): SynthesizedEnvironment[] {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'));
  try {
    runNode([join('scripts', 'bundle.mjs')], {});
    return names.map((name) => {
      const output = join(folder, name);
      runNode(['--import', 'tsx', 'main.ts'], { CDC_ENVIRONMENT: name, CDKTF_OUTDIR: output });
      return { name, deployment: readDeployment(output) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const environmentNames = (): string[] => Object.keys(readContext().environments);

/** The one that is asked for, in the variable or else in `cdktf.json`. */
export const chosenEnvironment = (): string => process.env.CDC_ENVIRONMENT || readContext().environment;

function readContext(): { readonly environment: string; readonly environments: Record<string, unknown> } {
  return JSON.parse(readFileSync(join(root, 'cdktf.json'), 'utf8')).context;
}

function runNode(args: readonly string[], environment: Readonly<Record<string, string>>): void {
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0)
    throw new Error(`node ${args.join(' ')} failed: ${error?.message ?? `exit code ${status}`}`);
}
