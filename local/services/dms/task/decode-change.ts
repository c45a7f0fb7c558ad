/** One changed row of a rows event: decoded, fitted to the target, and handed to the applier. */
import type { RowsEvent } from '../binlog/binlog-event';
import type { RowReader, SourceRow } from '../binlog/row-reader';
import type { ChangeApplier } from './change-applier';
import { FilterCrossedError, type RowSelection } from './filtered-rows';
import type { MappedTable, MisfitColumn } from './mapped-table';
import { takeChange } from './take-change';
import type { TaskTable } from './task-context';

/**
 * Reads exactly one row (two images for an update) off the event.
 * @returns what {@link takeChange} returns; nothing for a row that the table's filter does not take
 * @throws FilterCrossedError
 */
export function decodeChange(
  applier: ChangeApplier,
  table: TaskTable,
  reader: RowReader,
  event: RowsEvent,
): MisfitColumn | undefined {
  const { operation } = event;
  const onFlag = (misfit: MisfitColumn): void => applier.flag(table, misfit);
  const first = reader.read(event.rows, event.present);
  const images =
    operation === 'insert'
      ? { after: first }
      : operation === 'delete'
        ? { before: first }
        : { before: first, after: reader.read(event.rows, event.presentAfter) };
  const { selection } = table.replicated as MappedTable;
  if (selection !== undefined && !isTaken(selection, images)) return undefined;
  const { change, misfit } = takeChange(table.replicated as MappedTable, { operation, ...images }, onFlag);
  if (change !== undefined) applier.add(table, change);
  return misfit;
}

/** @throws FilterCrossedError for an update after which the row belongs on the other side of the filter. */
function isTaken(
  selection: RowSelection,
  { before, after }: { readonly before?: SourceRow; readonly after?: SourceRow },
): boolean {
  const [was, is] = [before, after].map((row) => (row === undefined ? undefined : selection.takes(row)));
  if (was !== undefined && is !== undefined && was !== is) throw new FilterCrossedError(selection);
  return was ?? is ?? false;
}
