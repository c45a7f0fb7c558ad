/**
 * Installs what is missing on this machine: npm packages, a MySQL-protocol server, Java. Needs only Node and npm.
 * On Debian and Ubuntu as root it uses apt; elsewhere it prints the one command to run and stops.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import {
  browserPath,
  describeMissing,
  hasProgram,
  missingPrograms,
  nodeIsNewEnough,
  OLDEST_NODE,
  packagesAreInstalled,
} from './machine.mjs';
import { root, run } from './run.mjs';

function installPrograms(missing) {
  if (!hasProgram('apt-get') || process.getuid?.() !== 0) stop(describeMissing(missing));
  const packages = missing.flatMap((program) => program.packages.apt);
  console.error(`Installing ${packages.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env, quiet: true });
  run('apt-get', ['install', '-y', '--no-install-recommends', ...packages, '-qq'], { env, quiet: true });
}

function installPackages() {
  console.error('Installing npm packages …');
  try {
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
  } catch (error) {
    stop(
      `npm ci failed (${error.status ?? error.code}): the lines above say why. Usual causes: no network, a registry that needs a login, or a project folder that you may not write to (${root})`,
    );
  }
}

function stop(message) {
  console.error(message);
  process.exit(1);
}

export function setUp() {
  if (!nodeIsNewEnough())
    stop(`Node ${OLDEST_NODE.join('.')} or later is needed, got ${process.versions.node}.`);
  if (!packagesAreInstalled()) installPackages();
  const missing = missingPrograms();
  if (missing.length > 0) installPrograms(missing);
}

/** A browser for the tests of the live page, where apt can install it. Without one they are skipped by name. */
export function setUpBrowser() {
  if (browserPath() !== undefined || !hasProgram('apt-get') || process.getuid?.() !== 0) return;
  console.error('Installing chromium …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const options = { env, stdio: 'ignore' };
  spawnSync('apt-get', ['update', '-qq'], options);
  spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium', '-qq'], options);
  if (browserPath() === undefined)
    console.error('chromium could not be installed: the tests of the live page are skipped');
}
