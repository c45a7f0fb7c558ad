/** What `npm run add-table -- mysql DATABASE.TABLE` takes, beyond what its description checks. */
import type { SslMode } from '../protocol/mysql/tls-modes';
import type { AddTableFlags } from './add-table-flags';
import type { Given } from './given';
import { UsageError } from './usage-error';

export interface AddTableArguments {
  readonly database: string;
  readonly table: string;
  readonly file?: string;
  readonly server?: {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly password: string;
    readonly caFile?: string;
    /** Absent: verified, without a relay between. */
    readonly sslMode?: SslMode;
  };
  readonly name?: string;
  readonly leaveOut: readonly string[];
  readonly booleans: readonly string[];
  readonly logsCascades?: boolean;
  readonly isUpdate: boolean;
  readonly isDryRun: boolean;
  readonly tablesFolder?: string;
  readonly dataDir: string;
}

const MYSQL_PORT = 3306;

/** @throws UsageError */
export function parseAddTableArguments(
  { words: [, place = ''], flags }: Given<AddTableFlags>,
  environment: NodeJS.ProcessEnv = process.env,
): AddTableArguments {
  const at = place.indexOf('.');
  if (at < 1 || at === place.length - 1)
    throw new UsageError(`a table is named with its database, like shop.orders, got: ${place}`);
  if (flags.file !== undefined && flags.server !== undefined)
    throw new UsageError('--file and --server exclude each other');
  return {
    database: place.slice(0, at),
    table: place.slice(at + 1),
    ...(flags.file === undefined ? {} : { file: flags.file }),
    ...(flags.server === undefined ? {} : { server: parseServer(flags.server, flags, environment) }),
    ...(flags.name === undefined ? {} : { name: flags.name }),
    leaveOut: flags.leaveOut,
    booleans: flags.boolean,
    isUpdate: flags.update,
    isDryRun: flags.dryRun,
    ...(flags.tables === undefined ? {} : { tablesFolder: flags.tables }),
    dataDir: flags.dataDir,
  };
}

function parseServer(
  server: string,
  { ca: caFile, sslMode = 'VERIFY_IDENTITY' }: AddTableFlags,
  environment: NodeJS.ProcessEnv,
): NonNullable<AddTableArguments['server']> {
  const [host = '', port] = server.split(':');
  const { MYSQL_USER: username, MYSQL_PASSWORD: password } = environment;
  if (username === undefined || password === undefined)
    throw new UsageError(
      '--server needs the login in MYSQL_USER and MYSQL_PASSWORD, so that it is not in the history of a shell',
    );
  if (port !== undefined && !/^\d{1,5}$/.test(port))
    throw new UsageError(`--server HOST:PORT, got the port ${port}`);
  return {
    host,
    port: Number(port ?? MYSQL_PORT),
    username,
    password,
    sslMode,
    ...(caFile === undefined ? {} : { caFile }),
  };
}
