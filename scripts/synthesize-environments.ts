/** Synthesizes environments of `cdktf.json` into a temporary folder, from the real bundles. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Deployment, readDeployment } from '../deployment/deployment';
import { readTypescript } from './typescript.cjs';

const ownRoot = join(__dirname, '..');

export interface SynthesizedEnvironment {
  readonly name: string;
  readonly deployment: Deployment;
}

/** All of them unless some are named; of this project, unless another folder holds one. */
export function synthesizeEnvironments(
  names?: readonly string[],
  project: string = ownRoot,
): SynthesizedEnvironment[] {
  const folder = mkdtempSync(join(tmpdir(), 'policy-'));
  try {
    runNode([join('scripts', 'bundle.mjs')], { project });
    return (names ?? environmentNames(project)).map((name) => {
      const output = join(folder, name);
      runNode([...readTypescript, 'main.ts'], {
        project,
        environment: { CDC_ENVIRONMENT: name, CDKTF_OUTDIR: output },
      });
      return { name, deployment: readDeployment(output) };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const environmentNames = (project: string = ownRoot): string[] =>
  Object.keys(readContext(project).environments);

/** The one that is asked for, in the variable or else in `cdktf.json`. */
export const chosenEnvironment = (): string =>
  process.env.CDC_ENVIRONMENT || readContext(ownRoot).environment;

function readContext(project: string): {
  readonly environment: string;
  readonly environments: Record<string, unknown>;
} {
  return JSON.parse(readFileSync(join(project, 'cdktf.json'), 'utf8')).context;
}

function runNode(
  args: readonly string[],
  { project, environment = {} }: { readonly project: string; readonly environment?: Record<string, string> },
): void {
  const { status, error } = spawnSync(process.execPath, args, {
    cwd: project,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0)
    throw new Error(`node ${args.join(' ')} failed: ${error?.message ?? `exit code ${status}`}`);
}
