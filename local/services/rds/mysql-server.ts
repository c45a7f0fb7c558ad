/** A private MySQL-protocol server with its binlog on: MariaDB, or MySQL where that is what the machine has. */
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import { EngineProcess } from '../../runtime/engine-process';
import { findProgram } from '../../runtime/find-program';
import { freePort } from '../../runtime/free-port';
import { waitUntil } from '../../runtime/wait-until';
import { stopLeftover } from '../../state/leftover-process';
import { ensureTlsIdentity } from './tls-identity';

const run = promisify(execFile);

export interface MysqlServerOptions {
  /** Holds data, log, TLS identity and process id; made when it is not there. */
  readonly folder: string;
  /** Server parameters by their MySQL names, as a parameter group gives them. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly adminUser?: string;
}

export interface MysqlServer {
  readonly host: string;
  readonly port: number;
  readonly adminUser: string;
  readonly adminPassword: string;
  /** PEM file of the authority that signed the server's certificate. */
  readonly caFile: string;
  readonly flavour: 'mariadb' | 'mysql';
  stop(): Promise<void>;
}

/**
 * What RDS adds to MySQL and the set-up function calls: the stored procedure that keeps binlogs, and the table
 * that it writes (Amazon RDS user guide, "mysql.rds_set_configuration").
 */
const RDS_OBJECTS = [
  'CREATE TABLE IF NOT EXISTS mysql.rds_configuration (name VARCHAR(100) PRIMARY KEY, value VARCHAR(100), description VARCHAR(300) NOT NULL)',
  "INSERT IGNORE INTO mysql.rds_configuration VALUES ('binlog retention hours', NULL, 'how many hours binlogs are kept')",
  'DROP PROCEDURE IF EXISTS mysql.rds_set_configuration',
  'CREATE PROCEDURE mysql.rds_set_configuration(IN name_ VARCHAR(100), IN value_ VARCHAR(100)) SQL SECURITY INVOKER UPDATE mysql.rds_configuration SET value = value_ WHERE name = name_',
];

/** Starts the server on a free port of 127.0.0.1 and waits until it answers. Its data survives `stop()`. */
export async function startMysqlServer(options: MysqlServerOptions): Promise<MysqlServer> {
  const program = findProgram('mariadbd', 'mysqld');
  if (program === undefined) {
    throw new Error(
      'no MySQL-protocol server is installed: looked for mariadbd and mysqld. On Debian or Ubuntu: apt-get install mariadb-server-core',
    );
  }
  const flavour = program.endsWith('mariadbd') ? 'mariadb' : 'mysql';
  const { folder, adminUser = 'cdc_admin' } = options;
  const dataFolder = join(folder, 'data');
  mkdirSync(folder, { recursive: true });
  const pidFile = join(folder, 'server.pid');
  await stopLeftover(pidFile, dataFolder);
  const privateTmp = makePrivateTmp(folder);
  const env = { ...process.env, TMPDIR: privateTmp };
  if (!existsSync(dataFolder)) {
    // Only a whole data folder gets the name: one that was interrupted is made anew.
    const unfinished = join(folder, 'data-unfinished');
    rmSync(unfinished, { recursive: true, force: true });
    await initialize(program, flavour, unfinished, env);
    renameSync(unfinished, dataFolder);
  }

  const adminPassword = keepPassword(join(folder, 'admin-password'));
  const identity = await ensureTlsIdentity(join(folder, 'tls'));
  const initFile = join(folder, 'init.sql');
  writeFileSync(initFile, `${adminStatements(adminUser, adminPassword).join(';\n')};\n`, { mode: 0o600 });
  const port = await freePort();
  const server = EngineProcess.start({
    name: 'MySQL server',
    command: program,
    args: serverArguments({
      dataFolder,
      port,
      socketFolder: privateTmp,
      initFile,
      identity,
      parameters: options.parameters ?? {},
      flavour,
    }),
    env,
    logFile: join(folder, 'server.log'),
    pidFile,
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    rmSync(privateTmp, { recursive: true, force: true });
  };
  try {
    await waitUntil(
      () => answers({ port, user: adminUser, password: adminPassword, caFile: identity.caFile }),
      {
        what: 'the MySQL server to answer',
        timeoutMs: 60_000,
        failure: () => server.failure(),
      },
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { host: '127.0.0.1', port, adminUser, adminPassword, caFile: identity.caFile, flavour, stop };
}

interface Login {
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly caFile: string;
}

async function answers(login: Login): Promise<boolean> {
  const { port, user, password, caFile } = login;
  const ssl = { ca: readFileSync(caFile, 'utf8') };
  const connection = await createConnection({
    host: '127.0.0.1',
    port,
    user,
    password,
    ssl,
    connectTimeout: 2_000,
  });
  await connection.query('SELECT COUNT(*) FROM mysql.rds_configuration');
  await connection.end();
  return true;
}

/**
 * For the socket, whose path is limited to about 107 bytes and so cannot lie in the user's own folder, and for the
 * server's temporary tables: servers that share a folder for these delete each other's. The same folder of data
 * gives the same name, so that a killed run leaves nothing behind for long.
 */
function makePrivateTmp(folder: string): string {
  const name = createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 16);
  const path = join(tmpdir(), `cdc-mysql-${name}`);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { mode: 0o700 });
  return path;
}

async function initialize(
  program: string,
  flavour: 'mariadb' | 'mysql',
  dataFolder: string,
  env: NodeJS.ProcessEnv,
): Promise<void> {
  mkdirSync(dataFolder, { recursive: true });
  if (flavour === 'mysql') {
    await run(program, ['--no-defaults', `--datadir=${dataFolder}`, '--initialize-insecure', ...asRoot()], {
      env,
    });
    return;
  }
  const installer = findProgram('mariadb-install-db');
  if (installer === undefined) throw new Error('mariadbd is installed, but mariadb-install-db is not');
  // A shell script that does not quote the folder in its chown: a blank anywhere in an absolute path would break it.
  await run(
    installer,
    [
      '--no-defaults',
      `--datadir=./${basename(dataFolder)}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      ...asRoot(),
    ],
    { env, cwd: dirname(dataFolder) },
  );
}

interface ServerArguments {
  readonly dataFolder: string;
  readonly port: number;
  readonly socketFolder: string;
  readonly initFile: string;
  readonly identity: { readonly certificateFile: string; readonly keyFile: string };
  readonly parameters: Readonly<Record<string, string>>;
  readonly flavour: 'mariadb' | 'mysql';
}

function serverArguments(given: ServerArguments): string[] {
  return [
    '--no-defaults',
    `--datadir=${given.dataFolder}`,
    `--port=${given.port}`,
    '--bind-address=127.0.0.1',
    `--socket=${join(given.socketFolder, 's')}`,
    `--init-file=${given.initFile}`,
    `--ssl-cert=${given.identity.certificateFile}`,
    `--ssl-key=${given.identity.keyFile}`,
    '--server-id=1',
    '--log-bin=binlog',
    ...(given.flavour === 'mysql' ? ['--mysqlx=OFF'] : []),
    ...Object.entries(given.parameters).map(([name, value]) => `--${name.replaceAll('_', '-')}=${value}`),
    ...asRoot(),
  ];
}

/** The server refuses to run as root unless told so. */
const asRoot = (): string[] => (process.getuid?.() === 0 ? ['--user=root'] : []);

function adminStatements(user: string, password: string): string[] {
  return [
    `CREATE USER IF NOT EXISTS '${user}'@'%' IDENTIFIED BY '${password}'`,
    `GRANT ALL PRIVILEGES ON *.* TO '${user}'@'%' WITH GRANT OPTION`,
    ...RDS_OBJECTS,
  ];
}

function keepPassword(file: string): string {
  if (!existsSync(file)) writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
  return readFileSync(file, 'utf8');
}
