/** Rows as they arrive, laid out by column as the warehouse takes them: bytes are copied, no value is made. */
import type { PackedColumn } from '../../../runtime/ports/warehouse';

/** A value that is NULL, and markers of longer lengths (MySQL client/server protocol, "Length-encoded integer"). */
const NULL = 0xfb;
const TWO_BYTES = 0xfc;
const THREE_BYTES = 0xfd;

const FIRST_BYTES = 64 * 1024;
/** Below this, a loop is faster than a call into the runtime. */
const SHORT = 48;
const LENGTH_BYTES = 4;

export interface ColumnLayout {
  readonly name: string;
  readonly maxBytes?: number;
  readonly maxCharacters?: number;
}

class ColumnBytes {
  values = Buffer.allocUnsafe(FIRST_BYTES);
  used = 0;
  /** Made at the first NULL. */
  present: Buffer | undefined;
  /** Where the last value is; -1 for NULL. */
  last = -1;

  constructor(readonly layout: ColumnLayout) {}

  add(bytes: Buffer, start: number, length: number): void {
    const needed = this.used + LENGTH_BYTES + length;
    if (needed > this.values.length) this.grow(needed);
    const { values } = this;
    let at = this.used;
    values[at] = length & 0xff;
    values[at + 1] = (length >>> 8) & 0xff;
    values[at + 2] = (length >>> 16) & 0xff;
    values[at + 3] = length >>> 24;
    at += LENGTH_BYTES;
    this.last = this.used;
    this.used = needed;
    if (length > SHORT) bytes.copy(values, at, start, start + length);
    else for (let index = 0; index < length; index += 1) values[at + index] = bytes[start + index] as number;
  }

  addNull(row: number): void {
    this.last = -1;
    this.present ??= Buffer.alloc(1024, 0xff);
    const byte = row >> 3;
    if (byte >= this.present.length)
      this.present = Buffer.concat([this.present, Buffer.alloc(Math.max(byte, 1024), 0xff)]);
    (this.present as Buffer)[byte] = (this.present[byte] as number) & ~(1 << (row & 7));
  }

  private grow(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.values.length * 2));
    this.values.copy(larger, 0, 0, this.used);
    this.values = larger;
  }

  finish(rowCount: number): PackedColumn {
    const bytes = (rowCount + 7) >> 3;
    let { present } = this;
    if (present !== undefined && present.length < bytes)
      present = Buffer.concat([present, Buffer.alloc(bytes - present.length, 0xff)]);
    return {
      ...this.layout,
      values: this.values.subarray(0, this.used),
      ...(present === undefined ? {} : { present: present.subarray(0, bytes) }),
    };
  }
}

export class TextColumns {
  rowCount = 0;
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
    this.rowCount += 1;
  }

  /** The text of a column in the row that was added last. */
  lastText(index: number): string | null {
    const { values, last, used } = this.columns[index] as ColumnBytes;
    return last < 0 ? null : values.toString('utf8', last + LENGTH_BYTES, used);
  }

  finish(): PackedColumn[] {
    return this.columns.map((column) => column.finish(this.rowCount));
  }

  /** Each row with its texts, in the order and number of a row's columns. */
  *rows(): Generator<(string | null)[]> {
    const offsets = this.columns.map(() => 0);
    for (let row = 0; row < this.rowCount; row += 1) {
      const texts: (string | null)[] = new Array(this.bySource.length).fill(null);
      for (const [index, { values, present }] of this.columns.entries()) {
        if (present !== undefined && ((present[row >> 3] ?? 0xff) & (1 << (row & 7))) === 0) continue;
        const at = offsets[index] as number;
        const end = at + LENGTH_BYTES + values.readUInt32LE(at);
        texts[this.sources[index] as number] = values.toString('utf8', at + LENGTH_BYTES, end);
        offsets[index] = end;
      }
      yield texts;
    }
  }
}
