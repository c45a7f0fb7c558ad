import { foldedNameProblem } from '../../../pipeline/mysql/folded-name';
import type { MysqlTable } from '../../../pipeline/tables';

const called = (database: string, sourceTable: string): MysqlTable =>
  ({ name: 'orders', source: 'mysql', database, sourceTable }) as MysqlTable;

it.each([
  ['Shop', 'Orders', 1, /so that this table is called shop\.orders there/],
  ['shop', 'Örders', 1, /called shop\.örders/],
  ['shop', 'orders', 1, undefined],
  ['Shop', 'Orders', 0, undefined],
  ['Shop', 'Orders', 2, undefined],
])('%s.%s where lower_case_table_names is %i', (database, table, folding, expected) => {
  const problem = foldedNameProblem(called(database, table), folding);
  if (expected === undefined) expect(problem).toBeUndefined();
  else expect(problem).toMatch(expected);
});
