import type { WarehouseSession } from '../../../../../local/runtime/ports/warehouse';
import { openBed, rowsOf, runAll, type WarehouseBed } from '../twin-bed';

let bed: WarehouseBed;
let session: WarehouseSession;

beforeAll(async () => {
  bed = await openBed();
  session = await bed.warehouse.openSession();
  await runAll(
    session,
    'CREATE SCHEMA shop',
    'CREATE TABLE shop.orders (id BIGINT NOT NULL, amount DECIMAL(18,2), v VARCHAR(9), item SUPER)',
    'CREATE VIEW shop.seen AS SELECT id FROM shop.orders',
  );
});

afterAll(() => bed.close());

it.each([
  [
    "SELECT table_schema, table_name, table_type FROM svv_tables WHERE table_schema = 'shop' ORDER BY 2",
    [
      ['shop', 'orders', 'BASE TABLE'],
      ['shop', 'seen', 'VIEW'],
    ],
  ],
  [
    "SELECT table_name FROM information_schema.tables WHERE table_schema = 'shop' ORDER BY 1",
    [['orders'], ['seen']],
  ],
  [
    "SELECT column_name, data_type, character_maximum_length, numeric_precision, numeric_scale, is_nullable FROM information_schema.columns WHERE table_name = 'orders' ORDER BY ordinal_position",
    [
      ['id', 'bigint', null, null, null, 'NO'],
      ['amount', 'numeric', null, 18, 2, 'YES'],
      ['v', 'character varying', 9, null, null, 'YES'],
      ['item', 'super', null, null, null, 'YES'],
    ],
  ],
  [
    "SELECT nspname FROM pg_namespace WHERE nspname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
    [['public'], ['shop']],
  ],
  ["SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'shop'", [['orders']]],
  ['SELECT schema_name FROM svv_all_schemas ORDER BY 1', [['public'], ['shop']]],
  ['SELECT isolation_level FROM stv_db_isolation_level', [['Snapshot Isolation']]],
  ['SELECT COUNT(*) FROM sys_load_error_detail', [[0n]]],
])('%s', async (query, rows) => {
  expect(await rowsOf(session, query)).toEqual(rows);
});

it.each(['_twin', 'main', 'memory', 'temp'])('nothing of the twin itself shows: %s', async (schema) => {
  expect(await rowsOf(session, `SELECT 1 FROM svv_all_schemas WHERE schema_name = '${schema}'`)).toEqual([]);
  await expect(session.run(`SELECT * FROM ${schema}.users`)).rejects.toThrow(/does not exist/);
});

it('columns are those of the transaction: its own changes, and of others what was committed before it began', async () => {
  const [one, other] = [await bed.warehouse.openSession(), await bed.warehouse.openSession()];
  await runAll(session, 'CREATE TABLE shop.wide (a INTEGER)', 'INSERT INTO shop.wide VALUES (1)');
  const read = (from: WarehouseSession) => rowsOf(from, 'SELECT * FROM shop.wide');
  expect([await read(one), await read(other)]).toEqual([[[1]], [[1]]]);

  await runAll(one, 'BEGIN', 'ALTER TABLE shop.wide ADD COLUMN b VARCHAR(9)', "UPDATE shop.wide SET b = 'x'");
  expect(await read(one)).toEqual([[1, 'x']]);
  await one.rollback();
  expect(await read(one)).toEqual([[1]]);
  await expect(one.run('SELECT b FROM shop.wide')).rejects.toThrow(/column "b"/);

  // A change that is under way when another transaction begins, and committed while it reads.
  await runAll(other, 'BEGIN', 'SELECT 1 FROM shop.orders');
  await one.run('CREATE TABLE shop.later (a INTEGER)');
  await expect(other.run('SELECT * FROM shop.later')).rejects.toThrow(/does not exist/);
  await other.rollback();
  expect(await rowsOf(other, 'SELECT * FROM shop.later')).toEqual([]);

  await runAll(one, 'CREATE TEMP TABLE own (a INTEGER)', 'INSERT INTO own VALUES (2)');
  expect(await rowsOf(one, 'SELECT a FROM own')).toEqual([[2]]);
  await runAll(one, 'DROP TABLE own', 'CREATE TEMP TABLE own (b INTEGER)', 'INSERT INTO own VALUES (3)');
  expect(await rowsOf(one, 'SELECT b FROM own')).toEqual([[3]]);
  for (const opened of [one, other]) await opened.close();
});
