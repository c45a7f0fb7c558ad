/** What this machine has of what the pipeline needs. Works without any package. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './run.mjs';

const OLDEST_JAVA = 11;
export const OLDEST_NODE = [20, 9];
/** Server programs are often not on a user's PATH. */
const USUAL_FOLDERS = [
  '/usr/sbin',
  '/usr/local/sbin',
  '/usr/local/bin',
  '/opt/homebrew/bin',
  '/usr/local/mysql/bin',
];

/**
 * What is missing, by its names in each package manager.
 * @typedef {'apt' | 'dnf' | 'zypper' | 'pacman' | 'apk' | 'brew'} Manager
 * @typedef {{ what: string, packages: Record<Manager, readonly string[]> }} MissingProgram
 */
const MYSQL_SERVER = {
  what: 'a MySQL-protocol server',
  packages: {
    apt: ['mariadb-server-core', 'mariadb-client-core'],
    dnf: ['mariadb-server'],
    zypper: ['mariadb'],
    pacman: ['mariadb'],
    apk: ['mariadb', 'mariadb-client'],
    brew: ['mariadb'],
  },
};
const JAVA = {
  what: `Java ${OLDEST_JAVA} or later`,
  packages: {
    apt: ['default-jre-headless'],
    dnf: ['java-latest-openjdk-headless'],
    zypper: ['java-21-openjdk-headless'],
    pacman: ['jre-openjdk-headless'],
    apk: ['openjdk21-jre-headless'],
    brew: ['openjdk'],
  },
};

/** In the order in which they are looked for: Homebrew is on some Linux systems beside the system's own. */
const MANAGERS = [
  {
    manager: 'apt',
    program: 'apt-get',
    install: 'apt-get install -y --no-install-recommends',
    update: 'apt-get update',
  },
  { manager: 'dnf', program: 'dnf', install: 'dnf install -y' },
  { manager: 'zypper', program: 'zypper', install: 'zypper install -y' },
  { manager: 'pacman', program: 'pacman', install: 'pacman -S --needed' },
  { manager: 'apk', program: 'apk', install: 'apk add' },
  { manager: 'brew', program: 'brew', install: 'brew install' },
];

export function nodeIsNewEnough(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  return major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
}

/** @returns {boolean} whether every package of the lock file is installed in exactly its version */
export function packagesAreInstalled() {
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, optional, peer }]) => {
    // Optional packages may be for other platforms.
    return path === '' || optional === true || peer === true || installed[path]?.version === version;
  });
}

export const hasProgram = (...names) => findProgram(...names) !== undefined;

/** Chromium, or a browser that is driven as it is; undefined where there is none. */
export const browserPath = () =>
  findProgram('chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome');

/** The path of the first of these programs that this machine has. */
function findProgram(...names) {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...USUAL_FOLDERS];
  return names
    .flatMap((name) => folders.filter(Boolean).map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

function hasMysqlServer() {
  return (
    (hasProgram('mariadbd') && hasProgram('mariadb-install-db') && hasProgram('my_print_defaults')) ||
    hasProgram('mysqld')
  );
}

/** @returns {number | undefined} undefined where there is none */
export function javaVersion() {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' });
  const version = /version "(\d+)/.exec(stderr ?? '');
  return version === null ? undefined : Number(version[1]);
}

/** @returns {MissingProgram[]} */
export const missingPrograms = () => [
  ...(hasMysqlServer() ? [] : [MYSQL_SERVER]),
  ...((javaVersion() ?? 0) >= OLDEST_JAVA ? [] : [JAVA]),
];

/**
 * The command that installs what is missing here, by the package manager that is there.
 * @param {readonly MissingProgram[]} missing
 * @param {{ has?: (program: string) => boolean, isRoot?: boolean }} [machine]
 * @returns {string | undefined} undefined where there is none of them
 */
export function installCommand(missing, { has = hasProgram, isRoot = process.getuid?.() === 0 } = {}) {
  const found = MANAGERS.find(({ program }) => has(program));
  if (found === undefined) return undefined;
  const packages = missing.flatMap((program) => program.packages[found.manager]);
  // Homebrew refuses to run as root.
  const sudo = isRoot || found.manager === 'brew' ? '' : 'sudo ';
  const steps = [
    ...(found.update === undefined ? [] : [found.update]),
    `${found.install} ${packages.join(' ')}`,
  ];
  return steps.map((step) => `${sudo}${step}`).join(' && ');
}

/** What a person reads when something cannot be installed for them. */
export function describeMissing(missing, machine) {
  const what = missing.map((program) => program.what).join(' and ');
  const command = installCommand(missing, machine);
  return command === undefined
    ? `${what}: not found on this machine, and no package manager that this project knows. Install them so that their programs (mariadbd and mariadb-install-db, or mysqld; java) are on the PATH`
    : `${what}: not found on this machine. Install with:\n  ${command}\nthen run the command again. npm run doctor checks all that is needed`;
}
