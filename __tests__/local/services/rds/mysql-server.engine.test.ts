import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import type { MysqlServer } from '../../../../local/runtime/ports/mysql-server';
import { startMysqlServer } from '../../../../local/services/rds/mysql-server';

const SECRET_OF_THE_SHELL = 'a-token-that-only-the-shell-knows';
let parent: string;
let folder: string;
let server: MysqlServer;

const connect = (user: string, password: string): Promise<Connection> =>
  createConnection({
    host: server.host,
    port: server.port,
    user,
    password,
    ssl: { ca: readFileSync(server.caFile, 'utf8') },
    infileStreamFactory: () => {
      throw new Error('the server asked for a file');
    },
  });

async function asAdmin<Result>(work: (connection: Connection) => Promise<Result>): Promise<Result> {
  const connection = await connect(server.adminUser, server.adminPassword);
  try {
    return await work(connection);
  } finally {
    await connection.end();
  }
}

const outcomeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'allowed',
    (error: { code?: string }) => error.code ?? String(error),
  );

/** Accounts as they came with the server, and as the version before left them. */
const EARLIER_ACCOUNTS = [
  "CREATE USER 'root'@'localhost' IDENTIFIED BY ''",
  "CREATE USER 'root'@'127.0.0.1' IDENTIFIED BY ''",
  "GRANT SELECT, INSERT, UPDATE, DELETE ON *.* TO 'root'@'127.0.0.1'",
  "CREATE USER ''@'localhost' IDENTIFIED BY ''",
];
/** 18 bytes in base64url, as earlier versions wrote it. */
const EARLIER_PASSWORD = 'x'.repeat(24);

beforeAll(async () => {
  parent = mkdtempSync(join(tmpdir(), 'cdc mysql '));
  folder = join(parent, 'my data');
  const unfinished = join(folder, 'data-unfinished', 'mysql');
  mkdirSync(unfinished, { recursive: true });
  writeFileSync(join(unfinished, 'half'), '');
  process.env.CDC_TEST_TOKEN = SECRET_OF_THE_SHELL;
  server = await startMysqlServer({ folder });
}, 90_000);

afterAll(async () => {
  delete process.env.CDC_TEST_TOKEN;
  await server?.stop();
  rmSync(parent, { recursive: true });
});

it('starts in a folder with blanks in its name, also where an earlier first start was interrupted', () => {
  expect(existsSync(join(folder, 'data', 'mysql'))).toBe(true);
  expect(existsSync(join(folder, 'data', 'mysql', 'half'))).toBe(false);
});

it('knows no account that signs in without a password', async () => {
  const [rows] = await asAdmin((connection) =>
    connection.query<RowDataPacket[]>("SELECT User FROM mysql.user WHERE User IN ('root', '')"),
  );
  expect(rows).toEqual([]);
  for (const user of ['root', '', 'nobody'])
    expect(await outcomeOf(connect(user, ''))).toBe('ER_ACCESS_DENIED_ERROR');
});

it('gives a folder of an earlier version new locks at its next start', async () => {
  await asAdmin(async (connection) => {
    for (const statement of EARLIER_ACCOUNTS) await connection.query(statement);
    await connection.query(`ALTER USER 'cdc_admin'@'%' IDENTIFIED BY '${EARLIER_PASSWORD}'`);
  });
  writeFileSync(join(folder, 'admin-password'), EARLIER_PASSWORD);
  await (await connect('root', '')).end();
  await server.stop();
  server = await startMysqlServer({ folder });
  expect(await outcomeOf(connect('root', ''))).toBe('ER_ACCESS_DENIED_ERROR');
  expect(await outcomeOf(connect('', ''))).toBe('ER_ACCESS_DENIED_ERROR');
  expect(await outcomeOf(connect('cdc_admin', EARLIER_PASSWORD))).toBe('ER_ACCESS_DENIED_ERROR');
  expect(await asAdmin(async () => 'signed in')).toBe('signed in');
  const kept = join(folder, 'admin-password');
  expect(readFileSync(kept, 'utf8')).toBe(server.adminPassword);
  expect(statSync(kept).mode & 0o777).toBe(0o600);
}, 60_000);

/** MariaDB's name and MySQL's, with or without the privilege's name. */
const DENIED = /^ER_(SPECIFIC_)?ACCESS_DENIED_ERROR$/;

it('reads and writes no files for anybody, its administrator included', async () => {
  const target = join(parent, 'written-by-the-server');
  await asAdmin(async (connection) => {
    await connection.query('CREATE DATABASE files');
    await connection.query('CREATE TABLE files.lines (line TEXT)');
    expect(await outcomeOf(connection.query(`SELECT 'x' INTO OUTFILE '${target}'`))).toMatch(DENIED);
    expect(
      await outcomeOf(connection.query("LOAD DATA INFILE '/etc/passwd' INTO TABLE files.lines")),
    ).toMatch(DENIED);
    expect(await outcomeOf(connection.query("GRANT FILE ON *.* TO 'cdc_admin'@'%'"))).toBe(
      'ER_ACCESS_DENIED_ERROR',
    );
    const [[answer]] = await connection.query<RowDataPacket[]>("SELECT LOAD_FILE('/etc/passwd') AS text");
    expect(answer?.text).toBeNull();
    const [[settings]] = await connection.query<RowDataPacket[]>(
      'SELECT @@GLOBAL.local_infile AS localFiles, @@GLOBAL.secure_file_priv AS folder, @@GLOBAL.socket AS socket',
    );
    expect(settings).toEqual({
      localFiles: 0,
      folder: server.flavour === 'mysql' ? 'NULL' : `${join(folder, 'no-files')}/`,
      socket: '',
    });
  });
  expect(existsSync(target)).toBe(false);
});

it('writes no password of its administrator into the binlog', () => {
  const binlogs = readdirSync(join(folder, 'data')).filter((name) => /^binlog\.\d+$/.test(name));
  expect(binlogs.length).toBeGreaterThan(1);
  for (const name of binlogs)
    expect(readFileSync(join(folder, 'data', name)).includes(server.adminPassword)).toBe(false);
});

it('gets nothing of the environment but where programs are and the language', () => {
  if (process.platform !== 'linux') return;
  const pid = readFileSync(join(folder, 'server.pid'), 'utf8').trim();
  const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  expect(environment).toContain(`PATH=${process.env.PATH}`);
  expect(environment.join('\n')).not.toContain(SECRET_OF_THE_SHELL);
  expect(environment).not.toContain(`HOME=${process.env.HOME}`);
});

it('keeps nothing outside its folder, and its folder to its owner', () => {
  // Where earlier versions had their socket: a name that another user could take first.
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  expect(existsSync(join(tmpdir(), `cdc-mysql-${hash}`))).toBe(false);
  expect(statSync(join(folder, 'tmp')).mode & 0o777).toBe(0o700);
});
