/** The flags of `npm run add-table`; each source has its own of them. */
import type { SslMode } from '../protocol/mysql/tls-modes';
import type { DataDirFlag } from './given';
import { UsageError } from './usage-error';

export interface AddTableFlags extends DataDirFlag {
  readonly file?: string;
  readonly server?: string;
  readonly ca?: string;
  readonly sslMode?: SslMode;
  readonly name?: string;
  readonly leaveOut: readonly string[];
  readonly boolean: readonly string[];
  readonly update: boolean;
  readonly table?: string;
  readonly profile?: string;
  readonly region?: string;
  readonly endpoint?: string;
  readonly key: readonly string[];
  readonly sample?: number;
  readonly target?: string;
  readonly dryRun: boolean;
  readonly tables?: string;
}

const OF_ONE_SOURCE: Readonly<Record<'mysql' | 'dynamodb', readonly (keyof AddTableFlags)[]>> = {
  mysql: ['server', 'ca', 'sslMode', 'name', 'leaveOut', 'boolean', 'update'],
  dynamodb: ['table', 'profile', 'region', 'endpoint', 'key', 'sample', 'target'],
};

/** @throws UsageError for a flag that is only for the other source */
export function refuseFlagsOfOther(source: 'mysql' | 'dynamodb', flags: AddTableFlags): void {
  const other = source === 'mysql' ? 'dynamodb' : 'mysql';
  const wrong = OF_ONE_SOURCE[other].filter((name) => {
    const value = flags[name];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false;
  });
  if (wrong.length === 0) return;
  const names = wrong.map((name) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
  throw new UsageError(`${names.join(', ')}: only for npm run add-table -- ${other} …`);
}
