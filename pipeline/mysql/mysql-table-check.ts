/** Is an existing table the one of the catalogue? Set-up makes only tables that are absent, and would otherwise keep any other silently. */
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { PipelineError } from '../errors';
import type { MysqlTable } from '../tables';
import { COLLATION, columnTypeOf } from './mysql-ddl';

/** One column, as text so that two of them compare and print alike. */
interface ColumnFacts {
  readonly name: string;
  readonly definition: string;
}

const READ_COLUMNS = [
  'SELECT COLUMN_NAME AS name, COLUMN_TYPE AS type, IS_NULLABLE AS nullable, COLLATION_NAME AS collation, EXTRA AS extra',
  'FROM INFORMATION_SCHEMA.COLUMNS',
  'WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?',
  'ORDER BY ORDINAL_POSITION',
].join('\n');

const READ_KEY = [
  'SELECT COLUMN_NAME AS name',
  'FROM INFORMATION_SCHEMA.STATISTICS',
  "WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? AND INDEX_NAME = 'PRIMARY'",
  'ORDER BY SEQ_IN_INDEX',
].join('\n');

/**
 * @throws PipelineError SOURCE_NOT_READY (halt) that lists each column that differs, with what was found and what
 * the catalogue says. Nothing is changed: a person decides between ALTER TABLE and a change of the catalogue.
 */
export async function checkMysqlTable(connection: Connection, table: MysqlTable): Promise<void> {
  const place = [table.database, table.name];
  const [columns] = await connection.query<RowDataPacket[]>(READ_COLUMNS, place);
  const [key] = await connection.query<RowDataPacket[]>(READ_KEY, place);
  const problems = [
    ...compareColumns(columns.map(foundColumn), table.columns.map(expectedColumn(table))),
    ...compareKeys(
      key.map((row) => String(row.name)),
      table.key,
    ),
  ];
  if (problems.length === 0) return;
  throw new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message: `table ${table.database}.${table.name} exists and is not what the catalogue says: ${problems.join('; ')}. It was not changed. Either alter the table, or the catalogue in pipeline/tables.ts.`,
    context: { table: table.name, problemCount: problems.length },
  });
}

export function compareColumns(found: readonly ColumnFacts[], expected: readonly ColumnFacts[]): string[] {
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
  return [`the primary key is ${shown(found)}, expected ${shown(expected)}`];
}

const expectedColumn =
  (table: MysqlTable) =>
  (column: MysqlTable['columns'][number]): ColumnFacts => ({
    name: column.name,
    definition: buildDefinition({
      type: columnTypeOf(column.type),
      nullable: column.nullable,
      collation: column.type.kind === 'text' ? COLLATION : null,
      autoIncrement: column.name === table.autoIncrement,
    }),
  });

function foundColumn(row: RowDataPacket): ColumnFacts {
  const type = plainType(String(row.type).toLowerCase());
  return {
    name: String(row.name),
    definition: buildDefinition({
      type,
      nullable: row.nullable === 'YES',
      // MariaDB keeps JSON as text with a collation of its own; how text compares matters only for VARCHAR.
      collation: type.startsWith('varchar') ? String(row.collation) : null,
      autoIncrement: String(row.extra).includes('auto_increment'),
    }),
  };
}

/** MariaDB prints display widths (`bigint(20)`), MySQL 8.4 does not; `tinyint(1)` is one in both. MariaDB's JSON is LONGTEXT. */
function plainType(type: string): string {
  if (type === 'longtext') return 'json';
  return type.replace(/^(smallint|int|bigint)\(\d+\)/, '$1');
}

function buildDefinition(facts: {
  readonly type: string;
  readonly nullable: boolean;
  readonly collation: string | null;
  readonly autoIncrement: boolean;
}): string {
  return [
    facts.type,
    ...(facts.collation === null ? [] : [`collate ${facts.collation}`]),
    facts.nullable ? 'null' : 'not null',
    ...(facts.autoIncrement ? ['auto_increment'] : []),
  ].join(' ');
}
