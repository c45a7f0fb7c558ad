/** The warehouse through clients of PostgreSQL that people have, each skipped by name where it is not installed. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { findProgram } from '../../../../../local/runtime/find-program';
import {
  type PostgresPort,
  startPostgresPort,
} from '../../../../../local/services/redshift/postgres/postgres-port';
import { openBed, runAll, type WarehouseBed } from '../twin-bed';

const run = promisify(execFile);
const CLIENTS = join(__dirname, '..', '..', '..', '..', 'support', 'clients');
const JDBC = '/usr/share/java/postgresql.jar';
const PYTHON = '/usr/bin/python3';

const hasPsql = findProgram('psql') !== undefined;
const hasJdbc = findProgram('javac') !== undefined && existsSync(JDBC);
const hasAlchemy = existsSync(PYTHON) && canImport('import sqlalchemy, psycopg2');

function canImport(statement: string): boolean {
  try {
    execFileSync(PYTHON, ['-c', statement], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const ROWS = 4_096;

let bed: WarehouseBed;
let port: PostgresPort;

beforeAll(async () => {
  bed = await openBed();
  const session = await bed.warehouse.openSession();
  await runAll(
    session,
    'CREATE SCHEMA bank',
    `CREATE TABLE bank.txns (txn_id BIGINT NOT NULL, acct VARCHAR(20) NOT NULL, amount DECIMAL(12,2), ok BOOLEAN DEFAULT true,
      at TIMESTAMP, f REAL, d DATE, doc SUPER, PRIMARY KEY (txn_id)) DISTKEY (acct) SORTKEY (txn_id)`,
    `INSERT INTO bank.txns VALUES (1, 'it''s \\\\ ok', 12.50, true, '2024-01-02 03:04:05.678', 0.1, '2024-02-29', JSON_PARSE('{"a":[1,2]}')),
      (9007199254740993, 'b', -0.01, NULL, '1999-12-31 23:59:59', -2.5, '0001-01-01', NULL)`,
    'CREATE VIEW bank.v AS SELECT txn_id FROM bank.txns',
    'CREATE TABLE public.big (n BIGINT)',
    'INSERT INTO big VALUES (1)',
    ...Array.from({ length: 12 }, (_, at) => `INSERT INTO big SELECT n + ${2 ** at} FROM big`),
    'CREATE USER analyst PASSWORD DISABLE',
    'GRANT USAGE ON SCHEMA bank TO analyst',
    'GRANT SELECT ON bank.txns TO analyst',
  );
  await session.close();
  port = await startPostgresPort({ warehouse: bed.warehouse, password: 'secret' });
});

afterAll(async () => {
  await port.stop();
  await bed.close();
});

const login = (user = 'cdc_admin', password = 'secret') => ({
  host: '127.0.0.1',
  port: port.port,
  database: 'dev',
  user,
  password,
});

async function withClient<Result>(
  work: (client: pg.Client) => Promise<Result>,
  options: pg.ClientConfig = login(),
): Promise<Result> {
  const client = new pg.Client(options);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const psql = (...commands: readonly string[]): Promise<string> =>
  run(
    'psql',
    ['-X', `postgresql://cdc_admin@127.0.0.1:${port.port}/dev`, ...commands.flatMap((one) => ['-c', one])],
    { env: { ...process.env, PGPASSWORD: 'secret' }, maxBuffer: 64 * 1024 * 1024 },
  ).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }: { stdout: string; stderr: string }) => `${stdout}${stderr}`,
  );

/** The code of the error that a statement ends with. */
const codeOf = (client: pg.Client, sql: string): Promise<string | undefined> =>
  client.query(sql).then(
    () => undefined,
    (error: pg.DatabaseError) => error.code,
  );

it('gives node-postgres exact values, in the types that they have', async () => {
  await withClient(async (client) => {
    const { rows, fields } = await client.query(
      'SELECT txn_id, amount, ok, at, d, f, doc FROM bank.txns WHERE txn_id = $1 AND amount > $2 LIMIT $3',
      ['1', 12, 5],
    );
    expect(rows).toEqual([
      {
        txn_id: '1',
        amount: '12.50',
        ok: true,
        at: expect.any(Date),
        d: expect.any(Date),
        f: 0.1,
        doc: '{"a":[1,2]}',
      },
    ]);
    expect(fields.map(({ dataTypeID }) => dataTypeID)).toEqual([20, 1700, 16, 1114, 1082, 700, 4000]);
    const named = { name: 'by id', text: 'SELECT amount, ok FROM bank.txns WHERE txn_id = $1' };
    for (const id of ['9007199254740993', '9007199254740993', '2'])
      expect((await client.query({ ...named, values: [id] })).rows).toEqual(
        id === '2' ? [] : [{ amount: '-0.01', ok: null }],
      );
    expect((await client.query('SELECT $1::varchar AS a, $2::bigint AS b', [null, '7'])).rows).toEqual([
      { a: null, b: '7' },
    ]);
    expect((await client.query('')).rows).toEqual([]);
  });
});

it('refuses what is no read with 25006, and other errors with their own SQLSTATE', async () => {
  await withClient(async (client) => {
    for (const sql of [
      "INSERT INTO bank.txns VALUES (3, 'c')",
      'DELETE FROM bank.txns',
      'CREATE TABLE t (a INT)',
      'DROP TABLE bank.txns',
      'GRANT SELECT ON bank.txns TO PUBLIC',
      'TRUNCATE bank.txns',
      "COPY bank.txns FROM 's3://b/m' IAM_ROLE default FORMAT JSON 'auto' MANIFEST",
    ])
      expect([sql, await codeOf(client, sql)]).toEqual([sql, '25006']);
    expect(await codeOf(client, 'SELECT nope FROM bank.txns')).toBe('42703');
    expect(await codeOf(client, 'SELECT * FROM nope')).toBe('42P01');
    expect(await codeOf(client, 'SELECT 1 / 0')).toBe('22012');
    expect(await codeOf(client, 'SELECT * FROM duckdb_tables()')).toBe('0A000');
    expect(await codeOf(client, 'COPY bank.txns TO STDOUT')).toBe('0A000');
    await client.query('BEGIN');
    expect(await codeOf(client, 'SELEC 1')).toBe('42601');
    expect(await codeOf(client, 'SELECT 1')).toBe('25P02');
    expect((await client.query('COMMIT')).command).toBe('ROLLBACK');
    expect((await client.query('SELECT count(*) AS n FROM bank.txns')).rows).toEqual([{ n: '2' }]);
  });
});

it('lets nobody in without the password, into another database or as a user that is not there', async () => {
  const refusal = (options: pg.ClientConfig): Promise<string | undefined> =>
    withClient(async () => undefined, options).catch((error: pg.DatabaseError) => error.code);
  expect(await refusal(login('cdc_admin', 'wrong'))).toBe('28P01');
  expect(await refusal({ ...login(), database: 'other' })).toBe('3D000');
  expect(await refusal(login('nobody'))).toBe('28000');
});

it('shows a user of the warehouse what is granted to it', async () => {
  await withClient(async (client) => {
    expect((await client.query('SELECT count(*) AS n FROM txns')).rows).toEqual([{ n: '2' }]);
    expect(await codeOf(client, 'SELECT * FROM big')).toBe('42501');
    const { rows } = await client.query("SELECT relname FROM pg_class WHERE relkind = 'r'");
    expect(rows).toEqual([{ relname: 'txns' }]);
  }, login('analyst'));
});

it('answers what the standard asks of views and keys, and what drivers ask of settings', async () => {
  await withClient(async (client) => {
    const rowsOf = async (sql: string): Promise<unknown[]> => (await client.query(sql)).rows;
    expect(
      await rowsOf(
        'SELECT table_name, column_name, ordinal_position FROM information_schema.key_column_usage',
      ),
    ).toEqual([{ table_name: 'txns', column_name: 'txn_id', ordinal_position: 1 }]);
    expect(
      await rowsOf('SELECT constraint_name, constraint_type FROM information_schema.table_constraints'),
    ).toEqual([{ constraint_name: 'txns_pkey', constraint_type: 'PRIMARY KEY' }]);
    expect(await rowsOf('SELECT table_name FROM information_schema.views')).toEqual([{ table_name: 'v' }]);
    expect(await rowsOf("SELECT current_setting('server_version') AS v")).toEqual([{ v: '8.0.2' }]);
    expect(await rowsOf('SHOW standard_conforming_strings')).toEqual([
      { standard_conforming_strings: 'off' },
    ]);
  });
});

it('ends a statement that its client cancels, and the connection is of use after it', async () => {
  await withClient(async (client) => {
    const { processID, secretKey } = client as unknown as { processID: number; secretKey: number };
    const slow = codeOf(client, 'SELECT count(*) FROM big a, big b, big c WHERE a.n + b.n + c.n = -1');
    const request = Buffer.alloc(16);
    for (const [at, value] of [16, 80_877_102, processID, secretKey].entries())
      request.writeInt32BE(value, 4 * at);
    const cancel = (): void => {
      connect(port.port, '127.0.0.1', function connected(this: import('node:net').Socket) {
        this.end(request);
      });
    };
    // A request that comes before the statement has begun cancels nothing.
    const timer = setInterval(cancel, 50);
    expect(await slow).toBe('57014');
    clearInterval(timer);
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

it('ends a connection that sends nonsense, and no other', async () => {
  await withClient(async (client) => {
    for (const bytes of ['GET / HTTP/1.1\r\n\r\n', '\0\0\0\x08\0\x02\0\0', '\0\0\0\x09\0\x03\0\0u'])
      await new Promise<void>((resolve) => {
        const socket = connect(port.port, '127.0.0.1', () => socket.write(Buffer.from(bytes, 'latin1')));
        socket.on('close', () => resolve()).on('error', () => resolve());
        socket.resume();
      });
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});

(hasPsql ? it : it.skip)('answers what psql asks of the catalog', async () => {
  const [tables, described, others] = await Promise.all([
    psql('\\dt'),
    psql('\\d bank.txns'),
    psql('\\l', '\\dn', '\\df', '\\du', '\\d+ txns', '\\d bank.v', '\\dt+', '\\di', '\\d txns_pkey'),
  ]);
  expect(tables).toContain(' bank   | txns | table | cdc_admin');
  expect(described).toBe(DESCRIBED);
  expect(others).toContain('Index "bank.txns_pkey"');
  expect(others).not.toMatch(/ERROR/);
});

const DESCRIBED = `                           Table "bank.txns"
 Column |            Type             | Collation | Nullable | Default 
--------+-----------------------------+-----------+----------+---------
 txn_id | bigint                      |           | not null | 
 acct   | character varying(20)       |           | not null | 
 amount | numeric(12,2)               |           |          | 
 ok     | boolean                     |           |          | true
 at     | timestamp without time zone |           |          | 
 f      | real                        |           |          | 
 d      | date                        |           |          | 
 doc    | super                       |           |          | 
Indexes:
    "txns_pkey" PRIMARY KEY, btree (txn_id)

`;

(hasPsql ? it : it.skip)(
  'is a server that psql works with: cursors, settings, transactions, errors',
  async () => {
    const [session, big] = await Promise.all([
      psql(
        '\\set FETCH_COUNT 1000',
        '\\timing',
        'SELECT n FROM big ORDER BY n',
        'BEGIN',
        'DECLARE c NO SCROLL CURSOR FOR SELECT n FROM big ORDER BY n',
        'FETCH 2 FROM c',
        'SELECT version()',
        'FETCH FORWARD 1 FROM c',
        'CLOSE c',
        'ROLLBACK',
        'SHOW search_path',
        "SET statement_timeout TO '5s'",
        ';',
        'SELECT 1; SELECT 2',
        'UPDATE bank.txns SET amount = 0',
      ),
      psql(
        '\\pset format unaligned',
        '\\pset tuples_only on',
        'SELECT 1, 1; SELECT a.n, b.n FROM big a JOIN big b ON b.n <= 16',
      ),
    ]);
    expect(session).toContain(`\n ${ROWS}\n(${ROWS} rows)`);
    expect(session).toContain('\n 1\n 2\n(2 rows)');
    expect(session).toContain('\n 3\n(1 row)');
    expect(session).toMatch(/CLOSE CURSOR\n.*\nROLLBACK/);
    expect(session).toContain(' public, bank');
    expect(session).toContain('PostgreSQL 8.0.2, Redshift (twin)');
    expect(session).toContain('ERROR:  cannot execute UPDATE in a read-only transaction');
    expect(big.split('\n').filter((line) => /^\d+\|\d+$/.test(line))).toHaveLength(1 + 16 * ROWS);
  },
);

(hasJdbc ? it : it.skip)(
  "answers the metadata, pages and binary values of PostgreSQL's JDBC driver",
  async () => {
    const { stdout } = await run(
      'java',
      [
        '-XX:TieredStopAtLevel=1',
        '-Xshare:auto',
        '-cp',
        JDBC,
        join(CLIENTS, 'Meta.java'),
        `jdbc:postgresql://127.0.0.1:${port.port}/dev`,
      ],
      { env: { ...process.env, PGUSER: 'cdc_admin', PGPASSWORD: 'secret' } },
    );
    expect(stdout.split('\n')).toEqual([
      ...['bank', 'information_schema', 'pg_catalog', 'public'].map((name) => `schema ${name}`),
      'table txns TABLE',
      'table v VIEW',
      'column txn_id -5 int8 19 0 NO',
      'column acct 12 varchar 20 0 NO',
      'column amount 2 numeric 12 2 YES',
      'column ok -7 bool 1 0 YES',
      'column at 93 timestamp 29 6 YES',
      'column f 7 float4 8 8 YES',
      'column d 91 date 13 0 YES',
      'column doc 1111 "pg_catalog"."super" 2147483647 0 YES',
      'key txn_id 1 txns_pkey',
      'index txns_pkey txn_id',
      ...Array(7).fill('row 9007199254740993 -0.01 null 1999-12-31 23:59:59.0 0001-01-01'),
      `sum ${(ROWS * (ROWS + 1)) / 2}`,
      'refused 25006',
      '',
    ]);
  },
  30_000,
);

(hasAlchemy ? it : it.skip)('is reflected by SQLAlchemy', async () => {
  const { stdout } = await run(PYTHON, [
    '-W',
    'ignore',
    join(CLIENTS, 'reflect.py'),
    `postgresql+psycopg2://cdc_admin:secret@127.0.0.1:${port.port}/dev`,
  ]);
  expect(stdout.split('\n')).toEqual([
    "schemas ['bank', 'information_schema', 'public']",
    "tables ['txns'] ['v']",
    "key ['txn_id']",
    'foreign [] [] []',
    'column txns txn_id BIGINT() False True',
    'column txns acct VARCHAR(length=20) False False',
    'column txns amount NUMERIC(precision=12, scale=2) True False',
    'column txns ok BOOLEAN() True False',
    'column txns at TIMESTAMP() True False',
    'column txns f REAL() True False',
    'column txns d DATE() True False',
    'column txns doc NullType() True False',
    'column v txn_id BIGINT() True False',
    "row [(1, Decimal('12.50'), datetime.datetime(2024, 1, 2, 3, 4, 5, 678000))]",
    `sum ${(ROWS * (ROWS + 1)) / 2}`,
    '',
  ]);
});
