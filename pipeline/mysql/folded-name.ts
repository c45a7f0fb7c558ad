/** Names of tables on a server that does not tell capitals apart. */
import { type MysqlTable, mysqlName } from '../tables';

export const FOLDING_SQL = 'SELECT @@GLOBAL.lower_case_table_names AS folding';

/** The server keeps every name in lower case (MySQL reference manual, "Identifier case sensitivity"). */
const KEPT_IN_LOWER_CASE = 1;

/**
 * Why a table cannot be found by the name that the catalogue has for it; undefined when it can. A server that only
 * compares in lower case (2) keeps names as they were written, and so do its events.
 */
export function foldedNameProblem(table: MysqlTable, folding: number): string | undefined {
  const name = mysqlName(table);
  const kept = name.toLowerCase();
  if (folding !== KEPT_IN_LOWER_CASE || name === kept) return undefined;
  return `the server keeps names in lower case (lower_case_table_names = 1), so that this table is called ${kept} there, and the replication task finds it by no other name. Write tables/${table.name}.json again: npm run add-table -- mysql ${kept}`;
}
