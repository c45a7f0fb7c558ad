/** Row events of replicated tables: which table they are of, how they are read, what becomes of rows that do not fit. */
import { foldSourceName } from '../../../../pipeline/mysql/folded-name';
import {
  comparePositions,
  formatPosition,
  type SourcePosition,
} from '../../../runtime/ports/source-position';
import type { RowsEvent } from '../binlog/binlog-event';
import { PartialRowsError, wholeRows } from '../binlog/partial-rows';
import {
  buildRowCopier,
  buildRowReader,
  type RowCopier,
  type RowReader,
  StructureChangedError,
} from '../binlog/row-reader';
import type { TableMap } from '../binlog/table-map';
import { UnreadableColumnError } from '../binlog/value-reader';
import type { ChangeApplier } from './change-applier';
import { decodeChange } from './decode-change';
import { FilterCrossedError } from './filtered-rows';
import type { MisfitColumn } from './mapped-table';
import { MERGE_WRITTEN, MergeWrites } from './merge-writes';
import { isPackable } from './packed-changes';
import { rejectRow } from './rejected-rows';
import { foldMappings, isSelected } from './table-mappings';
import {
  checkTablesLeft,
  findTable,
  isSuspended,
  suspendTable,
  type TaskContext,
  type TaskTable,
} from './task-context';

/** A selected table has changes that the task does not know yet: it was created after the start. */
export class NewTableFound extends Error {
  override readonly name = 'NewTableFound';
}

interface KnownTable {
  readonly table: TaskTable;
  readonly reader: RowReader;
  /** Where its changes are kept as bytes. */
  readonly copier?: RowCopier;
}

export class RowChanges {
  /** By the parser's table map, which stays the same object while the structure is unchanged. */
  private known = new WeakMap<TableMap, KnownTable | 'not replicated'>();
  private readonly mergeWrites: MergeWrites;

  constructor(
    private readonly context: TaskContext,
    private readonly applier: ChangeApplier,
  ) {
    this.mergeWrites = new MergeWrites(context);
  }

  /** A structure may have changed: readers are built again. */
  forgetStructures(): void {
    this.known = new WeakMap();
  }

  /**
   * @param position of the transaction that the rows count in
   * @returns whether any of them was of a table that is replicated
   */
  async apply(event: RowsEvent, position: SourcePosition): Promise<boolean> {
    const known = this.known.get(event.map) ?? (await this.resolve(event.map, position));
    if (known === 'not replicated') {
      if (event.opened.length > 1) await this.suspendMerged(event, position);
      return false;
    }
    const { table, reader, copier } = known;
    if (isSuspended(table) || !isAfterCopy(table, position)) return false;
    if (copier === undefined) await this.applier.inProgress.settle();
    try {
      const whole = wholeRows(event);
      if (copier !== undefined) this.applier.copy(table, whole, copier, position);
      while (whole.rows.remaining > 0 && !isSuspended(table)) {
        const misfit = decodeChange(this.applier, table, reader, whole);
        if (misfit !== undefined)
          await this.reject(
            table,
            misfit,
            `${event.operation} in the transaction at ${formatPosition(position)}`,
          );
      }
    } catch (error) {
      if (!isOfTable(error)) throw error;
      await this.suspend(table, error.message);
    }
    await this.applier.relieve();
    return true;
  }

  private async suspendMerged(event: RowsEvent, position: SourcePosition): Promise<void> {
    for (const table of await this.mergeWrites.tablesUnder(event))
      if (isAfterCopy(table, position)) await this.suspend(table, MERGE_WRITTEN);
  }

  /** The rows of the table are no longer known, for a reason that the binlog gives at this position. */
  async suspendTableOf(map: TableMap, position: SourcePosition, reason: string): Promise<void> {
    const table = findTable(this.context, map);
    if (table !== undefined && !isSuspended(table) && isAfterCopy(table, position))
      await this.suspend(table, reason);
  }

  private async reject(table: TaskTable, misfit: MisfitColumn, statement: string): Promise<void> {
    this.applier.reject(table, await rejectRow(this.context, table, misfit, statement));
    checkTablesLeft(this.context);
  }

  private async resolve(map: TableMap, position: SourcePosition): Promise<KnownTable | 'not replicated'> {
    const table = findTable(this.context, map);
    if (table === undefined && isSelectedByEvent(this.context, map))
      throw new NewTableFound(`${map.database}.${map.table}`);
    let known: KnownTable | 'not replicated' = 'not replicated';
    if (table?.replicated !== undefined && !isSuspended(table)) {
      try {
        const { replicated } = table;
        known = {
          table,
          reader: buildRowReader(map, replicated.source),
          ...(isPackable(replicated) && replicated.selection === undefined
            ? { copier: buildRowCopier(map, replicated.source) }
            : {}),
        };
      } catch (error) {
        if (!(error instanceof StructureChangedError || error instanceof UnreadableColumnError)) throw error;
        if (isAfterCopy(table, position)) await this.suspend(table, error.message);
      }
    }
    this.known.set(map, known);
    return known;
  }

  private async suspend(table: TaskTable, reason: string): Promise<void> {
    await this.applier.inProgress.settle();
    await suspendTable(this.context, table, reason);
    checkTablesLeft(this.context);
  }
}

/** What an error says of one table: it is suspended, and others go on. */
const isOfTable = (error: unknown): error is Error =>
  error instanceof UnreadableColumnError ||
  error instanceof FilterCrossedError ||
  error instanceof PartialRowsError;

/** By the name that an event has, which is in lower case where the server does not tell capitals apart. */
function isSelectedByEvent({ mappings, server }: TaskContext, { database, table }: TableMap): boolean {
  if (isSelected(mappings, database, table)) return true;
  return (
    server.foldsNames && isSelected(foldMappings(mappings), foldSourceName(database), foldSourceName(table))
  );
}

/** Changes before the copy was taken are in the copy. */
export const isAfterCopy = ({ snapshotPosition }: TaskTable, position: SourcePosition): boolean =>
  snapshotPosition === undefined || comparePositions(position, snapshotPosition) >= 0;
