/**
 * `node scripts/fetch-mysql.mjs`: fetches MySQL itself, which RDS runs, without installing it, for
 * `npm start -- --server mysql` and for the tests on MySQL. Needs apt and dpkg; elsewhere install MySQL and have its
 * `mysqld` in PATH. The packages are those of Debian's unstable suite, from the archive that this machine's own apt
 * uses, and are verified by its keys.
 *
 *   1. Download the packages into private apt folders.
 *   2. Unpack them into a folder beside the one that is used.
 *   3. Rename it into place: what has the name is whole.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const SUITE = 'sid';
const LIBRARIES = 'usr/lib/x86_64-linux-gnu';

const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdc-to-redshift');
const target = join(cache, 'mysql');

/** @returns {string} the address from which this machine gets its own packages */
function archiveAddress() {
  const uris = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { encoding: 'utf8' });
  const found = uris.split('\n').find((uri) => /\/debian\/?$/.test(uri));
  if (found === undefined)
    throw new Error('the apt configuration of this machine names no archive of Debian');
  return found;
}

/** @param {string} folder holds lists, downloads and no installed package, so that every dependency is fetched */
function downloadPackages(folder) {
  for (const name of ['lists/partial', 'archives/partial', 'etc/preferences.d'])
    mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'status'), '');
  writeFileSync(join(folder, 'etc', 'sources.list'), `deb ${archiveAddress()} ${SUITE} main\n`);
  const options = {
    'Dir::Etc::SourceList': join(folder, 'etc', 'sources.list'),
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::PreferencesParts': join(folder, 'etc', 'preferences.d'),
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::State::status': join(folder, 'status'),
    'Dir::Cache': folder,
    'Dir::Cache::Archives': join(folder, 'archives'),
    'APT::Sandbox::User': 'root',
    'APT::Install-Recommends': 'false',
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const apt = (...args) =>
    execFileSync('apt-get', [...flags, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  apt('update', '-qq');
  apt('install', '--download-only', '-y', '-qq', 'mysql-server-core');
}

/** A program that starts the server with the libraries it was built for, whatever the machine has. */
const launcher = `#!/bin/sh
root="$(dirname "$(readlink -f "$0")")/root"
lib="$root/${LIBRARIES}"
exec "$lib/ld-linux-x86-64.so.2" --library-path "$lib:$lib/mysql/private:$root/usr/lib/mysql/private" \\
  "$root/usr/sbin/mysqld" "$1" --basedir="$root/usr" --lc-messages-dir="$root/usr/share/mysql" \\
  --plugin-dir="$root/usr/lib/mysql/plugin" "\${@:2}"
`.replace('#!/bin/sh', '#!/bin/bash');

function fetchMysql() {
  if (existsSync(join(target, 'mysqld'))) return console.error(`MySQL is there already: ${target}`);
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('this script fetches the packages of Debian for x86-64; elsewhere install MySQL');
  mkdirSync(cache, { recursive: true });
  const apt = join(cache, 'mysql-apt');
  const unfinished = join(cache, 'mysql-unfinished');
  for (const folder of [apt, unfinished]) rmSync(folder, { recursive: true, force: true });
  mkdirSync(join(unfinished, 'root'), { recursive: true });
  downloadPackages(apt);
  const archives = join(apt, 'archives');
  for (const name of readdirSync(archives).filter((name) => name.endsWith('.deb')))
    execFileSync('dpkg', ['-x', join(archives, name), join(unfinished, 'root')]);
  writeFileSync(join(unfinished, 'mysqld'), launcher);
  chmodSync(join(unfinished, 'mysqld'), 0o755);
  renameSync(unfinished, target);
  rmSync(apt, { recursive: true, force: true });
  console.error(`MySQL is in ${target}`);
}

fetchMysql();
