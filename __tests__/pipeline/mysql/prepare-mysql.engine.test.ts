import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withMysqlConnection } from '../../../pipeline/mysql/mysql-connection';
import { buildCreateDatabase, buildMysqlTable } from '../../../pipeline/mysql/mysql-ddl';
import { buildMysqlGrants } from '../../../pipeline/mysql/mysql-users';
import {
  type PrepareExistingMysqlOptions,
  prepareExistingMysql,
} from '../../../pipeline/mysql/prepare-existing-mysql';
import { buildHeartbeatEvent } from '../../../pipeline/mysql/prepare-heartbeat';
import { type PrepareMysqlOptions, prepareMysql } from '../../../pipeline/mysql/prepare-mysql';
import { type MysqlSecret, mysqlSecret } from '../../../pipeline/secrets';
import type { MysqlTable } from '../../../pipeline/tables';
import { type MysqlBed, startMysqlBed, USER_SECRETS } from '../../support/mysql-bed';
import { type SecretStore, secretArn } from '../../support/secret-store';
import { TXNS } from '../../support/tables';

let bed: MysqlBed;
let options: PrepareMysqlOptions;
let store: SecretStore;
let admin: MysqlSecret;
let query: MysqlBed['query'];
let login: MysqlBed['login'];
const arns = USER_SECRETS;

beforeAll(async () => {
  bed = await startMysqlBed({ isPrepared: false });
  ({ options, store, admin, query, login } = bed);
}, 90_000);

afterAll(() => bed?.stop());

it('DDL and grants are these', () => {
  expect(
    [
      buildCreateDatabase(TXNS.database),
      buildMysqlTable(TXNS),
      ...(['cdc_ingest', 'cdc_reconcile', 'cdc_dms'] as const).flatMap((user) =>
        buildMysqlGrants(user, [TXNS]),
      ),
      buildHeartbeatEvent(),
    ].join(';\n'),
  ).toBe(readFileSync(join(__dirname, 'mysql-ddl.golden.sql'), 'utf8').trimEnd());
});

it('the server is to write a heartbeat once a minute, and a second set-up leaves the event as it is', async () => {
  const event = (): Promise<unknown> =>
    bed.query(
      "SELECT EVENT_NAME AS name, STATUS AS status, INTERVAL_VALUE AS every, INTERVAL_FIELD AS unit, CREATED AS created, LAST_ALTERED AS altered FROM information_schema.EVENTS WHERE EVENT_SCHEMA = 'cdc_heartbeat'",
    );
  await prepareMysql(store.client, options);
  const made = await event();
  expect(made).toMatchObject([{ name: 'beat', status: 'ENABLED', every: '1', unit: 'MINUTE' }]);
  await prepareMysql(store.client, options);
  expect(await event()).toEqual(made);
});

it('a text column that no VARCHAR holds is refused when the DDL is built', () => {
  const wide: MysqlTable = {
    ...TXNS,
    columns: [{ name: 'a', type: { kind: 'text', characters: 20_000 }, nullable: true }],
  };
  expect(() => buildMysqlTable(wide)).toThrow(/at most 16383 characters/);
});

it('set-up makes databases, tables, users that can log in, and keeps binlogs', async () => {
  const prepared = await prepareMysql(store.client, options);
  expect(prepared).toEqual({
    databases: ['bank'],
    tables: ['bank.txns'],
    refused: [],
    ignored: [],
    users: ['cdc_ingest', 'cdc_reconcile', 'cdc_dms'],
  });
  expect(
    await query("SELECT value FROM mysql.rds_configuration WHERE name = 'binlog retention hours'"),
  ).toEqual([{ value: '72' }]);
  for (const user of Object.keys(arns) as (keyof typeof arns)[]) {
    const value = JSON.parse(store.values.get(arns[user]) ?? '') as Record<string, unknown>;
    expect(value).toMatchObject({ username: user, ...options.address });
    expect(value.password).toMatch(/^[A-Za-z0-9_-]{32}$/);
    expect(await query("SELECT 'yes' AS one", login(user))).toEqual([{ one: 'yes' }]);
  }
});

it('a second set-up changes nothing: same passwords, same table, no secret written', async () => {
  const before = new Map(store.values);
  store.writes.length = 0;
  const table = await query('SHOW CREATE TABLE bank.txns');
  await prepareMysql(store.client, options);
  expect(store.writes).toEqual([]);
  expect(store.values).toEqual(before);
  expect(await query('SHOW CREATE TABLE bank.txns')).toEqual(table);
});

it('a second set-up writes nothing to the binlog, and repairs what somebody took away', async () => {
  const position = () =>
    query(bed.server.flavour === 'mysql' ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS');
  const before = await position();
  await prepareMysql(store.client, options);
  expect(await position()).toEqual(before);

  await query("REVOKE INSERT ON bank.txns FROM 'cdc_ingest'@'%'");
  await query("ALTER USER 'cdc_dms'@'%' REQUIRE NONE");
  await query("CALL mysql.rds_set_configuration('binlog retention hours', '24')");
  await prepareMysql(store.client, options);
  expect(
    await query("SELECT value FROM mysql.rds_configuration WHERE name = 'binlog retention hours'"),
  ).toEqual([{ value: '72' }]);
  expect(await query("SELECT ssl_type AS tls FROM mysql.user WHERE user = 'cdc_dms'")).toEqual([
    { tls: 'ANY' },
  ]);
  const insert = "INSERT INTO bank.txns (account_no, `date`, ingested_at) VALUES ('a', '2017-06-29', NOW(6))";
  await query(insert, login('cdc_ingest'));
  await query('DELETE FROM bank.txns');
});

it('each user may do its own work and nothing else, and only over TLS', async () => {
  const insert = "INSERT INTO bank.txns (account_no, `date`, ingested_at) VALUES ('a', '2017-06-29', NOW(6))";
  await query(insert, login('cdc_ingest'));
  for (const sql of ['SELECT * FROM bank.txns', 'DELETE FROM bank.txns', 'DROP TABLE bank.txns']) {
    await expect(query(sql, login('cdc_ingest'))).rejects.toMatchObject({ code: 'SOURCE_NOT_READY' });
  }
  for (const user of ['cdc_reconcile', 'cdc_dms'] as const) {
    expect(await query('SELECT account_no FROM bank.txns', login(user))).toEqual([{ account_no: 'a' }]);
    await expect(query(insert, login(user))).rejects.toMatchObject({ code: 'SOURCE_NOT_READY' });
  }
  const showPosition = bed.server.flavour === 'mysql' ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS';
  expect(await query(showPosition, login('cdc_dms'))).toHaveLength(1);
  const users = await query(
    "SELECT user AS user FROM mysql.user WHERE user LIKE 'cdc\\_%' AND ssl_type = 'ANY'",
  );
  expect(users.map((row) => row.user).sort()).toEqual(['cdc_dms', 'cdc_ingest', 'cdc_reconcile']);
  await query('DELETE FROM bank.txns');
});

it('a set-up that stopped between secret and server is completed with the same password', async () => {
  const kept = store.values.get(arns.cdc_ingest);
  await query("ALTER USER 'cdc_ingest'@'%' IDENTIFIED BY 'another-password-0000'");
  await expect(query('SELECT 1', login('cdc_ingest'))).rejects.toMatchObject({ code: 'SOURCE_NOT_READY' });
  await prepareMysql(store.client, options);
  expect(store.values.get(arns.cdc_ingest)).toBe(kept);
  expect(await query("SELECT 'yes' AS one", login('cdc_ingest'))).toEqual([{ one: 'yes' }]);
});

it('a password that DMS cannot take is replaced, and a server that moved is written down', async () => {
  const value = JSON.parse(store.values.get(arns.cdc_dms) ?? '') as Record<string, unknown>;
  store.values.set(arns.cdc_dms, JSON.stringify({ ...value, password: 'with;colon:plus+dot.' }));
  const other = JSON.parse(store.values.get(arns.cdc_reconcile) ?? '') as Record<string, unknown>;
  store.values.set(arns.cdc_reconcile, JSON.stringify({ ...other, host: 'old.example' }));
  await prepareMysql(store.client, options);
  expect(JSON.parse(store.values.get(arns.cdc_dms) ?? '').password).toMatch(/^[A-Za-z0-9_-]{32}$/);
  expect(JSON.parse(store.values.get(arns.cdc_reconcile) ?? '')).toEqual(other);
});

it('an existing table that differs from the catalogue is an error that names each column', async () => {
  const changed: MysqlTable = {
    ...TXNS,
    key: ['account_no'],
    columns: [
      ...TXNS.columns.slice(0, 1),
      { name: 'account_no', type: { kind: 'text', characters: 32 }, nullable: false },
      ...TXNS.columns.slice(2, 9),
      { name: 'currency', type: { kind: 'text', characters: 3 }, nullable: true },
    ],
  };
  const failure = await prepareMysql(store.client, { ...options, tables: [changed] }).catch((error) => error);
  expect(failure).toMatchObject({ code: 'SOURCE_NOT_READY', disposition: 'halt' });
  expect(failure.message).toContain(
    'column account_no is varchar(64) not null, expected varchar(32) not null; ' +
      'column currency is missing, expected varchar(3) null; ' +
      'column ingested_at (datetime(6) not null) is not in the catalogue; ' +
      'the key is (txn_id), expected (account_no)',
  );
});

it('a table that cannot be replicated is refused by name, and the others are set up', async () => {
  await query('CREATE TABLE bank.parent (id INT PRIMARY KEY)');
  await query(
    'CREATE TABLE bank.child (id INT NOT NULL PRIMARY KEY, p INT, FOREIGN KEY (p) REFERENCES bank.parent (id) ON DELETE SET NULL)',
  );
  await query('CREATE TABLE bank.other (id BIGINT NOT NULL PRIMARY KEY)');
  const column = (name: string, nullable: boolean) => ({
    name,
    type: { kind: 'integer' } as const,
    nullable,
  });
  const table = (name: string, columns: MysqlTable['columns']): MysqlTable => ({
    source: 'mysql',
    name,
    database: 'bank',
    target: { schema: 'bank', table: name },
    key: ['id'],
    columns,
  });
  const tables = [
    TXNS,
    table('child', [column('id', false), column('p', true)]),
    table('other', [column('id', false)]),
  ];
  const { tables: prepared, refused } = await prepareMysql(store.client, { ...options, tables });
  const reasons = Object.fromEntries(refused.map((one) => [one.table, one.reason]));
  expect(reasons['bank.other']).toMatch(/column id is bigint not null, expected int not null/);
  // MySQL 9.6 and later logs what its foreign keys change.
  if (bed.server.flavour === 'mariadb')
    expect(reasons['bank.child']).toMatch(/foreign key \S+ to parent \(ON DELETE SET NULL, /);
  expect(prepared[0]).toBe('bank.txns');
  expect(await query('SELECT account_no FROM bank.txns', login('cdc_dms'))).toEqual([]);
});

it('each type of the catalogue, and a table without a key, are made and then found equal', async () => {
  const everyType: MysqlTable = {
    source: 'mysql',
    name: 'odd `name`',
    database: 'bank',
    target: { schema: 'bank', table: 'odd' },
    key: [],
    columns: (
      [
        { kind: 'smallint' },
        { kind: 'integer' },
        { kind: 'bigint' },
        { kind: 'double' },
        { kind: 'boolean' },
        { kind: 'date' },
        { kind: 'decimal', precision: 38, scale: 12 },
        { kind: 'text', characters: 16_000 },
        { kind: 'timestamp' },
        { kind: 'document' },
      ] as const
    ).map((type) => ({ name: `a ${type.kind}`, type, nullable: true })),
  };
  await prepareMysql(store.client, { ...options, tables: [everyType] });
  await prepareMysql(store.client, { ...options, tables: [everyType] });
});

it('a server that does not log whole rows is refused before anything is made', async () => {
  await query("SET GLOBAL binlog_format = 'STATEMENT', GLOBAL binlog_row_image = 'MINIMAL'");
  await expect(prepareMysql(store.client, options)).rejects.toThrow(
    /binlog_format is STATEMENT, expected ROW; binlog_row_image is MINIMAL, expected FULL/,
  );
  await query("SET GLOBAL binlog_format = 'ROW', GLOBAL binlog_row_image = 'FULL'");
});

it('no password of a user is in the binlog', async () => {
  const files = await query('SHOW BINARY LOGS');
  const logged: string[] = [];
  for (const { Log_name: name } of files) {
    const events = await query(`SHOW BINLOG EVENTS IN '${String(name)}'`);
    logged.push(...events.map(({ Info }) => String(Info)));
  }
  // The grants are there, so these are the right files.
  expect(logged.filter((info) => info.includes('GRANT INSERT'))).not.toEqual([]);
  for (const arn of Object.values(arns)) {
    const { password } = JSON.parse(store.values.get(arn) ?? '') as { password: string };
    expect(logged.filter((info) => info.includes(password))).toEqual([]);
  }
});

it('a rotated password is read again, once', async () => {
  const secret = login('cdc_ingest');
  await query('SELECT 1', secret);
  const value = JSON.parse(store.values.get(arns.cdc_ingest) ?? '') as Record<string, unknown>;
  store.values.set(arns.cdc_ingest, JSON.stringify({ ...value, password: 'rotated-password-0000' }));
  await query("ALTER USER 'cdc_ingest'@'%' IDENTIFIED BY 'rotated-password-0000'");
  store.reads.length = 0;
  expect(await query("SELECT 'yes' AS one", secret)).toEqual([{ one: 'yes' }]);
  expect(store.reads).toEqual([arns.cdc_ingest]);
});

it('an untrusted certificate, a lost server and an empty secret each fail by name, without credentials', async () => {
  const refused = await withMysqlConnection(admin, async () => {}).catch((error) => error);
  expect(refused).toMatchObject({ code: 'SOURCE_UNAVAILABLE', disposition: 'retry' });
  expect(`${refused.message}${refused.stack}${JSON.stringify(refused)}`).not.toContain(
    bed.server.adminPassword,
  );

  const away = mysqlSecret(store.client, secretArn('admin'), { host: '127.0.0.1', port: 1 });
  await expect(query('SELECT 1', away)).rejects.toMatchObject({ code: 'SOURCE_UNAVAILABLE' });

  store.values.set(secretArn('empty'), undefined);
  await expect(query('SELECT 1', mysqlSecret(store.client, secretArn('empty')))).rejects.toThrow(
    /SOURCE_NOT_READY.*has no value yet/,
  );
  store.values.set(secretArn('half'), '{"username":"a"}');
  await expect(query('SELECT 1', mysqlSecret(store.client, secretArn('half')))).rejects.toThrow(
    /missing or wrong: password, host, port/,
  );
});

it('an error of the server carries its number, never the statement or a value', async () => {
  const failure = await query("INSERT INTO bank.txns (account_no) VALUES ('secret-value')").catch(
    (error) => error,
  );
  expect(failure).toMatchObject({ code: 'SOURCE_REFUSED', context: { errno: 1364 } });
  expect(`${failure.message}${failure.stack}${JSON.stringify(failure)}`).not.toContain('secret-value');
});

describe('a server that somebody else runs', () => {
  const ORDERS: MysqlTable = {
    source: 'mysql',
    name: 'orders',
    database: 'shop',
    target: { schema: 'shop', table: 'orders' },
    key: ['id'],
    columns: [{ name: 'id', type: { kind: 'bigint' }, nullable: false }],
  };
  const GONE: MysqlTable = { ...ORDERS, name: 'gone' };
  const users = { cdc_reconcile: secretArn('theirs-reconcile'), cdc_dms: secretArn('theirs-dms') };
  const theirs = (more: Partial<PrepareExistingMysqlOptions> = {}): PrepareExistingMysqlOptions => ({
    ...options,
    userSecretArns: users,
    server: 'rds',
    mayChange: [],
    tables: [ORDERS],
    ...more,
  });
  const failure = (given: PrepareExistingMysqlOptions): Promise<string> =>
    prepareExistingMysql(store.client, given).then(
      () => 'no problem',
      (error: Error) => error.message,
    );
  const state = async (): Promise<unknown> => [
    await query('SELECT User AS u FROM mysql.user ORDER BY 1'),
    await query(
      "SELECT table_schema AS db, table_name AS name FROM information_schema.tables WHERE table_schema NOT IN ('information_schema', 'performance_schema', 'sys', 'mysql') ORDER BY 1, 2",
    ),
    await query('SELECT * FROM mysql.rds_configuration'),
  ];

  beforeAll(async () => {
    for (const user of Object.keys(arns)) await query(`DROP USER '${user}'@'%'`);
    for (const sql of [
      'DROP DATABASE cdc_heartbeat',
      'CREATE DATABASE shop',
      'CREATE TABLE shop.orders (id BIGINT NOT NULL PRIMARY KEY)',
      "CREATE USER 'reader'@'%' IDENTIFIED BY 'a-reading-Login7'",
      "GRANT SELECT, PROCESS, EXECUTE ON *.* TO 'reader'@'%'",
      'SET GLOBAL event_scheduler = OFF',
    ])
      await query(sql);
    store.values.set(
      secretArn('reader'),
      JSON.stringify({ username: 'reader', password: 'a-reading-Login7' }),
    );
    for (const arn of Object.values(users)) store.values.set(arn, undefined);
  });

  it('has all its problems reported at once, with what solves them, and nothing in it is changed', async () => {
    const before = await state();
    const message = await failure(
      theirs({
        adminSecretArn: secretArn('reader'),
        binlogRetentionHours: 168,
        tables: [ORDERS, GONE],
      }),
    );
    expect(message.split('\n').slice(1)).toEqual([
      '  - event_scheduler is "OFF" and must be "ON" (the heartbeat is an event of the server)',
      expect.stringMatching(
        /binlogs are kept 72 hours and must be kept 168 hours .*CALL mysql\.rds_set_configuration\('binlog retention hours', 168\)/,
      ),
      expect.stringMatching(
        /the heartbeat cdc_heartbeat\.heartbeats is not there.* run: CREATE DATABASE .*CREATE TABLE .*CREATE EVENT /,
      ),
      expect.stringMatching(
        /no user signs in with the secret \S+theirs-reconcile\. Run: CREATE USER 'cdc_reconcile'@'%' .*; GRANT SELECT ON `shop`\.`orders` TO 'cdc_reconcile'@'%'; .*store \{"username":"cdc_reconcile"/,
      ),
      expect.stringMatching(
        /no user signs in with the secret \S+theirs-dms\. Run: CREATE USER 'cdc_dms'@'%'/,
      ),
    ]);
    const without = await failure(theirs({ adminSecretArn: secretArn('reader'), hasHeartbeat: false }));
    expect(without).toContain('no user signs in');
    expect(without).not.toMatch(/heartbeat is|event_scheduler/);
    // There is another table: this one is refused by its name, which is no reason to stop.
    expect(without + message).not.toContain('shop.gone');
    expect(await failure(theirs({ tables: [GONE] }))).toContain(
      '  - the table shop.gone of tables/gone.json is not there',
    );
    expect(await state()).toEqual(before);
  });

  it('needs a login that may pass on what the users get, where it may make them', async () => {
    const before = await state();
    const message = await failure(
      theirs({ adminSecretArn: secretArn('reader'), mayChange: ['users', 'heartbeat', 'rows'] }),
    );
    expect(message).toContain(
      'lacks CREATE USER on *.*, SELECT on shop.orders with grant option, REPLICATION CLIENT on *.* with grant option',
    );
    expect(message).toContain('CREATE on cdc_control.*');
    expect(await state()).toEqual(before);
  });

  it('gets only what the settings allow by name, and a second set-up changes nothing', async () => {
    await query('SET GLOBAL event_scheduler = ON');
    const given = theirs({
      mayChange: ['users', 'heartbeat', 'binlog-retention'],
      binlogRetentionHours: 96,
      tables: [ORDERS, GONE],
    });
    expect(await prepareExistingMysql(store.client, given)).toEqual({
      databases: ['shop'],
      tables: ['shop.orders'],
      refused: [{ table: 'shop.gone', reason: 'the table shop.gone of tables/gone.json is not there' }],
      ignored: [],
      users: ['cdc_reconcile', 'cdc_dms'],
    });
    expect(
      await query("SELECT value FROM mysql.rds_configuration WHERE name = 'binlog retention hours'"),
    ).toEqual([{ value: '96' }]);
    expect(await query("SELECT user AS u FROM mysql.user WHERE user LIKE 'cdc\\_%' ORDER BY 1")).toEqual(
      expect.not.arrayContaining([{ u: 'cdc_ingest' }]),
    );
    const made = await state();
    await prepareExistingMysql(store.client, given);
    expect(await state()).toEqual(made);
    // Made by somebody, or by an earlier set-up: checked alike.
    expect(await failure(theirs())).toBe('no problem');
    await query("REVOKE LOCK TABLES ON shop.* FROM 'cdc_dms'@'%'");
    expect(await failure(theirs())).toBe('no problem');
    await query("REVOKE SELECT ON shop.orders FROM 'cdc_dms'@'%'");
    expect(await failure(theirs())).toContain('cdc_dms lacks SELECT on shop.orders');
  });
});
