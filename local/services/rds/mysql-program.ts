/** Which MySQL-protocol server runs: a setting, not what happens to be in PATH. */
import { existsSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ServerFlavour } from '../../../pipeline/mysql/server-flavour';
import { findProgram } from '../../runtime/find-program';

/** Names the server for a run, as `npm start -- --server` does. */
const SERVER_VARIABLE = 'CDC_MYSQL_SERVER';

export interface ServerProgram {
  readonly path: string;
  readonly flavour: ServerFlavour;
}

/** Where `scripts/fetch-mysql.mjs` puts MySQL, which is not installed. */
const fetchedMysql = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'cdc-to-redshift', 'mysql', 'mysqld');

/**
 * @param given without it, the server that made the data, or else MariaDB where both are there
 * @param dataFolder of an earlier run, or not there yet
 * @throws Error when there is no such server, or the data is another's
 */
export function findServerProgram(given: ServerFlavour | undefined, dataFolder: string): ServerProgram {
  const made = madeBy(dataFolder);
  if (given !== undefined && made !== undefined && given !== made)
    throw new Error(
      `the data in ${dataFolder} was made by ${made}, and ${given} is asked for, which cannot read it. Leave the choice out, name another folder with --data-dir, or start with --fresh, which deletes what is in it`,
    );
  const wanted = given ?? made;
  const order: readonly ServerFlavour[] = wanted === undefined ? ['mariadb', 'mysql'] : [wanted];
  for (const flavour of order) {
    const path = flavour === 'mariadb' ? findProgram('mariadbd') : findMysql();
    if (path !== undefined) return { path, flavour };
  }
  throw new Error(wanted === 'mysql' ? NO_MYSQL : NO_SERVER);
}

/** @throws Error for a value that names no server. */
export function serverSetting(): ServerFlavour | undefined {
  const given = process.env[SERVER_VARIABLE];
  if (given === undefined || given === '') return undefined;
  if (given === 'mariadb' || given === 'mysql') return given;
  throw new Error(`${SERVER_VARIABLE} must be mariadb or mysql, got: ${given}`);
}

/** Each has a file that the other has not. */
function madeBy(dataFolder: string): ServerFlavour | undefined {
  if (existsSync(join(dataFolder, 'mysql.ibd'))) return 'mysql';
  return existsSync(join(dataFolder, 'aria_log_control')) ? 'mariadb' : undefined;
}

/** MariaDB installs itself under MySQL's name as well. */
function findMysql(): string | undefined {
  if (existsSync(fetchedMysql())) return fetchedMysql();
  const installed = findProgram('mysqld');
  return installed === undefined || isMariadb(installed) ? undefined : installed;
}

const isMariadb = (program: string): boolean => {
  const resolved = realpathSync(program);
  return resolved.endsWith('mariadbd');
};

const NO_SERVER =
  'no MySQL-protocol server is installed: looked for mariadbd and mysqld. On Debian or Ubuntu: apt-get install mariadb-server-core';
const NO_MYSQL =
  'MySQL is not on this machine. On Debian or Ubuntu (x86-64), "node scripts/fetch-mysql.mjs" fetches it without installing it; elsewhere install it, with mysqld in PATH';
