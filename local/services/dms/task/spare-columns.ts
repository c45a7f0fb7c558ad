/** Memory of rows that were written, for those that come next: to get and fault in other pages costs as much as to fill them. */
import type { MappedTable } from './mapped-table';
import { TextColumns } from './text-columns';

const MAX_SPARE_BYTES = 48 * 1024 * 1024;

export class SpareColumns {
  private readonly spare = new Map<MappedTable, TextColumns>();
  private bytes = 0;

  take(table: MappedTable): TextColumns {
    const rows = this.spare.get(table);
    if (rows === undefined) return TextColumns.of(table);
    this.spare.delete(table);
    this.bytes -= rows.memoryBytes;
    return rows;
  }

  /** Nothing may read the rows any more. */
  give(table: MappedTable, rows: TextColumns): void {
    rows.reset();
    if (this.spare.has(table) || this.bytes + rows.memoryBytes > MAX_SPARE_BYTES) return;
    this.spare.set(table, rows);
    this.bytes += rows.memoryBytes;
  }

  clear(): void {
    this.spare.clear();
    this.bytes = 0;
  }
}
