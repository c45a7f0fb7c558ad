import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeLeftOut } from '../../../local/commands/left-out-tables';
import {
  entryOfMysql,
  keepOwnEntries,
  makeOwnEntries,
  nameOwnEntries,
  setEntryAside,
} from '../../../local/commands/own-entries';
import type { TablePlace } from '../../../local/commands/read-create-table';

describe("the entry of a table of one's own", () => {
  it('is called by database and table', () => {
    expect(entryOfMysql({ database: 'shop', table: 'Order-Lines' })).toBe('shop_order-lines');
  });

  it('is another one for each name that a file cannot have whole', () => {
    const tables = ['my table', 'my_table', 'my.table', 'данные', 'другие', '1st', '`quoted`', '"quoted"'];
    const names = tables.map((table) => entryOfMysql({ database: 'shop', table }));
    expect(new Set(names).size).toBe(tables.length);
    for (const name of names) expect(name).toMatch(/^[a-z][a-z0-9_-]*$/);
  });
});

describe("the entries of tables of one's own", () => {
  const [one, other] = [
    { database: 'a_b', table: 'c' },
    { database: 'a', table: 'b_c' },
  ] as const;
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'cdc-entries-')), 'tables');
    makeOwnEntries(folder);
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  const named = (...places: readonly TablePlace[]): Record<string, string> =>
    Object.fromEntries(
      nameOwnEntries(folder, places).map(({ database, table, entry }) => [`${database}.${table}`, entry]),
    );
  const write = (name: string, place: TablePlace): void =>
    writeFileSync(
      join(folder, `${name}.json`),
      JSON.stringify({
        source: 'mysql',
        ...place,
        key: ['id'],
        columns: [{ name: 'id', mysql: 'int not null' }],
      }),
    );
  const entries = (): string[] => readdirSync(folder).filter((file) => file !== 'table.schema.json');

  it('have a name each where database and table are written alike, which stays whatever else is asked for', () => {
    const first = named(one, other);
    expect(first['a_b.c']).toBe('a_b_c');
    expect(first['a.b_c']).toMatch(/^a_b_c_[0-9a-f]{8}$/);
    write('a_b_c', one);
    write(first['a.b_c'] ?? '', other);
    expect(named(other, one)).toEqual(first);
    expect(named(other)).toEqual({ 'a.b_c': first['a.b_c'] });
    // Also the entry of a table that is left out for now.
    setEntryAside(folder, 'a_b_c');
    expect(named(other, one)).toEqual(first);
  });

  it('of a table that is no longer asked for is forgotten, though one of its name is', () => {
    write('a_b_c', one);
    const asked = nameOwnEntries(folder, [other]);
    expect(asked).toEqual([{ ...other, entry: 'a_b_c' }]);
    keepOwnEntries(folder, asked, []);
    expect(entries()).toEqual([]);
    write('a_b_c', other);
    write('dynamodb_quotes', one);
    keepOwnEntries(folder, asked, ['dynamodb_quotes']);
    expect(entries()).toEqual(['a_b_c.json', 'dynamodb_quotes.json']);
    expect(existsSync(join(folder, 'table.schema.json'))).toBe(true);
  });

  it('that differ in capitals are one, whose holder comes first', () => {
    const twins = [
      { database: 'shop', table: 'Twin' },
      { database: 'shop', table: 'twin' },
    ];
    expect(nameOwnEntries(folder, twins).map(({ table, entry }) => [table, entry])).toEqual([
      ['Twin', 'shop_twin'],
      ['twin', 'shop_twin'],
    ]);
    write('shop_twin', { database: 'shop', table: 'twin' });
    expect(nameOwnEntries(folder, twins).map(({ table }) => table)).toEqual(['twin', 'Twin']);
  });

  it('that are left out are named, also where the reason is about a table of a longer name', () => {
    expect(describeLeftOut({ table: 'shop.orders', reason: 'shop.orders_old has its name' })).toBe(
      'shop.orders: shop.orders_old has its name',
    );
  });
});
