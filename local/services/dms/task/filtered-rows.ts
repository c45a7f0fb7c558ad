/** The rows of a source's table that its selection rule takes. */
import { buildRowFilterSql } from '../../../../pipeline/mysql/row-filter-sql';
import {
  buildRowPredicate,
  checkSourceFilter,
  type SourceFilter,
} from '../../../../pipeline/values/row-filter';
import type { SourceRow } from '../binlog/row-reader';
import type { SelectionFilter } from './selection-filters';
import type { SourceTable } from './source-table';

export interface RowSelection {
  /** Names of the columns that it looks at. */
  readonly columns: readonly string[];
  /** A condition in SQL of the source. */
  readonly sql: string;
  takes(row: SourceRow): boolean;
}

/** An update moved a row into or out of the filter. */
export class FilterCrossedError extends Error {
  override readonly name = 'FilterCrossedError';

  constructor({ columns }: RowSelection) {
    super(
      `an update of ${columns.join(', ')} moved a row into or out of its filter. DMS decides once whether it takes a row, so that the warehouse would be wrong. Filter by columns that are never updated`,
    );
  }
}

/** Undefined without filters; a text says why the source's table cannot be filtered so. */
export function buildRowSelection(
  source: SourceTable,
  filters: readonly SelectionFilter[],
): RowSelection | string | undefined {
  if (filters.length === 0) return undefined;
  const known: SourceFilter[] = [];
  const tests: { readonly index: number; readonly test: (text: string | null) => boolean }[] = [];
  for (const { column, conditions } of filters) {
    const index = source.columns.findIndex(({ name }) => name === column);
    const found = source.columns[index];
    if (found === undefined) return `its filter is by the column ${column}, which the source does not have`;
    const filter = { column, type: found.type, conditions };
    const [problem] = checkSourceFilter(filter);
    if (problem !== undefined) return `its filter by ${column} cannot be followed: ${problem}`;
    known.push(filter);
    tests.push({ index, test: buildRowPredicate(filter) });
  }
  return {
    columns: filters.map(({ column }) => column),
    sql: buildRowFilterSql(known) ?? '1 = 1',
    takes: (row) => tests.every(({ index, test }) => test(row[index] ?? null)),
  };
}
