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
  readonly tables: readonly { readonly database: string; readonly table: string }[];
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
    tables: [...new Set(tables.split(',').map((one) => one.trim()))].map(parseTable),
  };
}

function parseTable(text: string): { database: string; table: string } {
  const at = text.indexOf('.');
  if (at < 1 || at === text.length - 1)
    throw new UsageError(`--tables takes tables with their database, like shop.orders, got: ${text}`);
  const database = text.slice(0, at);
  if (SYSTEM_DATABASES.includes(database.toLowerCase()))
    throw new UsageError(`${text} is a table of the server itself, and no source`);
  return { database, table: text.slice(at + 1) };
}
