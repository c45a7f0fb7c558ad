/**
 * Keeps Terraform's provider lock file of each stack in the repository: synthesis writes stacks to a folder that is
 * not committed, so a lock file in it would be lost.
 *
 *     npm run locks -- save      locks the providers of each synthesized stack for the usual platforms, copies them to locks/
 *     npm run locks -- restore   copies locks/ back beside the synthesized stacks
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

const PLATFORMS = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64'];
const LOCK_FILE = '.terraform.lock.hcl';

const stacksFolder = join(root, process.env.CDKTF_OUTDIR ?? 'cdktf.out', 'stacks');
const kept = (stack) => join(root, 'locks', `${stack}${LOCK_FILE}`);

function save(stack) {
  const folder = join(stacksFolder, stack);
  const platforms = PLATFORMS.map((platform) => `-platform=${platform}`);
  run('terraform', [`-chdir=${folder}`, 'providers', 'lock', ...platforms]);
  mkdirSync(join(root, 'locks'), { recursive: true });
  copyFileSync(join(folder, LOCK_FILE), kept(stack));
  console.log(`saved locks/${stack}${LOCK_FILE}`);
}

function restore(stack) {
  if (!existsSync(kept(stack))) {
    console.error(
      `locks/${stack}${LOCK_FILE} does not exist: run \`npm run locks -- save\` once and commit it.`,
    );
    process.exit(1);
  }
  copyFileSync(kept(stack), join(stacksFolder, stack, LOCK_FILE));
  console.log(`restored ${LOCK_FILE} of ${stack}`);
}

const action = { save, restore }[process.argv[2] ?? ''];
if (action === undefined || !existsSync(stacksFolder)) {
  console.error(
    action === undefined
      ? 'use: npm run locks -- save | restore'
      : 'nothing is synthesized yet: run `npm run synth`',
  );
  process.exit(2);
}
for (const stack of readdirSync(stacksFolder).sort()) action(stack);
