/**
 * The order in which a table is copied, so that a copy that was broken off goes on behind the last row that is
 * in the warehouse. It is the order of the key, which the source has as an index.
 */
import { textForm } from '../../../../pipeline/mysql/exact-text';
import { quoteMysqlIdentifier } from '../../../../pipeline/mysql/mysql-identifier';
import { exactDate } from '../../../../pipeline/values/calendar';
import type { TextForm } from '../../../../pipeline/values/mysql-contract';
import { isCopiedUnderLock } from '../../../../pipeline/values/storage-engine';
import type { MappedTable } from './mapped-table';

/** A text as a literal that compares with the column in the order in which ORDER BY has it; undefined for none. */
const LITERALS: { readonly [Form in TextForm]?: (text: string) => string | undefined } = {
  integer: (text) => text,
  decimal: (text) => text,
  // An introducer leaves the collation to the column; digits need no escaping in any sql_mode.
  characters: (text) =>
    text.isWellFormed() ? `_utf8mb4 X'${Buffer.from(text, 'utf8').toString('hex')}'` : undefined,
  hex: (text) => `X'${text}'`,
  // MySQL refuses to compare with a day that is not in the calendar.
  date: (text) => (exactDate(text) === undefined ? undefined : `'${text}'`),
  datetime: (text) => (exactDate(text.slice(0, 10)) === undefined ? undefined : `'${text}'`),
  timestamp: (text) => (exactDate(text.slice(0, 10)) === undefined ? undefined : `'${text}'`),
  time: (text) => `'${text}'`,
};

interface KeyColumn {
  readonly sql: string;
  readonly form: TextForm;
}

function keyColumns({ key, columns, source }: MappedTable): KeyColumn[] {
  return key.flatMap((index) => {
    const column = source.columns[columns[index]?.sourceIndex ?? -1];
    if (column === undefined) return [];
    return [{ sql: quoteMysqlIdentifier(column.name), form: textForm(column.type) }];
  });
}

/**
 * Whether the table has a key, and one whose order a literal can tell. An ENUM is ordered by number, compared as text.
 * Rows of a table that is locked meanwhile come as they lie: to sort them would keep its writers waiting for longer.
 */
export function isCopiedInOrder(table: MappedTable): boolean {
  if (table.key.length === 0 || isCopiedUnderLock(table.source.engine)) return false;
  return keyColumns(table).every(({ form }) => LITERALS[form] !== undefined);
}

/** `WHERE` and `ORDER BY`, as far as the table has a filter and such an order. `after`: texts of the last row's key. */
export function copyOrderSql(table: MappedTable, after: readonly string[] | undefined): string {
  const filter = table.selection === undefined ? '' : `\nWHERE ${table.selection.sql}`;
  if (!isCopiedInOrder(table)) return filter;
  const columns = keyColumns(table);
  const order = `\nORDER BY ${columns.map(({ sql }) => sql).join(', ')}`;
  if (after === undefined) return `${filter}${order}`;
  const literals = columns.map(({ form }, index) => LITERALS[form]?.(after[index] ?? '') ?? 'NULL');
  // Row comparison (a, b) > (x, y) would not use the index (MySQL manual, "Range optimization of row constructors").
  const alternatives = columns.map(({ sql }, index) => {
    const equal = columns.slice(0, index).map((column, before) => `${column.sql} = ${literals[before]}`);
    return `(${[...equal, `${sql} > ${literals[index]}`].join(' AND ')})`;
  });
  const behind = alternatives.join(' OR ');
  return filter === '' ? `\nWHERE ${behind}${order}` : `${filter} AND (${behind})${order}`;
}

/** The key as it can be written down, or undefined when nothing can be compared with it. */
export function resumableKey(
  table: MappedTable,
  texts: readonly (string | null)[],
): readonly string[] | undefined {
  const columns = keyColumns(table);
  const known = texts.flatMap((text) => (text === null ? [] : [text]));
  if (known.length < columns.length) return undefined;
  const compares = columns.every(({ form }, index) => LITERALS[form]?.(known[index] ?? '') !== undefined);
  return compares ? known : undefined;
}
