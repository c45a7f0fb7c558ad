import { foldedNameProblem, foldSourceName, isSameName } from '../../../pipeline/mysql/folded-name';
import { missingPrivileges } from '../../../pipeline/mysql/held-privileges';
import type { MysqlTable } from '../../../pipeline/tables';

const called = (database: string, sourceTable: string): MysqlTable =>
  ({ name: 'orders', source: 'mysql', database, sourceTable }) as MysqlTable;

it.each([
  ['Shop', 'Orders', { database: 'shop', table: 'orders' }, /lists this table as shop\.orders/],
  ['shop', 'orders', { database: 'Shop', table: 'Orders' }, /add-table -- mysql Shop\.Orders/],
  ['shop', 'orders', { database: 'shop', table: 'orders' }, undefined],
  ['Shop', 'Orders', { database: 'Shop', table: 'Orders' }, undefined],
])('%s.%s where the server lists %p', (database, table, kept, expected) => {
  const problem = foldedNameProblem(called(database, table), kept);
  if (expected === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(expected);
});

it('folds character by character, as the server does, and only where it does', () => {
  expect(['ΟΔΟΣ', 'İx', 'Örders', 'DŽ'].map(foldSourceName)).toEqual(['οδοσ', 'ix', 'örders', 'dž']);
  expect([0, 1, 2].map((folding) => isSameName('Shop', 'SHOP', folding as 0))).toEqual([false, true, true]);
});

it('takes grants in lower case for those of a table with capitals, where the server does', () => {
  const grants = ['GRANT SELECT ON `shop`.`orders` TO `u`@`%`', 'GRANT LOCK TABLES ON `shop`.* TO `u`@`%`'];
  const needed = [
    { name: 'SELECT', database: 'Shop', table: 'Orders' },
    { name: 'LOCK TABLES', database: 'Shop' },
  ];
  expect(missingPrivileges(grants, needed, 2)).toEqual([]);
  expect(missingPrivileges(grants, needed, 0)).toEqual(needed);
});
