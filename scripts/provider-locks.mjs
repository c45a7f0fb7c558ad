/**
 * Keeps Terraform's provider lock file of each stack in the repository: synthesis writes stacks to a folder that is
 * not committed, so a lock file in it would be lost.
 *
 *     npm run locks -- save      locks the providers of each synthesized stack for the usual platforms, copies them to locks/
 *     npm run locks -- restore   copies locks/ back beside the synthesized stacks
 */
import { copyFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root, run } from './run.mjs';

const PLATFORMS = ['linux_amd64', 'linux_arm64', 'darwin_amd64', 'darwin_arm64'];
const LOCK_FILE = '.terraform.lock.hcl';

const stacksFolder = join(resolve(root, process.env.CDKTF_OUTDIR ?? 'cdktf.out'), 'stacks');
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
  copyFileSync(kept(stack), join(stacksFolder, stack, LOCK_FILE));
  console.log(`restored ${LOCK_FILE} of ${stack}`);
}

/** Without a lock, whoever serves the provider decides what a deploy runs; so nothing is deployed until they are committed. */
function refuse(missing) {
  const what = `the provider locks of ${missing.join(', ')} are not committed, so nothing fixes which provider this deploy would run`;
  if (process.env.GITHUB_ACTIONS === 'true') console.log(`::error title=provider locks are missing::${what}`);
  console.error(`${what}.

Until they are committed, deploy manually (docs/first-deploy.md). To commit them, once:
  npm run synth && npm run locks -- save      on a machine with Terraform and access to its registry
  git add locks && git commit -m 'locks: the provider of each stack'
or run the workflow "provider locks" and commit the files of its artifact.`);
  process.exit(1);
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
const stacks = readdirSync(stacksFolder).sort();
const missing = stacks.filter((stack) => !existsSync(kept(stack)));
if (action === restore && missing.length > 0) refuse(missing);
for (const stack of stacks) action(stack);
