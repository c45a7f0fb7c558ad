/** One change of the source as the target takes it. */
import type { RowsEvent } from '../binlog/binlog-event';
import type { SourceRow } from '../binlog/row-reader';
import type { RowChange } from './change-buffer';
import {
  hasTargetKey,
  isMisfit,
  type MappedTable,
  type MisfitColumn,
  type TargetRow,
  toTargetRow,
} from './mapped-table';

export interface SourceChange {
  readonly operation: RowsEvent['operation'];
  readonly before?: SourceRow;
  readonly after?: SourceRow;
}

/**
 * The change as the target takes it, and why the row as it is after it does not fit. Then only the row as it was is
 * in the change, to be taken away: it is gone at the source, and would otherwise stay in the warehouse.
 */
export function takeChange(
  replicated: MappedTable,
  given: SourceChange,
  onFlag: (misfit: MisfitColumn) => void,
): { readonly change?: RowChange; readonly misfit?: MisfitColumn } {
  const { operation } = given;
  const after = given.after === undefined ? undefined : toTargetRow(replicated, given.after, onFlag);
  const before = given.before === undefined ? undefined : toBefore(replicated, given.before);
  if (after !== undefined && isMisfit(after))
    return { misfit: after, ...(before === undefined ? {} : { change: { operation, before } }) };
  // Without a key, a row that was never taken cannot be taken away.
  if (before === undefined && after === undefined) return {};
  return { change: { operation, ...(before && { before }), ...(after && { after }) } };
}

/**
 * The row as it was: with a key its other columns do not matter; without, a row that does not fit was rejected, as
 * was one whose key does not fit.
 */
function toBefore(table: MappedTable, image: SourceRow): TargetRow | undefined {
  const row = toTargetRow(table, image);
  if (!isMisfit(row)) return row;
  if (table.key.length === 0 || !hasTargetKey(table, image)) return undefined;
  return table.columns.map(({ sourceIndex }) => image[sourceIndex] ?? null);
}
