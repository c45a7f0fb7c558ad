/** Reads a table so that each value comes out as the very text that the binlog reader makes of it. */
import { quoteMysqlIdentifier, quoteMysqlTable } from '../../../../pipeline/mysql/mysql-identifier';
import { doubleText } from '../binlog/value-reader';
import type { SourceColumn, SourceTable } from './source-table';

const BYTES = /^(?:binary|varbinary|tinyblob|blob|mediumblob|longblob)$/;

/** `SELECT` of all columns in the source's order. */
export function buildSnapshotSelect(table: SourceTable): string {
  return [
    `SELECT ${table.columns.map(selectExpression).join(', ')}`,
    `FROM ${quoteMysqlTable({ database: table.database, name: table.table })}`,
  ].join('\n');
}

function selectExpression(column: SourceColumn): string {
  const name = quoteMysqlIdentifier(column.name);
  if (BYTES.test(column.dataType)) return `LOWER(HEX(${name}))`;
  switch (column.dataType) {
    // A FLOAT prints six digits only; as a double it shows what it holds.
    case 'float':
      return `CAST(${name} AS DOUBLE)`;
    case 'bit':
    case 'year':
      return `${name} + 0`;
    default:
      return name;
  }
}

/** What the server's text still needs; undefined where it is exact already. */
export function normalizerOf(column: SourceColumn): ((text: string) => string) | undefined {
  switch (column.dataType) {
    case 'float':
    case 'double':
      return (text) => doubleText(Number(text));
    default:
      break;
  }
  // ZEROFILL pads what is read, not what is stored.
  return /\bzerofill\b/i.test(column.columnType) ? (text) => text.replace(/^0+(?=\d)/, '') : undefined;
}

/** One row of the text protocol: a buffer for each column, null for NULL. */
export type RawRow = readonly (Buffer | null)[];

export function buildRawRowReader(table: SourceTable): (row: RawRow) => (string | null)[] {
  const normalizers = table.columns.map(normalizerOf);
  return (row) =>
    row.map((bytes, index) => {
      if (bytes === null) return null;
      const text = bytes.toString('utf8');
      const normalize = normalizers[index];
      return normalize === undefined ? text : normalize(text);
    });
}
