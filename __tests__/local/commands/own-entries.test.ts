import { entryOfMysql } from '../../../local/commands/own-entries';

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
