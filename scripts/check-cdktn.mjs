/**
 * Proves that the project can move off CDKTF (decision D10): in a temporary copy, `cdktf` and its AWS provider become
 * aliases of their successors, nothing else changes, and the copy must type-check and synthesize the same stacks for both
 * environments.
 *
 *     npm run check:cdktn
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle } from './bundle.mjs';
import { root } from './run.mjs';
import { readTypescript } from './typescript.cjs';

const SUCCESSORS = { cdktf: 'npm:cdktn@0.24.0', '@cdktf/provider-aws': 'npm:@cdktn/provider-aws@25.7.0' };
const ENVIRONMENTS = ['dev', 'prod'];
/** The parts of the project that synthesis needs. */
const COPIED = [
  'main.ts',
  'cdktf.json',
  'tsconfig.json',
  'stacks',
  'pipeline',
  'seed-data',
  'tables',
  'dist',
];

function copyProject(folder) {
  for (const path of COPIED) cpSync(join(root, path), join(folder, path), { recursive: true });
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const kept = (dependencies, names) => Object.fromEntries(names.map((name) => [name, dependencies[name]]));
  const dependencies = {
    ...manifest.dependencies,
    ...kept(manifest.devDependencies, ['typescript', '@types/node', '@types/jest', '@types/aws-lambda']),
    ...SUCCESSORS,
  };
  // The command line tool is not needed to synthesize, and depends on the archived library.
  delete dependencies['cdktf-cli'];
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'way-out', private: true, dependencies }),
  );
  const config = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ ...config, include: ['main.ts', 'stacks'] }));
}

/** Both write next to each other, so that paths do not differ for another reason. */
function synthesize(folder, environment, out) {
  const env = { ...process.env, CDC_ENVIRONMENT: environment, CDKTF_OUTDIR: out };
  execFileSync(process.execPath, [...readTypescript, 'main.ts'], { cwd: folder, env, stdio: 'inherit' });
  const stacks = join(out, 'stacks');
  return Object.fromEntries(
    readdirSync(stacks).map((stack) => [
      stack,
      normalize(JSON.parse(readFileSync(join(stacks, stack, 'cdk.tf.json'), 'utf8'))),
    ]),
  );
}

/** Leaves out what only identifies the library that wrote it. */
function normalize(stack) {
  const copy = structuredClone(stack);
  delete copy['//'];
  for (const provider of Object.values(copy.terraform?.required_providers ?? {})) delete provider.source;
  return JSON.stringify(copy, (key, value) => (key === '//' ? value?.checkov : value), 1);
}

const folder = mkdtempSync(join(tmpdir(), 'way-out-of-cdktf-'));
let differences = 0;
try {
  await bundle();
  copyProject(folder);
  console.log(`installing ${Object.values(SUCCESSORS).join(' and ')}`);
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
  });
  execFileSync(join(folder, 'node_modules/.bin/tsc'), ['-p', '.'], { cwd: folder, stdio: 'inherit' });
  console.log('types: as before');
  for (const environment of ENVIRONMENTS) {
    const old = synthesize(root, environment, join(folder, `cdktf-${environment}`));
    const successor = synthesize(folder, environment, join(folder, `cdktn-${environment}`));
    for (const stack of new Set([...Object.keys(old), ...Object.keys(successor)])) {
      const same = old[stack] === successor[stack];
      if (!same) differences += 1;
      console.log(`${environment} ${stack}: ${same ? 'the same JSON' : 'DIFFERENT JSON'}`);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(differences === 0 ? 0 : 1);
