/** One changed row of a rows event: decoded, fitted to the target, and handed to the applier. */
import type { RowsEvent } from '../binlog/binlog-event';
import type { RowReader, SourceRow } from '../binlog/row-reader';
import type { ChangeApplier } from './change-applier';
import {
  hasTargetKey,
  isMisfit,
  type MappedTable,
  type MisfitColumn,
  type TargetRow,
  toTargetRow,
} from './mapped-table';
import type { TaskTable } from './task-context';

/**
 * Reads exactly one row (two images for an update) off the event.
 * @returns why the row as it is after the change does not fit its target. Then only the row as it was is handed on,
 * to be taken away: it is gone at the source, and would otherwise stay in the warehouse.
 */
export function decodeChange(
  applier: ChangeApplier,
  table: TaskTable,
  reader: RowReader,
  event: RowsEvent,
): MisfitColumn | undefined {
  const replicated = table.replicated as MappedTable;
  const { operation } = event;
  const onFlag = (misfit: MisfitColumn): void => applier.flag(table, misfit);
  const first = reader.read(event.rows, event.present);
  if (operation === 'insert') {
    const after = toTargetRow(replicated, first, onFlag);
    if (isMisfit(after)) return after;
    applier.add(table, { operation, after });
    return undefined;
  }
  const after =
    operation === 'update'
      ? toTargetRow(replicated, reader.read(event.rows, event.presentAfter), onFlag)
      : undefined;
  const before = toBefore(replicated, first);
  if (after !== undefined && isMisfit(after)) {
    if (before !== undefined) applier.add(table, { operation, before });
    return after;
  }
  // Without a key, a row that was never taken cannot be taken away.
  if (before === undefined && after === undefined) return undefined;
  applier.add(table, { operation, ...(before && { before }), ...(after && { after }) });
  return undefined;
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
