import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAddTableArguments } from '../../../../../local/commands/add-table-arguments';
import { adoptIntoCatalogue } from '../../../../../local/commands/adopt-into-catalogue';
import { readFromServer } from '../../../../../local/commands/read-create-table';
import { sessionWarehouse } from '../../../../../local/commands/session-warehouse';
import type { MysqlTable } from '../../../../../pipeline/tables';
import { parseCatalogue } from '../../../../../pipeline/values/catalogue';
import { maskText } from '../../../../../pipeline/values/masked-text';
import { changeTable } from '../../../../../pipeline/warehouse/change-table';
import { targetDefinition } from '../../../../../pipeline/warehouse/table-definitions';
import { buildWarehouseTable } from '../../../../../pipeline/warehouse/warehouse-ddl';
import { adoptTables, differingTables, mappingsOf } from '../../../../support/adopted-tables';
import { MYSQL_VALUES } from '../../../../support/mysql-values';
import { RANDOM_COLUMNS, randomRows } from '../../../../support/random-mysql-rows';
import { typed } from '../../../../support/typed';
import { TaskBed, TIMEOUT_MS } from './task-bed';

/** As somebody made it who never heard of this project: in the server's default character set and collation. */
const ORDERS = `CREATE TABLE shop.orders (
  order_id INT UNSIGNED NOT NULL, line SMALLINT NOT NULL, total DECIMAL(10,2) NOT NULL DEFAULT 0.00,
  placed_at DATETIME NOT NULL, changed_at TIMESTAMP(3) NULL, customer VARCHAR(80) NOT NULL, notes TEXT,
  doc JSON, state ENUM('new','it''s paid','back\\\\slash'), tags SET('gift','fragile'), express TINYINT(1),
  photo BLOB, flags BIT(12), vintage YEAR, took TIME(2), PRIMARY KEY (order_id, line))`;

const order = (id: number, customer: string): string =>
  `(${id}, 1, 12.30, '2024-02-29 23:59:59', '2024-03-10 02:30:00.123', '${customer}', REPEAT('né ', 5000), '{"z": 1.0, "a": [9007199254740993]}',
    'back\\\\slash', 'fragile,gift', 127, x'00ff00', b'101010101010', 1901, '-838:59:59.00')`;

const COLUMNS_A_TABLE = 6;

describe('an existing table', () => {
  let bed: TaskBed;
  let folder: string;
  beforeAll(async () => {
    bed = await TaskBed.start({ character_set_server: 'latin1', collation_server: 'latin1_swedish_ci' });
    folder = mkdtempSync(join(tmpdir(), 'cdc-adopt-'));
  });
  afterAll(async () => {
    await bed?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('comes in by one command, is followed, and is equal', async () => {
    await bed.createDatabase('shop');
    await bed.source(ORDERS, `INSERT INTO shop.orders VALUES ${order(1, 'Zoé')}, ${order(4294967295, 'b')}`);
    const { host, port, adminUser, adminPassword, caFile } = bed.server;
    const addTable = async (...flags: readonly string[]): Promise<MysqlTable[]> => {
      const args = [
        'mysql',
        'shop.orders',
        '--server',
        `${host}:${port}`,
        '--ca',
        caFile,
        '--tables',
        folder,
      ];
      const login = { MYSQL_USER: adminUser, MYSQL_PASSWORD: adminPassword };
      await adoptIntoCatalogue(parseAddTableArguments(typed('add-table', ...args, ...flags), login), (text) =>
        printed.push(text),
      );
      const entry = JSON.parse(readFileSync(join(folder, 'orders.json'), 'utf8'));
      return parseCatalogue({ orders: entry }) as MysqlTable[];
    };
    const printed: string[] = [];
    const tables = await addTable();
    expect(printed.join('\n')).toMatch(/^order_id +int unsigned not null +bigint$/m);
    await expect(addTable()).rejects.toThrow(/--update brings it up to date/);
    const missing = { host, port, username: adminUser, password: adminPassword, caFile };
    await expect(readFromServer(missing, { database: 'shop', table: 'order' })).rejects.toThrow(
      'no table shop.order that this login may see; in shop it sees orders',
    );
    for (const table of tables) await bed.target(buildWarehouseTable(targetDefinition(table)));
    const { task, events } = await bed.task('shop', { tableMappings: mappingsOf(tables) });
    task.start('start-replication');
    await bed.source(
      `INSERT INTO shop.orders VALUES ${order(2, 'c')}, ${order(3, 'd')}, ${order(5, 'e')}`,
      // Equal to the source's collation, and one row there as here.
      "UPDATE shop.orders SET customer = 'ZOE', took = '838:59:58.99', notes = NULL WHERE order_id = 1",
      'UPDATE shop.orders SET order_id = 7 WHERE order_id = 3',
      'DELETE FROM shop.orders WHERE order_id = 5',
    );
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await differingTables(bed, tables)).toEqual([]);
    expect(await bed.target('SELECT COUNT(*) FROM shop.orders')).toEqual([[4n]]);
    const [row] = await bed.target(
      'SELECT state, photo, flags, took, express FROM shop.orders WHERE order_id = 2',
    );
    expect(row?.map(String)).toEqual(['back\\slash', '00ff00', '2730', '-838:59:59.00', '127']);

    // The source gets a column that the catalogue does not know: it is ignored, and the others are followed.
    await bed.source(
      "ALTER TABLE shop.orders ADD COLUMN channel VARCHAR(20) NOT NULL DEFAULT 'shop' AFTER line",
      "UPDATE shop.orders SET channel = 'web', vintage = 2155 WHERE order_id = 2",
      "INSERT INTO shop.orders (order_id, line, placed_at, customer) VALUES (8, 1, '2024-01-01', 'later')",
    );
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(events).toContainEqual(expect.objectContaining({ type: 'table-altered', ignored: ['channel'] }));
    expect(await differingTables(bed, tables)).toEqual([]);
    await task.close();

    // One command brings it into the catalogue, set-up into the warehouse, and the task fills it.
    const now = await addTable('--update');
    expect(now[0]?.columns.at(-1)).toMatchObject({ name: 'channel', nullable: false });
    await bed.target('ALTER TABLE shop.orders ADD COLUMN channel VARCHAR(80)');
    const again = await bed.task('shop', { tableMappings: mappingsOf(now) });
    again.task.start('resume-processing');
    await again.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.source("UPDATE shop.orders SET channel = 'app' WHERE order_id = 8");
    await again.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await differingTables(bed, now)).toEqual([]);
    await again.task.close();
  });

  it('arrives as its entry says: texts hashed, columns left behind', async () => {
    await bed.createDatabase('private');
    const person = (id: number, email: string, note: string): string =>
      `(${id}, ${email}, ${note}, 'secret', 'x')`;
    const structure =
      'id INT NOT NULL, email VARCHAR(40), note TEXT, secret VARCHAR(9), plain CHAR(5) CHARACTER SET latin1';
    const columns = [
      { name: 'id', mysql: 'int not null' },
      { name: 'email', mysql: 'varchar(40)', hash: true },
      { name: 'note', mysql: 'text', hash: true },
      { name: 'secret', mysql: 'varchar(9)', leaveOut: true },
      { name: 'plain', mysql: 'char(5)', hash: true },
    ];
    const entries = ['keyed', 'keyless'].map((name) => [
      name,
      { source: 'mysql', database: 'private', key: name === 'keyed' ? ['id'] : [], columns },
    ]);
    const tables = parseCatalogue(Object.fromEntries(entries)) as MysqlTable[];
    const changes: string[] = [];
    for (const { name, key } of tables) {
      await bed.source(
        `CREATE TABLE private.${name} (${structure}${key.length > 0 ? ', PRIMARY KEY (id)' : ''})`,
        `INSERT INTO private.${name} VALUES ${person(1, "'zoé@x'", "'né'")}, ${person(2, 'NULL', "''")}, ${person(3, "'c'", "REPEAT('a', 64513)")}`,
      );
      changes.push(
        `INSERT INTO private.${name} VALUES ${person(4, "'d'", 'NULL')}, ${person(5, "'e'", "'e'")}`,
        `UPDATE private.${name} SET email = 'new', plain = 'é  ' WHERE id = 1`,
        `DELETE FROM private.${name} WHERE id = 5`,
        // What is longer than the task takes rejects its row, hashed or not.
        `UPDATE private.${name} SET note = 'short' WHERE id = 3`,
      );
    }
    for (const table of tables) await bed.target(buildWarehouseTable(targetDefinition(table)));
    const { task } = await bed.task('private', { tableMappings: mappingsOf(tables) });
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(task.describe().tables).toMatchObject([{ rejected: 1 }, { rejected: 1 }]);
    await bed.source(...changes);
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await differingTables(bed, tables)).toEqual([]);
    expect(await bed.target('SELECT * FROM private.keyed WHERE id IN (1, 2) ORDER BY id')).toEqual([
      [1, maskText('new'), maskText('né'), maskText('é')],
      [2, null, maskText(''), maskText('x')],
    ]);
    await task.close();

    // A column taken out, another of another type: one command changes the targets, and the task continues.
    const fewer = columns.map((column) =>
      column.name === 'plain' ? { ...column, leaveOut: true, hash: undefined } : column,
    );
    const later = parseCatalogue(
      Object.fromEntries(
        entries.map(([name, entry]) => [
          name,
          {
            ...(entry as object),
            columns: fewer.map((column) =>
              column.name === 'id' ? { ...column, redshift: 'bigint' } : column,
            ),
          },
        ]),
      ),
    ) as MysqlTable[];
    await bed.source(`INSERT INTO private.keyed VALUES ${person(6, "'f'", 'NULL')}`);
    for (const table of ['private.keyed', 'private.keyless']) {
      const request = { table, renamed: {}, isEmpty: false, confirmed: true };
      const changed = await sessionWarehouse(bed.warehouse, (warehouse) =>
        changeTable(warehouse, later, request),
      );
      expect(changed).toMatchObject({
        done: true,
        plan: expect.arrayContaining(['id becomes bigint from integer', 'plain is removed']),
      });
    }
    const again = await bed.task('private', { tableMappings: mappingsOf(later) });
    again.task.start('resume-processing');
    await bed.source(
      'UPDATE private.keyed SET id = id + 10 ORDER BY id DESC',
      'DELETE FROM private.keyless WHERE id = 2',
    );
    await again.task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(again.task.describe().tables).toMatchObject([{ state: 'loaded' }, { state: 'loaded' }]);
    expect(await differingTables(bed, later)).toEqual([]);
    await again.task.close();
  });

  it('is taken alone, not one whose name differs where its own has a character that DMS reads as any other', async () => {
    for (const database of ['my_shop', 'my1shop']) {
      await bed.createDatabase(database);
      for (const table of ['my_sales', 'my1sales'])
        await bed.source(
          `CREATE TABLE ${database}.${table} (id INT PRIMARY KEY, v VARCHAR(40) COLLATE utf8mb4_bin)`,
          `INSERT INTO ${database}.${table} VALUES (1, '${database}.${table}')`,
        );
    }
    const [sales] = parseCatalogue({
      my_sales: {
        source: 'mysql',
        database: 'my_shop',
        key: ['id'],
        columns: [
          { name: 'id', mysql: 'int not null' },
          { name: 'v', mysql: 'varchar(40)' },
        ],
      },
    }) as MysqlTable[];
    await bed.target(buildWarehouseTable(targetDefinition(sales!)));
    const { task } = await bed.task('my_shop', { tableMappings: mappingsOf([sales!]) });
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    await bed.source(
      "INSERT INTO my_shop.my_sales VALUES (2, 'my_shop.my_sales')",
      "INSERT INTO my_shop.my1sales VALUES (2, 'other')",
      "INSERT INTO my1shop.my_sales VALUES (3, 'other')",
      // One that comes while the task runs is looked at by its name as well.
      'CREATE TABLE my_shop.myXsales (id INT PRIMARY KEY, v VARCHAR(40))',
      "INSERT INTO my_shop.myXsales VALUES (4, 'other')",
      "INSERT INTO my_shop.my_sales VALUES (5, 'my_shop.my_sales')",
    );
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await bed.targetRows('my_shop', 'my_sales')).toEqual(
      ['1', '2', '5'].map((id) => JSON.stringify([id, 'my_shop.my_sales'])),
    );
    expect(task.describe().tables).toMatchObject([
      { table: 'my_shop.my_sales', state: 'loaded', snapshotRows: 1, inserts: 2, rejected: 0 },
    ]);
    await task.close();
  });

  it('has the rows that its filters take, and is suspended when an update moves one across', async () => {
    await bed.createDatabase('parts');
    const columns = [
      { name: 'id', mysql: 'bigint unsigned not null' },
      { name: 'region', mysql: 'varchar(9)', leaveOut: true },
      { name: 'kind', mysql: "enum('new','old')" },
      { name: 'day', mysql: 'date' },
      { name: 'at', mysql: 'datetime not null' },
      { name: 'v', mysql: 'int' },
    ];
    const filters: Readonly<Record<string, readonly object[]>> = {
      small: [{ column: 'id', any: [{ lte: '2' }, { between: ['5', '6'] }, { gte: '11' }] }],
      eu: [{ column: 'region', any: [{ eq: 'eu' }, { eq: 'é' }] }],
      other: [
        { column: 'region', any: [{ noteq: 'eu' }] },
        { column: 'id', any: [{ notbetween: ['3', '4'] }] },
      ],
      nowhere: [{ column: 'region', any: [{ null: true }] }],
      olds: [
        { column: 'kind', any: [{ eq: 'old' }] },
        { column: 'region', any: [{ notnull: true }] },
      ],
      days: [{ column: 'day', any: [{ gte: '2024-01-02' }] }],
      times: [{ column: 'at', any: [{ between: ['2024-01-01 00:00:03', '2024-01-01 00:00:12'] }] }],
      keyless: [{ column: 'id', any: [{ noteq: '3' }] }],
    };
    const entries = Object.entries(filters).map(([name, some]) => [
      name,
      {
        source: 'mysql',
        database: 'parts',
        key: name === 'keyless' ? [] : ['id'],
        columns,
        filters: some.map((filter) => ({ ...filter, neverUpdated: true })),
      },
    ]);
    const tables = parseCatalogue(Object.fromEntries(entries)) as MysqlTable[];
    // The server's collation holds eu and EU equal, and blanks at the end are none to it.
    const regions = ["'eu'", "'EU'", "'us'", 'NULL', "'eu '", "'é'"];
    const row = (id: number): string =>
      `(${id}, ${regions[id % regions.length]}, ${['NULL', "'new'", "'old'"][id % 3]}, ${id % 4 === 0 ? 'NULL' : `'2024-01-0${id % 4}'`}, '2024-01-01 00:00:${String(id).padStart(2, '0')}', ${id})`;
    const rows = (from: number, to: number): string =>
      Array.from({ length: to - from + 1 }, (_, at) => row(from + at)).join(', ');
    for (const { name } of tables)
      await bed.source(
        `CREATE TABLE parts.${name} (id BIGINT UNSIGNED NOT NULL, region VARCHAR(9), kind ENUM('new','old'), day DATE, at DATETIME NOT NULL, v INT${name === 'keyless' ? '' : ', PRIMARY KEY (id)'})`,
        `INSERT INTO parts.${name} VALUES ${rows(1, 12)}`,
      );
    for (const table of tables) await bed.target(buildWarehouseTable(targetDefinition(table)));
    const { task } = await bed.task('parts', { tableMappings: mappingsOf(tables) });
    task.start('start-replication');
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await differingTables(bed, tables)).toEqual([]);
    for (const { name } of tables)
      await bed.source(
        `INSERT INTO parts.${name} VALUES ${rows(13, 24)}`,
        `UPDATE parts.${name} SET v = v + 100 WHERE id % 2 = 0`,
        `DELETE FROM parts.${name} WHERE id IN (2, 6, 7, 8, 18)`,
      );
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(await differingTables(bed, tables)).toEqual([]);
    const counts = await bed.target(
      tables.map(({ name }) => `SELECT '${name}', COUNT(*) FROM parts.${name}`).join(' UNION ALL '),
    );
    expect(Object.fromEntries(counts)).toEqual({
      small: 15n,
      eu: 6n,
      other: 12n,
      nowhere: 4n,
      olds: 6n,
      days: 8n,
      times: 7n,
      keyless: 18n,
    });
    await bed.source(
      "UPDATE parts.eu SET region = 'us' WHERE id = 12",
      'UPDATE parts.small SET id = 30 WHERE id = 24',
    );
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(task.describe().tables.filter(({ state }) => state === 'suspended')).toMatchObject([
      { table: 'parts.eu', suspendedBecause: expect.stringContaining('an update of region moved a row') },
    ]);
    await task.close();
  });

  it('of any type is equal after snapshot, insert, update and delete', async () => {
    await bed.createDatabase('every');
    const declarations = [...new Set(MYSQL_VALUES.map(([declaration]) => declaration))];
    const changes: string[] = [];
    await bed.source("SET SESSION sql_mode = 'ALLOW_INVALID_DATES'");
    for (let at = 0; at < declarations.length; at += COLUMNS_A_TABLE) {
      const some = declarations.slice(at, at + COLUMNS_A_TABLE);
      const names = some.map((_declaration, column) => `v${column}`);
      // As many rows as the column with the most values needs.
      const values = some.map((declaration) =>
        MYSQL_VALUES.filter(([name]) => name === declaration).map(([, sql]) => sql),
      );
      const count = Math.max(...values.map(({ length }) => length));
      const valuesOf = (row: number): string[] => values.map((all) => all[row % all.length] as string);
      const rows = (from: number): string =>
        Array.from({ length: count }, (_, row) => `(${[from + row, ...valuesOf(row)].join(', ')})`).join(
          ', ',
        );
      const insert = `INSERT INTO every.t${at} (id, ${names.join(', ')}) VALUES`;
      const sets = valuesOf(count - 1).map((value, column) => `v${column} = ${value}`);
      await bed.source(
        `CREATE TABLE every.t${at} (id INT PRIMARY KEY, ${some.map((declaration, column) => `v${column} ${declaration}`).join(', ')})`,
        `${insert} ${rows(0)}, ${rows(100)}`,
      );
      changes.push(
        `${insert} ${rows(200)}, ${rows(300)}`,
        `DELETE FROM every.t${at} WHERE id IN (100, 300)`,
        `UPDATE every.t${at} SET id = id + 1000, ${sets.join(', ')} WHERE id < 200 ORDER BY id DESC`,
      );
    }
    const tables = await adoptTables(bed, 'every');
    const { task } = await bed.task('every', { tableMappings: mappingsOf(tables) });
    task.start('start-replication');
    await bed.source(...changes);
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(
      task.describe().tables.filter(({ state, rejected }) => state !== 'loaded' || rejected > 0),
    ).toEqual([]);
    expect(await differingTables(bed, tables)).toEqual([]);
    await task.close();
  });

  it('with random values is equal, keyed and keyless, as the server itself computes it', async () => {
    await bed.createDatabase('random');
    const columns = RANDOM_COLUMNS.map(([declaration], at) => `v${at} ${declaration}`).join(', ');
    await bed.source("SET SESSION sql_mode = ''");
    for (const table of ['keyed', 'keyless'])
      await bed.source(
        `CREATE TABLE random.${table} (id INT NOT NULL, ${columns}${table === 'keyed' ? ', PRIMARY KEY (id)' : ''})`,
        `INSERT INTO random.${table} VALUES ${randomRows(0, 60)}`,
      );
    const tables = await adoptTables(bed, 'random');
    const { task } = await bed.task('random', { tableMappings: mappingsOf(tables) });
    task.start('start-replication');
    for (const table of ['keyed', 'keyless'])
      await bed.source(
        `INSERT INTO random.${table} VALUES ${randomRows(1_000, 60)}`,
        `DELETE FROM random.${table} WHERE id % 5 = 1`,
        // Each row gets the values of another one.
        `UPDATE random.${table} SET id = id + 5000, v9 = v8, v11 = v12, v13 = v15 WHERE id % 2 = 0`,
      );
    await task.waitUntilApplied({ timeoutMs: TIMEOUT_MS });
    expect(task.describe().tables).toMatchObject([{ rejected: 0 }, { rejected: 0 }]);
    expect(await differingTables(bed, tables)).toEqual([]);
    await task.close();
  });
});
