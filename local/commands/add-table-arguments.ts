/** The arguments of `npm run add-table` and `npm run remove-table`. */
import { parseArgs } from 'node:util';
import { DEFAULT_DATA_DIR, UsageError } from './arguments';

export const ADD_TABLE_HELP = `npm run add-table -- mysql DATABASE.TABLE [flags]     brings an existing table into the catalogue

  reads the table from the laptop's MySQL server, running or stopped; or
  --file FILE             from a file with its SHOW CREATE TABLE, or a dump
  --server HOST[:PORT]    from another server, over verified TLS; the login is MYSQL_USER and MYSQL_PASSWORD,
  --ca FILE               the authority that signed its certificate, where Node does not know it
  --name NAME             of the entry, tables/NAME.json
  --leave-out COLUMN      stays behind; may be given several times
  --boolean COLUMN        a TINYINT(1) that is BOOLEAN in Redshift; may be given several times
  --update                after ALTER TABLE: brings the entry that the table has up to date; what you changed in it stays
  --dry-run               shows each column's fate and the entry, and writes nothing
  --tables DIR            where entries are (default tables)
  --data-dir DIR          of the laptop's pipeline (default ${DEFAULT_DATA_DIR})

npm run remove-table -- NAME     takes tables/NAME.json out of the catalogue; no row is deleted anywhere`;

export interface AddTableArguments {
  readonly help: boolean;
  readonly database: string;
  readonly table: string;
  readonly file?: string;
  readonly server?: {
    readonly host: string;
    readonly port: number;
    readonly username: string;
    readonly password: string;
    readonly caFile?: string;
  };
  readonly name?: string;
  readonly leaveOut: readonly string[];
  readonly booleans: readonly string[];
  readonly isUpdate: boolean;
  readonly isDryRun: boolean;
  readonly tablesFolder?: string;
  readonly dataDir: string;
}

const MYSQL_PORT = 3306;

/** @throws UsageError */
export function parseAddTableArguments(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): AddTableArguments {
  const { values, positionals } = parseOrUsage(args);
  const help = values.help === true;
  const [kind, place = '', ...rest] = positionals;
  if (!help && (kind !== 'mysql' || rest.length > 0))
    throw new UsageError(
      `expected: npm run add-table -- mysql DATABASE.TABLE, got: ${positionals.join(' ') || 'nothing'}`,
    );
  const at = place.indexOf('.');
  if (!help && (at < 1 || at === place.length - 1))
    throw new UsageError(`a table is named with its database, like shop.orders, got: ${place || 'nothing'}`);
  if (values.file !== undefined && values.server !== undefined)
    throw new UsageError('--file and --server exclude each other');
  return {
    help,
    database: place.slice(0, at),
    table: place.slice(at + 1),
    ...(values.file === undefined ? {} : { file: values.file }),
    ...(values.server === undefined ? {} : { server: parseServer(values.server, values.ca, environment) }),
    ...(values.name === undefined ? {} : { name: values.name }),
    leaveOut: values['leave-out'] ?? [],
    booleans: values.boolean ?? [],
    isUpdate: values.update === true,
    isDryRun: values['dry-run'] === true,
    ...(values.tables === undefined ? {} : { tablesFolder: values.tables }),
    dataDir: values['data-dir'] ?? DEFAULT_DATA_DIR,
  };
}

function parseOrUsage(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      strict: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        file: { type: 'string' },
        server: { type: 'string' },
        ca: { type: 'string' },
        name: { type: 'string' },
        'leave-out': { type: 'string', multiple: true },
        boolean: { type: 'string', multiple: true },
        update: { type: 'boolean' },
        'dry-run': { type: 'boolean' },
        tables: { type: 'string' },
        'data-dir': { type: 'string' },
      },
    });
  } catch (error) {
    const [message] = (error as Error).message.split('. ');
    throw new UsageError(`${message}. npm run add-table -- --help lists the flags`);
  }
}

function parseServer(
  server: string,
  caFile: string | undefined,
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
    ...(caFile === undefined ? {} : { caFile }),
  };
}
