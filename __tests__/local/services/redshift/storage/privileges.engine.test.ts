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

test('a user may do nothing with the tables of others until it is granted', async () => {
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

test('a user owns the tables that it makes, and its temp tables are its own', async () => {
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

test('REVOKE takes away, and what is dropped takes its grants along', async () => {
  await runAll(admin, 'CREATE TABLE shop.u (n INT)', `GRANT ALL ON ALL TABLES IN SCHEMA shop TO "${LOADER}"`);
  await loader.run('DELETE FROM shop.u');
  await admin.run(`REVOKE DELETE ON TABLE shop.u FROM "${LOADER}"`);
  await expect(loader.run('DELETE FROM shop.u')).rejects.toThrow('permission denied for relation u');
  await runAll(admin, 'DROP TABLE shop.u', 'CREATE TABLE shop.u (n INT)');
  await expect(loader.run('SELECT * FROM shop.u')).rejects.toThrow('permission denied for relation u');
});

test('grants show in the catalog, and roll back with their transaction', async () => {
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

test.each([
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

test('a user with CREATEUSER may do all', async () => {
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
