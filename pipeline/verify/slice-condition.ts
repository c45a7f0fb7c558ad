/** A range of the first key column as a condition that means the same rows in both systems. */
import { PipelineError } from '../errors';
import type { ReplicatedTable } from '../tables';
import type { ColumnType } from '../values/column-type';
import { type ComparedColumn, keyColumns } from './compared-table';
import type { Slice } from './side';
import type { SqlDialect } from './sql-dialect';

/** What a bound may look like, which makes it safe in a statement. Text is not here: the systems order it differently. */
const BOUNDS: Partial<Readonly<Record<ColumnType['kind'], RegExp>>> = {
  smallint: /^-?\d+$/,
  integer: /^-?\d+$/,
  bigint: /^-?\d+$/,
  decimal: /^-?\d+(\.\d+)?$/,
  date: /^\d{4}-\d\d-\d\d$/,
  timestamp: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?$/,
};

/** The first key column, when both systems put its values in the same order; else undefined. */
export function rangeColumn(table: ReplicatedTable): ComparedColumn | undefined {
  const [first] = keyColumns(table);
  return first !== undefined && BOUNDS[first.type.kind] !== undefined ? first : undefined;
}

/**
 * Undefined for a range without bounds.
 * @throws PipelineError RECONCILE_FAILED (halt) for a bound that is no value of the column.
 */
export function buildSliceCondition(
  dialect: SqlDialect,
  table: ReplicatedTable,
  { after, upTo }: Extract<Slice, { kind: 'range' }>,
): string | undefined {
  const column = rangeColumn(table);
  if (column === undefined) throw notABound(table, 'its first key column has no common order');
  const bound = (operator: string, value: string): string =>
    `${dialect.quote(column.name)} ${operator} ${boundLiteral(table, column.type, value)}`;
  const conditions = [
    ...(after === undefined ? [] : [bound('>', after)]),
    ...(upTo === undefined ? [] : [bound('<=', upTo)]),
  ];
  return conditions.length === 0 ? undefined : conditions.join('\n      AND ');
}

function boundLiteral(table: ReplicatedTable, type: ColumnType, value: string): string {
  if (BOUNDS[type.kind]?.test(value) !== true) throw notABound(table, `it is no ${type.kind}`);
  switch (type.kind) {
    case 'date':
      return `DATE '${value}'`;
    case 'timestamp':
      return `TIMESTAMP '${value}'`;
    default:
      return value;
  }
}

const notABound = (table: ReplicatedTable, reason: string): PipelineError =>
  new PipelineError({
    code: 'RECONCILE_FAILED',
    disposition: 'halt',
    message: `${table.name} cannot be compared from the place where the sweep stopped: ${reason}. Usual cause: the key changed in the catalogue. The next sweep begins at the beginning.`,
    context: { table: table.name },
  });
