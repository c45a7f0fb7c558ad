/**
 * Scans the synthesized stacks of every environment with the scanners of reviewers that are installed: checkov, Trivy,
 * tflint. Fails with exit code 1 when one of them finds something that has no reason, or does not work.
 *
 *     npm run scan
 *     npm run scan -- --prove                     plants a finding, which each scanner must report
 *     npm run scan -- --require checkov,trivy     fails when one of these is not installed
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Deployment } from '../deployment/deployment';
import type { JsonMap } from '../deployment/json';
import { buildCheckovBaseline, withoutRequiredVersion } from '../deployment/scan/checkov-baseline';
import {
  isAsExpected,
  SCANNERS,
  type ScanFolder,
  type Scanner,
  type ScannerRun,
  type ScanVerdict,
  verdictOf,
} from '../deployment/scan/scanners';
import { FALSE_ON_JSON } from '../deployment/scan/trivy-ignores';
import type { Given } from '../local/commands/given';
import { synthesizeEnvironments } from './synthesize-environments';

const root = join(__dirname, '..');

function writeScanFolder(folder: string, deployment: Deployment, plant?: Scanner['plant']): ScanFolder {
  const scanned: ScanFolder = {
    stacks: join(folder, 'stacks'),
    baseline: join(folder, 'baseline.json'),
    trivyIgnore: join(folder, 'trivyignore.yaml'),
  };
  for (const { name: stack, json } of deployment.stacks) {
    const copy = structuredClone(withoutRequiredVersion(json)) as Record<string, JsonMap>;
    if (plant?.stack === stack) {
      const ofType = (copy.resource?.[plant.type] ?? {}) as JsonMap;
      copy.resource = { ...copy.resource, [plant.type]: { ...ofType, planted: plant.config as JsonMap } };
    }
    mkdirSync(join(scanned.stacks, stack), { recursive: true });
    writeFileSync(join(scanned.stacks, stack, 'cdk.tf.json'), JSON.stringify(copy, null, 2));
  }
  writeFileSync(scanned.baseline, JSON.stringify(buildCheckovBaseline(deployment)));
  writeFileSync(scanned.trivyIgnore, readFileSync(join(root, '.trivyignore.yaml'), 'utf8') + FALSE_ON_JSON);
  return scanned;
}

function runScanner({ name, program, arguments: argumentsOf }: Scanner, folder: ScanFolder): ScannerRun {
  const { status, stdout, stderr, error } = spawnSync(program, argumentsOf(folder), { encoding: 'utf8' });
  const isAbsent = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  return { name, exitCode: isAbsent ? undefined : (status ?? 127), output: `${stdout ?? ''}${stderr ?? ''}` };
}

/** What the scanners of this run ended with. */
const verdicts = new Set<ScanVerdict>();

interface ScanOptions {
  readonly isProof: boolean;
  readonly required: readonly string[];
}

function scanEnvironment(name: string, deployment: Deployment, { isProof, required }: ScanOptions): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'scan-'));
  try {
    return SCANNERS.map((scanner) => {
      const own = join(folder, scanner.name);
      mkdirSync(own);
      const run = runScanner(scanner, writeScanFolder(own, deployment, isProof ? scanner.plant : undefined));
      const verdict = verdictOf(run);
      verdicts.add(verdict);
      const isGood = isAsExpected(verdict, { isProof, isRequired: required.includes(scanner.name) });
      console.log(`${name}: ${scanner.name}: ${verdict}${isGood ? '' : `\n${run.output}`}`);
      return isGood;
    }).every(Boolean);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface ScanFlags {
  readonly prove: boolean;
  readonly require?: readonly string[];
}

export async function command({ flags }: Given<ScanFlags>): Promise<number> {
  const options = { isProof: flags.prove, required: flags.require ?? [] };
  const good = synthesizeEnvironments().map(({ name, deployment }) =>
    scanEnvironment(name, deployment, options),
  );
  if (verdicts.size === 1 && verdicts.has('not installed')) {
    console.log('nothing was scanned: install checkov, Trivy or tflint (their documentation says how)');
  }
  return good.every(Boolean) ? 0 : 1;
}
