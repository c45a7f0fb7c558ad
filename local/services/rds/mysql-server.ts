/** A private MySQL-protocol server with its binlog on: MariaDB, or MySQL where that is what the machine has. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createConnection } from 'mysql2/promise';
import type { ServerFlavour } from '../../../pipeline/mysql/server-flavour';
import { engineEnvironment } from '../../runtime/engine-environment';
import { EngineProcess, type EngineProcessOptions } from '../../runtime/engine-process';
import { findProgram } from '../../runtime/find-program';
import { freePort } from '../../runtime/free-port';
import type { MysqlServer } from '../../runtime/ports/mysql-server';
import { waitUntil } from '../../runtime/wait-until';
import { stopLeftover } from '../../state/leftover-process';
import { writeFileAtomically } from '../../state/write-atomically';
import { buildAdminStatements } from './admin-statements';
import { findServerProgram, serverSetting } from './mysql-program';
import { ensureTlsIdentity } from './tls-identity';

const run = promisify(execFile);

export interface MysqlServerOptions {
  /** Holds data, log, TLS identity and process id; created when it is not there. */
  readonly folder: string;
  /** Server parameters by their MySQL names, as a parameter group gives them. */
  readonly parameters?: Readonly<Record<string, string>>;
  readonly adminUser?: string;
  /** Without what RDS adds to MySQL. */
  readonly isSelfManaged?: boolean;
  /** Without it, by the setting of the environment. */
  readonly server?: ServerFlavour;
  /** Called when it ends although nothing stopped it, with why. */
  readonly onUnexpectedEnd?: (failure: string) => void;
}

/** Starts the server on a free port of 127.0.0.1 and waits until it answers. Its data survives `stop()`. */
export async function startMysqlServer(options: MysqlServerOptions): Promise<MysqlServer> {
  const { folder, adminUser = 'cdc_admin', parameters = {} } = options;
  const dataFolder = join(folder, 'data');
  const { path: program, flavour } = findServerProgram(options.server ?? serverSetting(), dataFolder);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const pidFile = join(folder, 'server.pid');
  await stopLeftover(pidFile, dataFolder);
  const temporaryFolder = makeEmpty(join(folder, 'tmp'));
  const env = engineEnvironment({ TMPDIR: temporaryFolder });
  if (!existsSync(dataFolder)) await createData(program, flavour, { dataFolder, env, parameters });
  const adminPassword = keepPassword(join(folder, 'admin-password'));
  // For `npm run connect`: that of a stand-in is its owner's.
  writeFileAtomically(join(folder, 'admin-user'), adminUser, { mode: 0o600 });
  const identity = await ensureTlsIdentity(join(folder, 'tls'));
  const initFile = join(folder, 'init.sql');
  const admin = { user: adminUser, password: adminPassword };
  const statements = buildAdminStatements(flavour, admin, { isRds: options.isSelfManaged !== true });
  writeFileSync(initFile, `${statements.join(';\n')};\n`, { mode: 0o600 });
  const port = await freePort();
  const login = { port, user: adminUser, password: adminPassword, caFile: identity.caFile };
  const engine: EngineProcessOptions = {
    name: 'MySQL server',
    command: program,
    args: serverArguments({
      dataFolder,
      port,
      temporaryFolder,
      fileFolder: makeEmpty(join(folder, 'no-files')),
      initFile,
      identity,
      parameters,
      flavour,
    }),
    env,
    logFile: join(folder, 'server.log'),
    pidFile,
    ...(options.onUnexpectedEnd === undefined ? {} : { onUnexpectedEnd: options.onUnexpectedEnd }),
  };
  return {
    host: '127.0.0.1',
    port,
    adminUser,
    adminPassword,
    caFile: identity.caFile,
    flavour,
    ...endAndStartAgain(await launch(engine, login), () => launch(engine, login)),
  };
}

/** @throws Error when it ends or does not answer; then it is stopped */
async function launch(engine: EngineProcessOptions, login: Login): Promise<EngineProcess> {
  const server = EngineProcess.start(engine);
  try {
    await waitUntil(() => answers(login), {
      what: 'the MySQL server to answer',
      timeoutMs: 60_000,
      failure: () => server.failure(),
    });
  } catch (error) {
    await server.stop();
    throw error;
  }
  server.markUp();
  return server;
}

/** One after the other: who presses stop and start quickly gets both. */
function endAndStartAgain(
  first: EngineProcess,
  start: () => Promise<EngineProcess>,
): Pick<MysqlServer, 'isUp' | 'end' | 'startAgain' | 'stop'> {
  let server: EngineProcess | undefined = first;
  let isStopped = false;
  let last: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
  const end = (how: 'stop' | 'kill'): Promise<void> =>
    inTurn(async () => {
      const ending = server;
      server = undefined;
      await (how === 'kill' ? ending?.kill() : ending?.stop());
    });
  return {
    isUp: () => server !== undefined,
    end,
    startAgain: () =>
      inTurn(async () => {
        if (isStopped) throw new Error('the MySQL server was stopped with the pipeline');
        server ??= await start();
      }),
    stop: () => {
      isStopped = true;
      return end('stop');
    },
  };
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
  await connection.query('SELECT 1');
  await connection.end();
  return true;
}

/** In the state folder, which no other user can enter; a folder in /tmp could be made by somebody else first. */
function makeEmpty(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { mode: 0o700 });
  return folder;
}

interface DataOptions {
  readonly dataFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly parameters: Readonly<Record<string, string>>;
}

/** Only a whole data folder gets the name: one that was interrupted is recreated. */
async function createData(program: string, flavour: ServerFlavour, options: DataOptions): Promise<void> {
  const unfinished = `${options.dataFolder}-unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await initialize(program, flavour, { ...options, dataFolder: unfinished });
  renameSync(unfinished, options.dataFolder);
}

async function initialize(
  program: string,
  flavour: ServerFlavour,
  { dataFolder, env, parameters: { lower_case_table_names: folding = '0' } }: DataOptions,
): Promise<void> {
  mkdirSync(dataFolder, { recursive: true });
  if (flavour === 'mysql') {
    // MySQL starts with no other value than the one that its data was made with, on RDS as well.
    const given = ['--initialize-insecure', `--lower-case-table-names=${folding}`];
    await run(program, ['--no-defaults', `--datadir=${dataFolder}`, ...given, ...asRoot()], { env });
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
  readonly temporaryFolder: string;
  /** Empty: where statements may read and write files, for a server that has no setting for "nowhere". */
  readonly fileFolder: string;
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
    // No socket file: its path is limited to about 107 bytes, so it would have to lie in /tmp.
    '--socket=',
    `--tmpdir=${given.temporaryFolder}`,
    `--secure-file-priv=${given.flavour === 'mysql' ? 'NULL' : given.fileFolder}`,
    '--local-infile=0',
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

/** The server refuses to run as root unless it is asked to. */
const asRoot = (): string[] => (process.getuid?.() === 0 ? ['--user=root'] : []);

/** Shorter ones are of earlier versions, which wrote them into the binlog; they are replaced. */
const PASSWORD_LENGTH = 43;

function keepPassword(file: string): string {
  const kept = existsSync(file) ? readFileSync(file, 'utf8') : '';
  if (kept.length === PASSWORD_LENGTH) return kept;
  const password = randomBytes(32).toString('base64url');
  writeFileAtomically(file, password, { mode: 0o600 });
  return password;
}
