/**
 * Installs what is missing on this machine: npm packages, a MySQL-protocol server, Java. Needs only Node and npm.
 * On Debian and Ubuntu as root it uses apt; elsewhere it prints the one command to run and stops.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root, run } from './run.mjs';

const OLDEST_JAVA = 11;
/** Server programs are often not on a user's PATH. */
const USUAL_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '/usr/local/mysql/bin',
];

/** @returns {boolean} whether every package of the lock file is installed in exactly its version */
function packagesAreInstalled() {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, peer }]) => {
    // Optional packages may be for other platforms.
    return path === '' || optional === true || peer === true || installed[path]?.version === version;
  });
}

function hasProgram(...names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...USUAL_FOLDERS];
  return names.some((name) => folders.some((folder) => folder !== '' && existsSync(join(folder, name))));
}

function hasMysqlServer() {
  return (
    (hasProgram('mariadbd') && hasProgram('mariadb-install-db') && hasProgram('my_print_defaults')) ||
    hasProgram('mysqld')
  );
}

function hasJava() {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = /version "(\d+)/.exec(stderr ?? '');
  return version !== null && Number(version[1]) >= OLDEST_JAVA;
}

/** What is missing, by its names in Debian and Homebrew. */
function missingPrograms() {
  return [
    ...(hasMysqlServer() ? [] : [{ apt: ['mariadb-server-core', 'mariadb-client-core'], brew: ['mariadb'] }]),
    ...(hasJava() ? [] : [{ apt: ['default-jre-headless'], brew: ['openjdk'] }]),
  ];
}

function installPrograms(missing) {
  const packages = missing.flatMap((program) => program.apt);
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  if (!hasProgram('apt-get')) {
    const brew = `brew install ${missing.flatMap((program) => program.brew).join(' ')}`;
    stop(`A MySQL-protocol server or Java ${OLDEST_JAVA}+ is missing. With Homebrew, run:  ${brew}`);
  }
  if (process.getuid?.() !== 0) {
    stop(
      `A MySQL-protocol server or Java ${OLDEST_JAVA}+ is missing. Run:  sudo apt-get update && sudo apt-get ${install.join(' ')}`,
    );
  }
  console.error(`Installing ${packages.join(', ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  run('apt-get', ['update', '-qq'], { env, quiet: true });
  run('apt-get', [...install, '-qq'], { env, quiet: true });
}

function stop(message) {
  console.error(message);
  process.exit(1);
}

export function setUp() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 9))
    stop(`Node 20.9 or later is needed, got ${process.versions.node}.`);
  if (!packagesAreInstalled()) {
    console.error('Installing npm packages …');
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 2, 2],
    });
  }
  const missing = missingPrograms();
  if (missing.length > 0) installPrograms(missing);
}
