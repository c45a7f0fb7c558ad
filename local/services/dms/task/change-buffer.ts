/**
 * Changes that wait for their next commit in the warehouse, as net changes: what becomes of each key, or, without a
 * key, by how many copies each row grows or shrinks.
 */
import type { SourcePosition } from '../../../runtime/ports/source-position';
import type { WarehouseSession } from '../../../runtime/ports/warehouse';
import type { RowsEvent } from '../binlog/binlog-event';
import type { RowCopier } from '../binlog/row-reader';
import { addCounts, type ChangeCounts, noChanges } from './change-counts';
import type { MappedTable, TargetRow } from './mapped-table';
import { PackedChanges } from './packed-changes';
import { SpareColumns } from './spare-columns';

export interface TableChanges {
  readonly table: MappedTable;
  /** Without those of `packed`. */
  readonly counts: ChangeCounts;
  /** All rows that were there before are gone. */
  truncated: boolean;
  /** All changes of the table, where they are kept as bytes; the maps are empty then. */
  packed?: PackedChanges;
  /** Key text → the key's values and the row that is there in the end; null: none is. */
  readonly byKey: Map<string, { readonly key: TargetRow; row: TargetRow | null }>;
  /** Row text → copies added, or, negative, taken away. Only for a table without a key. */
  readonly byRow: Map<string, { readonly row: TargetRow; copies: number }>;
}

/** A change whose rows fit the target. An update without `before` adds, one without `after` takes away. */
export interface RowChange {
  readonly operation: 'insert' | 'update' | 'delete';
  readonly before?: TargetRow;
  readonly after?: TargetRow;
}

/** Packed rows take less memory than texts of values, by about this. */
const PACKED_ROWS_A_ROW = 5;

export class ChangeBuffer {
  private readonly changes = new Map<MappedTable, TableChanges>();
  /** Some changes are not in memory any more. */
  isMovedOut = false;
  private packedRows = 0;
  private rows = 0;
  private bytes = 0;

  constructor(private readonly spare = new SpareColumns()) {}

  get isEmpty(): boolean {
    return this.changes.size === 0;
  }

  get rowCount(): number {
    return this.rows + this.packedRows / PACKED_ROWS_A_ROW;
  }

  /** Rough: the characters that are kept as texts of values. */
  get unpackedBytes(): number {
    return this.bytes;
  }

  get byteCount(): number {
    let count = this.bytes;
    for (const { packed } of this.changes.values()) count += packed?.byteCount ?? 0;
    return count;
  }

  /** Of changes that are kept as bytes, without those that were moved out. */
  get packedMemoryBytes(): number {
    let count = 0;
    for (const { packed } of this.changes.values()) count += packed?.memoryBytes ?? 0;
    return count;
  }

  /** Moves changes that are kept as bytes out of memory. */
  async moveOut(session: WarehouseSession): Promise<void> {
    this.isMovedOut = true;
    for (const { packed } of this.changes.values()) await packed?.moveOut(session);
  }

  get tables(): TableChanges[] {
    return [...this.changes.values()];
  }

  add(table: MappedTable, change: RowChange): void {
    const entry = this.entryOf(table);
    this.rows += 1;
    entry.counts[`${change.operation}s`] += 1;
    if (table.key.length > 0) this.addByKey(entry, change);
    else this.addByRow(entry, change);
  }

  /** Takes all rows of an event of a table whose changes are kept as bytes. */
  addPacked(table: MappedTable, event: RowsEvent, copier: RowCopier, position: SourcePosition): void {
    const entry = this.entryOf(table);
    entry.packed ??= new PackedChanges(table, this.spare);
    this.packedRows += entry.packed.add(event, copier, position);
  }

  /** Changes of the table are not wanted any more. */
  remove(table: MappedTable): void {
    this.changes.get(table)?.packed?.drop();
    this.changes.delete(table);
  }

  truncate(table: MappedTable): void {
    const entry = this.entryOf(table);
    entry.truncated = true;
    if (entry.packed !== undefined) addCounts(entry.counts, entry.packed.counts);
    entry.packed?.drop();
    delete entry.packed;
    entry.byKey.clear();
    entry.byRow.clear();
    entry.counts.truncates += 1;
  }

  clear(): void {
    for (const { packed } of this.changes.values()) packed?.drop();
    this.changes.clear();
    this.isMovedOut = false;
    this.rows = 0;
    this.packedRows = 0;
    this.bytes = 0;
  }

  entryOf(table: MappedTable): TableChanges {
    let entry = this.changes.get(table);
    if (entry === undefined) {
      entry = {
        table,
        counts: noChanges(),
        truncated: false,
        byKey: new Map(),
        byRow: new Map(),
      };
      this.changes.set(table, entry);
    }
    return entry;
  }

  /** A changed key is its old key gone and its new key there. */
  private addByKey(entry: TableChanges, { before, after }: RowChange): void {
    if (before !== undefined) this.setKey(entry, before, null);
    if (after !== undefined) this.setKey(entry, after, after);
  }

  private setKey(entry: TableChanges, keyed: TargetRow, row: TargetRow | null): void {
    const key = entry.table.key.map((index) => keyed[index] ?? null);
    const text = key.length === 1 ? String(key[0]) : JSON.stringify(key);
    const known = entry.byKey.get(text);
    if (known === undefined) entry.byKey.set(text, { key, row });
    else known.row = row;
    this.bytes += text.length + (row === null ? 0 : charactersOfRow(row));
  }

  private addByRow(entry: TableChanges, { before, after }: RowChange): void {
    if (before !== undefined) this.addCopies(entry, before, -1);
    if (after !== undefined) this.addCopies(entry, after, 1);
  }

  private addCopies(entry: TableChanges, row: TargetRow, copies: number): void {
    const text = JSON.stringify(row);
    const known = entry.byRow.get(text);
    if (known === undefined) entry.byRow.set(text, { row, copies });
    else known.copies += copies;
    this.bytes += text.length * 2;
  }
}

/** With what a value takes beside them. */
export function charactersOfRow(row: TargetRow): number {
  let size = 0;
  for (const text of row) size += 8 + (text?.length ?? 0);
  return size;
}
