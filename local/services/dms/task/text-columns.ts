/** Rows as they arrive, laid out by column as the warehouse takes them: bytes are copied, no value is made. */

import { ColumnBytes, type ColumnLayout, LENGTH_BYTES } from '../../../runtime/column-bytes';
import { type PackedColumn, ROWS_A_STEP } from '../../../runtime/ports/warehouse';
import { utf8 } from '../binlog/text-charset';

/** A value that is NULL, and markers of longer lengths (MySQL client/server protocol, "Length-encoded integer"). */
const NULL = 0xfb;
const TWO_BYTES = 0xfc;
const THREE_BYTES = 0xfd;

/** What {@link TextColumns.of} needs of a table. */
interface ReplicatedColumns {
  readonly columns: readonly {
    readonly name: string;
    readonly bulk?: ColumnLayout | undefined;
    readonly sourceIndex: number;
  }[];
  readonly source: { readonly columns: readonly unknown[] };
}

export class TextColumns {
  rowCount = 0;
  private stepEnd = ROWS_A_STEP;
  private readonly columns: ColumnBytes[];
  private readonly bySource: (ColumnBytes | undefined)[];

  /** `sources`: for each column of the layout, which one of a row it is. `width`: columns of a row. */
  constructor(
    layout: readonly ColumnLayout[],
    private readonly sources: readonly number[],
    width: number,
  ) {
    this.columns = layout.map((column) => new ColumnBytes(column));
    this.bySource = new Array(width).fill(undefined);
    sources.forEach((source, index) => {
      this.bySource[source] = this.columns[index];
    });
  }

  /** For rows of the table's source, of which its replicated columns are kept. */
  static of({ columns, source }: ReplicatedColumns): TextColumns {
    return new TextColumns(
      columns.map(({ name, bulk }) => bulk ?? { name }),
      columns.map(({ sourceIndex }) => sourceIndex),
      source.columns.length,
    );
  }

  /** Forgets all rows and keeps their memory for others. */
  reset(): void {
    this.rowCount = 0;
    this.stepEnd = ROWS_A_STEP;
    for (const column of this.columns) column.reset();
  }

  /** Forgets all rows and their memory. */
  shrink(): void {
    this.reset();
    for (const column of this.columns) column.shrink();
  }

  /** With what is not in use. */
  get memoryBytes(): number {
    let count = 0;
    for (const { values } of this.columns) count += values.length;
    return count;
  }

  get byteCount(): number {
    let count = 0;
    for (const { used } of this.columns) count += used;
    return count;
  }

  /** Adds one row of the text protocol. */
  addRow(bytes: Buffer, start: number): void {
    const { bySource } = this;
    let at = start;
    for (let index = 0; index < bySource.length; index += 1) {
      const column = bySource[index];
      let length = bytes[at] as number;
      at += 1;
      if (length === NULL) {
        column?.addNull(this.rowCount);
        continue;
      }
      if (length === TWO_BYTES) {
        length = bytes.readUInt16LE(at);
        at += 2;
      } else if (length === THREE_BYTES) {
        length = bytes.readUIntLE(at, 3);
        at += 3;
      } else if (length > THREE_BYTES) {
        length = Number(bytes.readBigUInt64LE(at));
        at += 8;
      }
      column?.add(bytes, at, length);
      at += length;
    }
    this.endRow();
  }

  /** By its place in a row; undefined for one that is not kept. A row that is added value by value ends with `endRow`. */
  columnAt(source: number): ColumnBytes | undefined {
    return this.bySource[source];
  }

  endRow(): void {
    this.rowCount += 1;
    if (this.rowCount !== this.stepEnd) return;
    this.stepEnd += ROWS_A_STEP;
    for (const column of this.columns) column.beginStep();
  }

  /** Forgets the values of a row that was not ended. */
  abandonRow(): void {
    for (const column of this.columns) column.cutTo(this.rowCount);
  }

  /** By its place in the layout. */
  columnOf(index: number): ColumnBytes {
    return this.columns[index] as ColumnBytes;
  }

  /** The text of a column in the row that was added last. */
  lastText(index: number): string | null {
    const { values, last, used } = this.columns[index] as ColumnBytes;
    return last < 0 ? null : utf8(values, last + LENGTH_BYTES, used);
  }

  /**
   * Makes question marks of values that are no UTF-8, which the engine does not read.
   * @returns of each the row, the column in the layout, and which one of a row that is
   */
  questionNoUtf8(): { readonly row: number; readonly column: number; readonly source: number }[] {
    return this.columns.flatMap((bytes, column) =>
      bytes.findNoUtf8(this.rowCount).map(({ row, start, end }) => {
        bytes.values.fill('?', start, end);
        return { row, column, source: this.sources[column] as number };
      }),
    );
  }

  finish(): PackedColumn[] {
    return this.columns.map((column) => column.finish(this.rowCount));
  }

  /** Each row with its texts, in the order and number of a row's columns. */
  *rows(): Generator<(string | null)[]> {
    for (const { texts } of this.rowsOf(this.finish(), this.rowCount, () => true)) yield texts;
  }

  /** The same of rows that were finished before, those that are wanted. */
  *rowsOf(
    columns: readonly PackedColumn[],
    rowCount: number,
    isWanted: (row: number) => boolean,
  ): Generator<{ readonly row: number; readonly texts: (string | null)[] }> {
    const offsets = columns.map(() => 0);
    for (let row = 0; row < rowCount; row += 1) {
      const texts = isWanted(row) ? new Array<string | null>(this.bySource.length).fill(null) : undefined;
      for (const [index, { values, present }] of columns.entries()) {
        if (((present?.[row >> 3] ?? 0xff) & (1 << (row & 7))) === 0) continue;
        const at = offsets[index] as number;
        const end = at + LENGTH_BYTES + values.readUInt32LE(at);
        if (texts !== undefined) texts[this.sources[index] as number] = utf8(values, at + LENGTH_BYTES, end);
        offsets[index] = end;
      }
      if (texts !== undefined) yield { row, texts };
    }
  }
}
