/** Is an existing table the one of the catalogue? Set-up makes only tables that are absent, and would otherwise keep any other silently. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { PipelineError } from '../errors';
import { type MysqlColumn, type MysqlTable, mysqlName } from '../tables';
import { mysqlTypeText, parseMysqlType } from '../values/mysql-declaration';
import { declaredType } from './mysql-ddl';
import { chooseKey, type IndexedColumn, KEY_ORDER, KEY_SELECT } from './table-key';

/** One column, as text so that two of them compare and print alike. */
interface ColumnFacts {
  readonly name: string;
  readonly definition: string;
}

const READ_COLUMNS = [
  'SELECT COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable',
  'FROM INFORMATION_SCHEMA.COLUMNS',
  'WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
  'ORDER BY ORDINAL_POSITION',
].join('\n');

const READ_KEY = [KEY_SELECT, '  TABLE_SCHEMA = ? AND TABLE_NAME = ?', KEY_ORDER].join('\n');

/**
 * Types, which columns may be NULL, and the key are compared. Character sets, collations, defaults and the order of
 * columns are the table's own affair: text arrives as Unicode, and rows are distinguished by the text of their key.
 *
 * @returns columns that the catalogue does not name: the source got them, and the task ignores them.
 * @throws PipelineError SOURCE_NOT_READY (halt) that lists each column that differs, with what was found and what
 * the catalogue says. Nothing is changed: a person decides between ALTER TABLE and a change of the catalogue.
 */
export async function checkMysqlTable(connection: Connection, table: MysqlTable): Promise<string[]> {
  const place = [table.database, table.sourceTable ?? table.name];
  const [columns] = await connection.query<RowDataPacket[]>(READ_COLUMNS, place);
  const [indexes] = await connection.query<RowDataPacket[]>(READ_KEY, place);
  const found = columns.filter(({ name }) => !isLeftOut(table, String(name))).map(foundColumn);
  const isNamed = ({ name }: ColumnFacts): boolean => table.columns.some((column) => column.name === name);
  const problems = [
    ...compareColumns(found, table.columns.map(expectedColumn)),
    ...compareKeys(chooseKey(indexes as unknown as IndexedColumn[]), table.key),
  ];
  const unknown = found.filter((column) => !isNamed(column)).map(({ name }) => name);
  if (problems.length === unknown.length) return unknown;
  throw new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message: `table ${mysqlName(table)} exists and is not what the catalogue says: ${problems.join('; ')}. It was not changed. Either alter the table, or tables/${table.name}.json: npm run add-table writes it again.`,
    context: { table: table.name, problemCount: problems.length },
  });
}

const isLeftOut = ({ leftOut = [] }: MysqlTable, name: string): boolean =>
  leftOut.some((column) => column.name === name);

function compareColumns(found: readonly ColumnFacts[], expected: readonly ColumnFacts[]): string[] {
  const problems: string[] = [];
  for (const column of expected) {
    const got = found.find((candidate) => candidate.name === column.name);
    if (got === undefined) problems.push(`column ${column.name} is missing, expected ${column.definition}`);
    else if (got.definition !== column.definition) {
      problems.push(`column ${column.name} is ${got.definition}, expected ${column.definition}`);
    }
  }
  for (const column of found) {
    if (expected.some((candidate) => candidate.name === column.name)) continue;
    problems.push(`column ${column.name} (${column.definition}) is not in the catalogue`);
  }
  return problems;
}

function compareKeys(found: readonly string[], expected: readonly string[]): string[] {
  if (found.join() === expected.join()) return [];
  const shown = (key: readonly string[]): string => (key.length === 0 ? 'none' : `(${key.join(', ')})`);
  return [`the key is ${shown(found)}, expected ${shown(expected)}`];
}

const expectedColumn = (column: MysqlColumn): ColumnFacts => ({
  name: column.name,
  definition: buildDefinition(plainType(mysqlTypeText(declaredType(column))), column.nullable),
});

const foundColumn = (row: RowDataPacket): ColumnFacts => ({
  name: String(row.name),
  definition: buildDefinition(
    plainType(mysqlTypeText(parseMysqlType(String(row.type)))),
    row.nullable === 'YES',
  ),
});

/** MariaDB's JSON is a LONGTEXT with a check. */
const plainType = (type: string): string => (type === 'longtext' ? 'json' : type);

const buildDefinition = (type: string, nullable: boolean): string =>
  `${type} ${nullable ? 'null' : 'not null'}`;
