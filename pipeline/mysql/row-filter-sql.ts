/** The filters of a table as a condition in MySQL and MariaDB: the same rows that `values/row-filter.ts` takes. */
import type { FilterCondition, SourceFilter } from '../values/row-filter';
import { textForm } from './exact-text';
import { quoteMysqlIdentifier } from './mysql-identifier';

/** Undefined for a table without filters. */
export function buildRowFilterSql(filters: readonly SourceFilter[] | undefined): string | undefined {
  if (filters === undefined || filters.length === 0) return undefined;
  return filters
    .map(
      (filter) => `(${filter.conditions.map((condition) => conditionSql(filter, condition)).join(' OR ')})`,
    )
    .join(' AND ');
}

function conditionSql({ column, type }: SourceFilter, { operator, values }: FilterCondition): string {
  const name = quoteMysqlIdentifier(column);
  const form = textForm(type);
  // By bytes: the column's collation may hold other texts equal, and ignore blanks at the end.
  const side =
    form === 'characters' || form === 'label' ? `CAST(CONVERT(${name} USING utf8mb4) AS BINARY)` : name;
  const [first = '', last = ''] = values.map((value) => literal(form, value));
  switch (operator) {
    case 'eq':
      return `${side} = ${first}`;
    case 'noteq':
      return `${side} <> ${first}`;
    case 'lte':
      return `${side} <= ${first}`;
    case 'gte':
      return `${side} >= ${first}`;
    case 'between':
      return `${side} BETWEEN ${first} AND ${last}`;
    case 'notbetween':
      return `${side} NOT BETWEEN ${first} AND ${last}`;
    case 'null':
      return `${name} IS NULL`;
    case 'notnull':
      return `${name} IS NOT NULL`;
  }
}

/** Checked at synthesis to be of this form. */
function literal(form: ReturnType<typeof textForm>, value: string): string {
  switch (form) {
    case 'integer':
      return value;
    case 'date':
      return `DATE '${value}'`;
    case 'datetime':
      return `TIMESTAMP '${value}'`;
    default:
      return `X'${Buffer.from(value, 'utf8').toString('hex')}'`;
  }
}
