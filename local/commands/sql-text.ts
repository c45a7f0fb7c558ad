/** Answers of the warehouse, for a person and for a program. */
import type { QueryAnswer } from './query-warehouse';
import { buildTextTable } from './text-table';

export function buildAnswerText({ columns, rows, rowCount }: QueryAnswer): string {
  if (columns.length === 0) return `${rowCount} rows affected`;
  const table = buildTextTable(
    columns.map(({ name, typeName }) => ({ name, isNumeric: /^(int|float|numeric)/.test(typeName) })),
    rows,
  );
  return `${table}\n(${rowCount} ${rowCount === 1 ? 'row' : 'rows'})`;
}

/** One object per row, in one line. Numbers are strings of their exact digits. */
export const buildAnswerJson = ({ columns, rows }: QueryAnswer): string =>
  JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]))),
  );

/** Rows as arrays, so that two columns of one name stay two, and the warehouse's type of each. */
export const buildTypedJson = ({ columns, rows }: QueryAnswer): string =>
  JSON.stringify({ columns: columns.map(({ name, typeName }) => ({ name, type: typeName })), rows });
