import type { TwinSession } from '../../../../../local/services/redshift/storage/warehouse-session';
import { copyOf, openBed, rowsOf, runAll, singleValue, type WarehouseBed } from '../twin-bed';

const LOADER = 'IAMR:cdc-dev-Loader';
let bed: WarehouseBed;
let admin: TwinSession;
let loader: TwinSession;

beforeAll(async () => {
  bed = await openBed();
  admin = await bed.warehouse.openSession();
  await runAll(
    admin,
    'CREATE SCHEMA shop',
    'CREATE TABLE shop.t (n INT)',
    'CREATE TABLE shop.secret (n INT)',
    `CREATE USER "${LOADER}" PASSWORD DISABLE`,
  );
  loader = await bed.warehouse.openSession({ user: LOADER });
});

afterAll(() => bed.close());

it('a user may do nothing with the tables of others until it is granted', async () => {
  await expect(loader.run('SELECT * FROM shop.t')).rejects.toThrow('permission denied for schema shop');
  await admin.run(`GRANT USAGE ON SCHEMA shop TO "${LOADER}"`);
  await expect(loader.run('SELECT * FROM shop.t')).rejects.toThrow('permission denied for relation t');
  await admin.run(`GRANT SELECT ON shop.t TO "${LOADER}"`);
  expect(await singleValue(loader, 'SELECT COUNT(*) FROM shop.t')).toBe(0n);
  for (const statement of [
    'INSERT INTO shop.t VALUES (1)',
    'UPDATE shop.t SET n = 1',
    'DELETE FROM shop.t',
    'LOCK shop.t',
    'TRUNCATE shop.t',
    'DROP TABLE shop.t',
    'ALTER TABLE shop.t ADD COLUMN m INT',
    copyOf('shop.t'),
  ]) {
    await expect(loader.run(statement)).rejects.toThrow('permission denied for relation t');
  }
  await expect(loader.run('INSERT INTO shop.t SELECT n FROM shop.secret')).rejects.toThrow(
    'permission denied for relation',
  );
  await expect(loader.run('CREATE TABLE shop.mine (n INT)')).rejects.toThrow(
    'permission denied for schema shop',
  );
  await expect(loader.run('CREATE SCHEMA mine')).rejects.toThrow('permission denied for database dev');
  await expect(loader.run(`GRANT SELECT ON shop.secret TO "${LOADER}"`)).rejects.toThrow(/must be superuser/);
  await expect(loader.run("CREATE USER other PASSWORD 'Secret123'")).rejects.toThrow(/must be superuser/);
});

it('a user owns the tables that it makes, and its temp tables are its own', async () => {
  await admin.run(`GRANT USAGE, CREATE ON SCHEMA shop TO "${LOADER}"`);
  await runAll(
    loader,
    'CREATE TABLE shop.own (n INT)',
    'INSERT INTO shop.own VALUES (1)',
    'CREATE TEMP TABLE x (n INT)',
    'INSERT INTO x VALUES (1)',
    'DROP TABLE shop.own',
  );
  await admin.run('CREATE TABLE shop.own (n INT)');
  await expect(loader.run('SELECT * FROM shop.own')).rejects.toThrow('permission denied for relation own');
});

it('a common table hides a table of its name in its own query only', async () => {
  await runAll(admin, 'CREATE TABLE shop.hidden (v INT)', 'INSERT INTO shop.hidden VALUES (42)');
  await loader.run('SET search_path TO shop');
  for (const statement of [
    'SELECT q.v, s.v FROM (WITH hidden AS (SELECT 1 AS v) SELECT v FROM hidden) q, hidden s',
    'SELECT (WITH hidden AS (SELECT 1 AS v) SELECT v FROM hidden), (SELECT MAX(v) FROM hidden)',
    'WITH hidden AS (SELECT v FROM hidden) SELECT v FROM hidden',
    'WITH a AS (WITH hidden AS (SELECT 1 AS v) SELECT v FROM hidden) SELECT a.v FROM a, hidden',
    'SELECT 1 WHERE EXISTS (WITH hidden AS (SELECT 1) SELECT 1 FROM hidden) UNION SELECT v FROM hidden',
  ]) {
    await expect(loader.run(statement)).rejects.toThrow('permission denied for relation hidden');
  }
  const inside = 'WITH hidden AS (SELECT 1 AS v) SELECT q.v FROM (SELECT v FROM hidden) q';
  expect(await rowsOf(loader, inside)).toEqual([[1]]);
  await loader.run('RESET search_path');
});

it('MERGE reads with SELECT only: its source, its condition, and what its branches ask', async () => {
  await runAll(
    admin,
    'CREATE TABLE shop.merged (n INT)',
    'CREATE TABLE shop.source (n INT)',
    `GRANT SELECT, INSERT, UPDATE, DELETE ON shop.merged TO "${LOADER}"`,
  );
  const merge = (change: string, value = 'source.n', on = 'merged.n = source.n'): string =>
    `MERGE INTO shop.merged USING shop.source ON ${on} WHEN MATCHED THEN ${change} WHEN NOT MATCHED THEN INSERT VALUES (${value})`;
  await expect(loader.run(merge('DELETE'))).rejects.toThrow('permission denied for relation source');
  await admin.run(`GRANT SELECT ON shop.source TO "${LOADER}"`);
  await loader.run(merge('DELETE'));
  const secret = '(SELECT MAX(n) FROM shop.secret)';
  for (const statement of [
    merge(`UPDATE SET n = ${secret}`),
    merge('DELETE', secret),
    merge('DELETE', 'source.n', `merged.n = source.n AND source.n = ${secret}`),
    `UPDATE shop.merged SET n = ${secret}`,
    `INSERT INTO shop.merged VALUES (${secret})`,
    `DELETE FROM shop.merged WHERE n = ${secret}`,
  ]) {
    await expect(loader.run(statement)).rejects.toThrow('permission denied for relation secret');
  }
});

it('a name is a name, whatever it holds', async () => {
  const evil = `z'; update warehouse._twin.users set superuser = true where name = '${LOADER}'; --`;
  const quoted = `"${evil.replaceAll('"', '""').toLowerCase()}"`;
  await runAll(admin, `CREATE SCHEMA ${quoted}`, `GRANT USAGE, CREATE ON SCHEMA ${quoted} TO "${LOADER}"`);
  for (const name of [quoted, '"a.b"', `"x"" , (select 1) as ""y"`]) {
    await runAll(
      loader,
      `CREATE TABLE ${quoted}.${name} (${name} INT)`,
      `CREATE TABLE ${quoted}.other (${name} INT)`,
      `INSERT INTO ${quoted}.other VALUES (1)`,
      `MERGE INTO ${quoted}.${name} USING ${quoted}.other AS s ON 1 = 0 WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (${name}) VALUES (7)`,
      `ALTER TABLE ${quoted}.${name} ADD COLUMN more VARCHAR(3) DEFAULT 'd'`,
      `CREATE VIEW ${quoted}.seen AS SELECT ${name} AS ${name} FROM ${quoted}.${name}`,
    );
    expect(await rowsOf(loader, `SELECT ${name} FROM ${quoted}.seen`)).toEqual([[7]]);
    await runAll(
      loader,
      `DROP VIEW ${quoted}.seen`,
      `DROP TABLE ${quoted}.${name}`,
      `DROP TABLE ${quoted}.other`,
    );
  }
  await expect(loader.run(`SHOW ${quoted}`)).rejects.toThrow('unrecognized configuration parameter');
  await expect(loader.run(`SELECT * FROM ${quoted}.${quoted}`)).rejects.toThrow('permission denied');
  expect(await rowsOf(admin, 'SELECT usename FROM pg_user WHERE usesuper')).toEqual([['cdc_admin']]);
  await admin.run(`DROP SCHEMA ${quoted} CASCADE`);
});

it('only its owner replaces a view, and owns what it made', async () => {
  await runAll(
    admin,
    'CREATE VIEW shop.seen AS SELECT n FROM shop.secret',
    `GRANT CREATE ON SCHEMA shop TO "${LOADER}"`,
  );
  const replace = (view: string): Promise<unknown> =>
    loader.run(`CREATE OR REPLACE VIEW shop.${view} AS SELECT n + 1 AS n FROM shop.t`);
  await expect(replace('seen')).rejects.toThrow('must be owner of relation seen');
  await admin.run(`GRANT ALL ON shop.seen TO "${LOADER}"`);
  await expect(replace('seen')).rejects.toThrow('must be owner of relation seen');
  await replace('mine');
  await replace('mine');
  expect(await rowsOf(loader, 'SELECT n FROM shop.mine')).toEqual([]);
  await admin.run(`ALTER TABLE shop.secret OWNER TO "${LOADER}"`);
  await expect(replace('secret')).rejects.toThrow('"secret" is not a view');
  await runAll(admin, 'ALTER TABLE shop.secret OWNER TO cdc_admin', 'DROP VIEW shop.seen');
  await expect(loader.run('SELECT * FROM shop.secret')).rejects.toThrow('permission denied');
  await loader.run('DROP VIEW shop.mine');
});

it('names in another case reach neither the view of another user nor the tables of the twin', async () => {
  await runAll(
    admin,
    'CREATE VIEW shop.seen AS SELECT n FROM shop.secret',
    `GRANT CREATE ON SCHEMA shop TO "${LOADER}"`,
  );
  for (const session of [loader, admin]) {
    await session.run('SET enable_case_sensitive_identifier TO true');
    await expect(session.run('CREATE OR REPLACE VIEW shop."SEEN" AS SELECT 1 AS n')).rejects.toThrow(
      'Relation "seen" already exists',
    );
    await expect(session.run('SELECT * FROM "_TWIN".users')).rejects.toThrow('schema "_TWIN" does not exist');
    await session.run('SET search_path TO _twin');
    for (const statement of [
      'SELECT * FROM users',
      'DELETE FROM grants',
      'CREATE TABLE mine (n INT)',
      'CREATE VIEW mine AS SELECT 1 AS n',
      'DROP TABLE users',
      'DROP SCHEMA _twin CASCADE',
    ]) {
      await expect(session.run(statement)).rejects.toThrow('schema "_twin" does not exist');
    }
    await session.run('RESET ALL');
  }
  await expect(admin.run('GRANT USAGE ON SCHEMA _twin TO PUBLIC')).rejects.toThrow(
    'schema "_twin" does not exist',
  );
  await admin.run('DROP VIEW shop.seen');
});

it('the right to alter a table does not make its holder the owner', async () => {
  await runAll(admin, 'CREATE TABLE shop.kept (n INT)', `GRANT ALTER ON shop.kept TO "${LOADER}"`);
  await loader.run('ALTER TABLE shop.kept ADD COLUMN m INT');
  await expect(loader.run('SELECT n FROM shop.kept')).rejects.toThrow('permission denied for relation kept');
  await expect(loader.run(`ALTER TABLE shop.kept OWNER TO "${LOADER}"`)).rejects.toThrow(
    'must be owner of relation kept',
  );
});

it('REVOKE takes away, and what is dropped takes its grants along', async () => {
  await runAll(admin, 'CREATE TABLE shop.u (n INT)', `GRANT ALL ON ALL TABLES IN SCHEMA shop TO "${LOADER}"`);
  await loader.run('DELETE FROM shop.u');
  await admin.run(`REVOKE DELETE ON TABLE shop.u FROM "${LOADER}"`);
  await expect(loader.run('DELETE FROM shop.u')).rejects.toThrow('permission denied for relation u');
  await runAll(admin, 'DROP TABLE shop.u', 'CREATE TABLE shop.u (n INT)');
  await expect(loader.run('SELECT * FROM shop.u')).rejects.toThrow('permission denied for relation u');
});

it('grants show in the catalog, and roll back with their transaction', async () => {
  await admin.begin();
  await admin.run('GRANT SELECT ON shop.secret TO PUBLIC');
  expect(
    await rowsOf(
      admin,
      "SELECT privilege_type, identity_name, identity_type FROM svv_relation_privileges WHERE relation_name = 'secret' AND identity_type = 'public'",
    ),
  ).toEqual([['SELECT', 'public', 'public']]);
  await admin.rollback();
  await expect(loader.run('SELECT nothing FROM shop.t')).rejects.toThrow(/column/);
  expect(
    await singleValue(admin, "SELECT COUNT(*) FROM svv_relation_privileges WHERE identity_type = 'public'"),
  ).toBe(0n);
  expect(await rowsOf(admin, 'SELECT usename, usesuper FROM pg_user ORDER BY usename')).toEqual([
    [LOADER, false],
    ['cdc_admin', true],
  ]);
});

it.each([
  ['GRANT SELECT ON shop.t TO nobody', /user "nobody" does not exist/],
  ['GRANT SELECT ON shop.nothing TO PUBLIC', /relation "shop.nothing" does not exist/],
  ['GRANT USAGE ON SCHEMA nothing TO PUBLIC', /schema "nothing" does not exist/],
  ['GRANT USAGE ON shop.t TO PUBLIC', /invalid privilege type USAGE for relation/],
  ['GRANT ROLE x TO PUBLIC', /not supported/],
  [`CREATE USER "${LOADER}" PASSWORD DISABLE`, /already exists/],
  ["CREATE USER weak PASSWORD 'short'", /at least 8 characters/],
  ["CREATE USER weak PASSWORD 'alllowercase1'", /upper case/],
  ['CREATE USER none', /password is required/],
  ['ALTER USER nobody PASSWORD DISABLE', /user "nobody" does not exist/],
  [`DROP USER "${LOADER}"`, /cannot be dropped/],
])('%s is refused', async (statement, message) => {
  await expect(admin.run(statement)).rejects.toThrow(message);
});

it('the catalog shows a user what it may use, and the load errors of its own COPYs only', async () => {
  await runAll(
    admin,
    'CREATE TABLE shop.shown (n INT)',
    'CREATE TABLE shop.other (n INT)',
    `GRANT SELECT, INSERT ON shop.shown TO "${LOADER}"`,
  );
  const stranger = await bed.warehouse.openSession({ user: 'IAMR:stranger' });
  const views = ['svv_tables', 'svv_columns', 'information_schema.tables', 'information_schema.columns'];
  const namesIn = async (session: TwinSession, view: string): Promise<unknown> =>
    (
      await rowsOf(
        session,
        `SELECT DISTINCT table_name FROM ${view} WHERE table_name IN ('other', 'shown') ORDER BY 1`,
      )
    ).flat();
  for (const view of views) {
    expect(await namesIn(admin, view)).toEqual(['other', 'shown']);
    expect(await namesIn(loader, view)).toEqual(['shown']);
    expect(await namesIn(stranger, view)).toEqual([]);
  }
  expect(await singleValue(loader, 'SELECT COUNT(*) FROM svv_table_info')).toBe(0n);

  bed.putBatch({ 'odd.json.gz': '{"n": "no number"}\n' });
  await expect(loader.run(copyOf('shop.shown'))).rejects.toThrow(/Load into table 'shown' failed/);
  for (const view of ['sys_load_error_detail', 'stl_load_errors', 'sys_load_history']) {
    expect(await singleValue(loader, `SELECT COUNT(*) FROM ${view}`)).toBe(1n);
    expect(await singleValue(admin, `SELECT COUNT(*) FROM ${view}`)).toBe(1n);
    expect(await singleValue(stranger, `SELECT COUNT(*) FROM ${view}`)).toBe(0n);
  }
  await stranger.close();
});

it('a user with CREATEUSER may do all', async () => {
  await runAll(
    admin,
    "CREATE USER boss PASSWORD 'Secret123' CREATEUSER",
    "ALTER USER boss PASSWORD 'Secret1234'",
  );
  const boss = await bed.warehouse.openSession({ user: 'boss' });
  expect(await singleValue(boss, 'SELECT COUNT(*) FROM shop.secret')).toBe(0n);
  await boss.close();
  await admin.run('DROP USER boss');
});

it('a role or a group gives its users what it is granted, and takes it away', async () => {
  await runAll(
    admin,
    'CREATE USER ann PASSWORD DISABLE',
    'CREATE USER bob PASSWORD DISABLE',
    'CREATE ROLE "Analysts"',
    'CREATE GROUP bi WITH USER bob',
    'GRANT ROLE analysts TO ann',
    'GRANT USAGE ON SCHEMA shop TO ROLE analysts, GROUP bi',
    'GRANT SELECT ON TABLE shop.secret TO ROLE analysts, GROUP bi',
  );
  const [ann, bob] = [
    await bed.warehouse.openSession({ user: 'ann' }),
    await bed.warehouse.openSession({ user: 'bob' }),
  ];
  for (const session of [ann, bob]) {
    expect(await singleValue(session, 'SELECT COUNT(*) FROM shop.secret')).toBe(0n);
    await expect(session.run('SELECT * FROM shop.t')).rejects.toThrow('permission denied for relation t');
  }
  expect(
    await rowsOf(
      admin,
      "SELECT identity_type, identity_name FROM svv_relation_privileges WHERE relation_name = 'secret' AND identity_type <> 'user' ORDER BY 1",
    ),
  ).toEqual([
    ['group', 'bi'],
    ['role', 'analysts'],
  ]);
  expect(await singleValue(admin, 'SELECT role_name FROM svv_roles')).toBe('analysts');
  expect(await singleValue(admin, 'SELECT groname FROM pg_group')).toBe('bi');
  await expect(admin.run('DROP ROLE analysts')).rejects.toThrow(/it has privileges/);
  await expect(admin.run('GRANT SELECT ON shop.t TO ROLE nobody')).rejects.toThrow(
    'role "nobody" does not exist',
  );
  await runAll(admin, 'REVOKE ROLE analysts FROM ann', 'ALTER GROUP bi DROP USER bob');
  for (const session of [ann, bob])
    await expect(session.run('SELECT * FROM shop.secret')).rejects.toThrow('permission denied');
});
