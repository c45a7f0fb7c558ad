/** `--mysql mysql://user@host:3306 --tables shop.orders`, as a person types it. */
import { resolve } from 'node:path';
import type { SslMode } from '../protocol/mysql/tls-modes';
import { UsageError } from './usage-error';

/** A server's own database is never a source. */
const SYSTEM_DATABASES = ['mysql', 'information_schema', 'performance_schema', 'sys'];
const MYSQL_PORT = 3306;

export interface OwnSourceFlags {
  readonly mysql?: string;
  readonly tables?: string;
  readonly sslMode?: SslMode;
  readonly sslCa?: string;
}

export interface OwnSourceAddress {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly sslMode: SslMode;
  readonly sslCa?: string;
  readonly tables: readonly AskedTable[];
}

/** One table, or all of a database: `shop.*`. */
export interface AskedTable {
  readonly database: string;
  /** Absent: all that the login may read. */
  readonly table?: string;
}

/** @throws UsageError */
export function parseOwnSource({ mysql = '', tables, sslMode, sslCa }: OwnSourceFlags): OwnSourceAddress {
  const given = URL.canParse(mysql) ? new URL(mysql) : undefined;
  if (given?.protocol !== 'mysql:' || given.hostname === '' || given.username === '')
    throw new UsageError(`--mysql takes mysql://user@host:3306, got: ${mysql.replace(/:[^:@/]*@/, ':…@')}`);
  if (given.password !== '')
    throw new UsageError(
      'the password of --mysql would be in the list of processes and in the history of the shell: leave it out. It is asked for, or taken from MYSQL_PWD',
    );
  if (tables === undefined || tables === '')
    throw new UsageError('--mysql needs --tables: shop.orders, or several, separated by commas');
  return {
    host: given.hostname.replace(/^\[|\]$/g, ''),
    port: Number(given.port || MYSQL_PORT),
    user: decodeURIComponent(given.username),
    // As mysql does it; an authority that is named is meant to be asked.
    sslMode: sslMode ?? (sslCa === undefined ? 'PREFERRED' : 'VERIFY_CA'),
    ...(sslCa === undefined ? {} : { sslCa: resolve(sslCa) }),
    tables: parseTables(tables),
  };
}

/** A name between backticks may have any character in it. */
const QUOTED = /`(?:[^`]|``)*`/.source;
const ONE = new RegExp(`(?:${QUOTED}|[^,\`])+`, 'g');
const PARTS = new RegExp(`^\\s*(${QUOTED}|[^.\`]+)\\.(${QUOTED}|.+?)\\s*$`, 's');

function parseTables(text: string): AskedTable[] {
  const asked = (text.match(ONE) ?? []).map(parseTable);
  const key = ({ database, table }: AskedTable): string => JSON.stringify([database, table]);
  return [...new Map(asked.map((one) => [key(one), one])).values()];
}

/** As `--tables` takes it. */
export const tableText = (name: string): string =>
  /[`,.*\s]/.test(name) ? `\`${name.replaceAll('`', '``')}\`` : name;

function parseTable(text: string): AskedTable {
  const [, first, second] = PARTS.exec(text) ?? [];
  if (first === undefined || second === undefined)
    throw new UsageError(
      `--tables takes tables with their database, like shop.orders, or 'shop.*' for all of one, got: ${text.trim()}. A name with a comma or a dot goes between backticks`,
    );
  const database = unquoted(first);
  if (SYSTEM_DATABASES.includes(database.toLowerCase()))
    throw new UsageError(`${text.trim()} is a table of the server itself, and no source`);
  return second === '*' ? { database } : { database, table: unquoted(second) };
}

const unquoted = (name: string): string =>
  name.startsWith('`') && name.endsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
