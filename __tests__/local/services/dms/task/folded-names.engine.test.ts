/** A server that does not tell capitals apart (`lower_case_table_names`). */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adoptIntoCatalogue } from '../../../../../local/commands/adopt-into-catalogue';
import { missingPrivileges, readGrants } from '../../../../../pipeline/mysql/held-privileges';
import { checkSourceTables } from '../../../../../pipeline/mysql/refused-table';
import { type MysqlTable, mysqlTables } from '../../../../../pipeline/tables';
import { parseCatalogue } from '../../../../../pipeline/values/catalogue';
import { loginOf, selectAll, TaskBed, type TestTask, TIMEOUT_MS } from './task-bed';

/** Linux gives 2 up on a folder that tells capitals apart; where there is another, it can be tried by hand. */
const FOLDING = process.env.CDC_TEST_FOLDING ?? '1';
const KEPT = FOLDING === '1' ? { database: 'shop', table: 'orders' } : { database: 'Shop', table: 'Orders' };
const NAME = `${KEPT.database}.${KEPT.table}`;

describe('a table whose name has capitals, on a server that does not tell them apart', () => {
  let bed: TaskBed;
  let made: TestTask;
  let tables: readonly MysqlTable[];
  beforeAll(async () => {
    bed = await TaskBed.start({ lower_case_table_names: FOLDING });
    await bed.source(
      'CREATE DATABASE Shop',
      'CREATE TABLE SHOP.Orders (Id INT PRIMARY KEY, v INT)',
      'CREATE TABLE SHOP.`Lines` (Id INT PRIMARY KEY, v INT)',
      'INSERT INTO shop.ORDERS VALUES (1, 1)',
    );
    await bed.target(
      'CREATE SCHEMA shop',
      'CREATE TABLE shop.orders (id INTEGER NOT NULL PRIMARY KEY, v INTEGER)',
      'CREATE TABLE shop.lines (id INTEGER NOT NULL PRIMARY KEY, v INTEGER)',
    );
  });
  afterAll(async () => {
    await bed?.stop();
  });

  const reasonOf = (name: string): string | undefined =>
    made.task.describe().tables.find(({ table }) => table === name)?.suspendedBecause;
  const expectEqual = async (): Promise<void> => {
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    for (const table of ['orders', 'lines'])
      expect(await bed.targetRows('shop', table)).toEqual(await bed.sourceRows('shop', table));
  };

  it('is added by any spelling, under the name that the server lists it by', async () => {
    const tablesFolder = mkdtempSync(join(tmpdir(), 'cdc-folded-'));
    const { host, port, username, password, caFile } = loginOf(bed.server);
    const server = { host, port, username, password, ...(caFile === undefined ? {} : { caFile }) };
    const base = { leaveOut: [], booleans: [], isDryRun: false, tablesFolder, dataDir: tablesFolder };
    const add = (given: { database: string; table: string; isUpdate: boolean; file?: string }) =>
      adoptIntoCatalogue({ ...base, ...(given.file === undefined ? { server } : {}), ...given }, () => {});
    await add({ database: 'sHOP', table: 'oRDERS', isUpdate: false });
    await add({ database: 'SHOP', table: 'ORDERS', isUpdate: true });
    const file = join(tablesFolder, 'lines.sql');
    const [row] = (await bed.rows(`SHOW CREATE TABLE SHOP.LINES`)) as { 'Create Table': string }[];
    writeFileSync(file, `${row?.['Create Table']};\n`);
    await add({ database: KEPT.database, table: 'LINES', isUpdate: false, file });
    const entries = Object.fromEntries(
      ['orders', 'lines'].map((name) => [
        name,
        JSON.parse(readFileSync(join(tablesFolder, `${name}.json`), 'utf8')) as object,
      ]),
    );
    expect(entries.orders).toMatchObject(
      FOLDING === '1' ? { database: 'shop' } : { database: 'Shop', table: 'Orders' },
    );
    tables = mysqlTables(parseCatalogue(entries));
    const [orders] = tables.filter(({ name }) => name === 'orders');
    const otherwise = { ...(orders as MysqlTable), database: 'sHop', sourceTable: 'oRders' };
    const { refused } = await checkSourceTables(bed.admin.promise() as never, [orders!, otherwise]);
    expect(refused).toEqual([
      { table: 'sHop.oRders', reason: expect.stringContaining(`add-table -- mysql ${NAME}`) },
    ]);
    await bed.source(
      `CREATE USER someone@'%' IDENTIFIED BY 'a-password-1'`,
      `GRANT SELECT ON SHOP.ORDERS TO someone@'%'`,
    );
    const grants = (await bed.rows(`SHOW GRANTS FOR someone@'%'`)) as object[];
    const lines = grants.map((one) => String(Object.values(one)[0]));
    const needed = [{ name: 'SELECT', ...KEPT }];
    expect(missingPrivileges(lines, needed, Number(FOLDING) as 1)).toEqual([]);
    expect((await readGrants(bed.admin.promise() as never)).length).toBeGreaterThan(0);
  });

  it('is copied and followed, however a statement spells it', async () => {
    made = await bed.task('shop', { tableMappings: JSON.stringify(selectAll(KEPT.database)) });
    made.task.start('start-replication');
    await expectEqual();
    await bed.source(
      'INSERT INTO SHOP.orders VALUES (2, 2), (3, 3)',
      'ALTER TABLE shop.ORDERS ADD INDEX (v)',
      'ALTER TABLE SHOP.oRDERS MODIFY v BIGINT',
      'CREATE DATABASE Other',
      'CREATE TABLE OTHER.Log (n INT)',
      'CREATE TRIGGER Shop.Tr AFTER INSERT ON SHOP.ORDERS FOR EACH ROW INSERT INTO shop.LINES VALUES (NEW.id, 7)',
      'USE OTHER',
      'INSERT INTO Shop.Orders VALUES (4, 4)',
      'UPDATE SHOP.Orders AS o JOIN shop.lines AS l ON o.id = l.id SET o.v = 9, l.v = 9',
      "SET SESSION binlog_format = 'STATEMENT'",
      'INSERT INTO other.LOG SELECT COUNT(*) FROM SHOP.ORDERS',
      "SET SESSION binlog_format = 'ROW'",
    );
    await expectEqual();
    expect(await bed.targetRows('shop', 'lines')).toEqual(['["4","9"]']);
    await bed.source('TRUNCATE TABLE SHOP.LINES', 'INSERT INTO Shop.Lines VALUES (5, 5)');
    await expectEqual();
    expect(made.task.describe().tables.map(({ suspendedBecause }) => suspendedBecause)).toEqual([
      undefined,
      undefined,
    ]);
  });

  it('is found when it is created while the task runs', async () => {
    await bed.target('CREATE TABLE shop.later (id INTEGER NOT NULL PRIMARY KEY)');
    await bed.source('CREATE TABLE SHOP.Later (Id INT PRIMARY KEY)', 'INSERT INTO shop.LATER VALUES (1)');
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.source('INSERT INTO shop.LATER VALUES (2)');
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await bed.targetRows('shop', 'later')).toEqual(['["1"]', '["2"]']);
  });

  it('is suspended by what renames it, drops it or is logged as text, and comes back', async () => {
    await bed.source('RENAME TABLE SHOP.Orders TO Shop.Older', 'RENAME TABLE Shop.OLDER TO SHOP.Orders');
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(reasonOf(NAME)).toMatch(/renamed/);
    await made.task.resync([NAME]);
    await expectEqual();
    await bed.source(
      'DROP TABLE SHOP.ORDERS',
      'CREATE TABLE Shop.Orders (Id INT PRIMARY KEY, v INT)',
      'INSERT INTO SHOP.ORDERS VALUES (8, 8)',
    );
    await made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(reasonOf(NAME)).toMatch(/dropped/);
    await made.task.resync([NAME]);
    await expectEqual();
    await bed.source(
      "SET SESSION binlog_format = 'STATEMENT'",
      'UPDATE SHOP.ORDERS SET v = 3',
      "SET SESSION binlog_format = 'ROW'",
    );
    await expect(made.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS })).rejects.toThrow(
      `${NAME}: its rows were changed by a statement that was logged as text`,
    );
    await made.task.close();
  });
});
