import { isReadAlike } from '../../../local/commands/wider-table';
import { type MysqlTable, mysqlTables } from '../../../pipeline/tables';
import { parseCatalogue } from '../../../pipeline/values/catalogue';

const tableWith = (column: object, more: readonly object[] = []): MysqlTable => {
  const columns = [{ name: 'id', mysql: 'int not null' }, column, ...more];
  const [table] = mysqlTables(
    parseCatalogue({ orders: { source: 'mysql', database: 'shop', key: ['id'], columns } }),
  );
  return table as MysqlTable;
};
const of = (mysql: string, more: object = {}): MysqlTable => tableWith({ name: 'c', mysql, ...more });

describe('a table that a running pipeline knows', () => {
  it.each([
    ['varchar(20) null', 'varchar(400) null'],
    ["enum('a','b') null", "enum('a','b','long label') null"],
    ['char(3) null', 'varchar(30) null'],
  ])('is read by the same statements as one with %s become %s', (before, after) => {
    expect(isReadAlike(of(before), of(after))).toBe(true);
  });

  it.each([
    ['datetime(3) null', 'datetime(6) null'],
    ['float null', 'double null'],
    ['int null', 'varchar(20) null'],
    ['datetime null', 'datetime not null'],
  ])('is read by others where %s is %s', (before, after) => {
    expect(isReadAlike(of(before), of(after))).toBe(false);
  });

  it('is read by others with another column, another key or a text that is cut elsewhere', () => {
    const known = of('varchar(20) null');
    expect(
      isReadAlike(
        known,
        tableWith({ name: 'c', mysql: 'varchar(20) null' }, [{ name: 'd', mysql: 'int null' }]),
      ),
    ).toBe(false);
    expect(isReadAlike(known, { ...known, key: [] })).toBe(false);
    const cut = { tooLong: 'cut', redshift: 'varchar(40)' };
    expect(isReadAlike(of('text null', cut), of('text null', { ...cut, redshift: 'varchar(80)' }))).toBe(
      false,
    );
  });
});
