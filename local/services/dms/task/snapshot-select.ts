/** Reads one table so that each value comes out as the very text that the binlog reader makes of it. */
import { exactTextSql } from '../../../../pipeline/mysql/exact-text';
import { quoteMysqlIdentifier, quoteMysqlTable } from '../../../../pipeline/mysql/mysql-identifier';
import { typeRule } from '../../../../pipeline/values/mysql-contract';
import { doubleText } from '../binlog/value-reader';
import type { SourceColumn, SourceTable } from './source-table';

/** `SELECT` of all columns in the source's order. */
export function buildSnapshotSelect(table: SourceTable): string {
  return [
    `SELECT ${table.columns.map(selectExpression).join(', ')}`,
    `FROM ${quoteMysqlTable({ database: table.database, name: table.table })}`,
  ].join('\n');
}

/** mysql2 takes no column that is called like a property of every object, `__proto__` for example. */
const isRefusedByDriver = (name: string): boolean => name in Object.prototype;

const selectExpression = (column: SourceColumn, at: number): string =>
  isRefusedByDriver(column.name) ? `${valueExpression(column)} AS _cdc_${at}` : valueExpression(column);

/** A column whose type is not carried stays behind; it keeps its place. */
const valueExpression = (column: SourceColumn): string =>
  typeRule(column.type) === undefined ? 'NULL' : exactTextSql(quoteMysqlIdentifier(column.name), column.type);

/** What the server's text still needs; undefined where it is exact already. */
function normalizerOf({ type }: SourceColumn): ((text: string) => string) | undefined {
  const form = typeRule(type)?.text;
  return form === 'float' || form === 'double' ? (text) => doubleText(Number(text)) : undefined;
}

/** Makes the server's texts exact, in place. */
export function buildNormalizer(table: SourceTable): (row: (string | null)[]) => (string | null)[] {
  const normalizers = table.columns.map(normalizerOf);
  return (row) => {
    for (const [index, normalize] of normalizers.entries()) {
      const text = row[index] ?? null;
      if (normalize !== undefined && text !== null) row[index] = normalize(text);
    }
    return row;
  };
}
