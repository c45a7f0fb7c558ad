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
