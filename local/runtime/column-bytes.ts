/** The values of one column as bytes, each behind its length: the form in which the warehouse takes them. */
import { isUtf8 } from 'node:buffer';
import type { PackedColumn } from './ports/warehouse';

const FIRST_BYTES = 16 * 1024;
const FIRST_BIT_BYTES = 8 * 1024;
/** Below this, a loop is faster than a call into the runtime, which makes an array of the part first. */
const SHORT = 160;
export const LENGTH_BYTES = 4;

export interface ColumnLayout {
  readonly name: string;
  readonly maxBytes?: number;
  readonly maxCharacters?: number;
  readonly isHashed?: true;
}

/** In place of a text that is no Unicode: no text in UTF-8 has it. */
const NO_UTF8 = 0xff;
/** A length below is a character of ASCII itself, so that lengths and values can be looked at as one text. */
const ASCII_LENGTH = 0x80;

export class ColumnBytes {
  values = Buffer.allocUnsafe(FIRST_BYTES);
  used = 0;
  /** Made at the first NULL. */
  present: Buffer | undefined;
  /** Where the last value is; -1 for NULL. */
  last = -1;

  private steps: number[] = [];
  /** Of the longest value. */
  private longest = 0;

  constructor(readonly layout: ColumnLayout) {}

  /** For other rows, in the same memory. What was finished before keeps all but its values. */
  reset(): void {
    this.used = 0;
    this.last = -1;
    this.present = undefined;
    this.steps = [];
    this.longest = 0;
  }

  /** Gives memory back that was needed for many rows; only after `reset`. */
  shrink(): void {
    if (this.values.length > FIRST_BYTES) this.values = Buffer.allocUnsafe(FIRST_BYTES);
  }

  /** What follows is of another step of rows. */
  beginStep(): void {
    this.steps.push(this.used);
  }

  add(bytes: Buffer, start: number, length: number): void {
    const at = this.open(length);
    const { values } = this;
    if (length > SHORT) bytes.copy(values, at, start, start + length);
    else for (let index = 0; index < length; index += 1) values[at + index] = bytes[start + index] as number;
    this.close(at + length);
  }

  addText(text: string): void {
    const at = this.open(text.length * 3);
    const length = this.values.write(text, at, 'utf8');
    if (length === text.length || text.isWellFormed()) this.close(at + length);
    else {
      this.values[at] = NO_UTF8;
      this.close(at + 1);
    }
  }

  /** Room for a value of so many bytes. @returns where it is to be written; {@link close} ends it. */
  open(mostBytes: number): number {
    const at = this.used + LENGTH_BYTES;
    if (at + mostBytes > this.values.length) this.grow(at + mostBytes);
    return at;
  }

  close(end: number): void {
    const { values, used } = this;
    const length = end - used - LENGTH_BYTES;
    if (length > this.longest) this.longest = length;
    values[used] = length & 0xff;
    values[used + 1] = (length >>> 8) & 0xff;
    values[used + 2] = (length >>> 16) & 0xff;
    values[used + 3] = length >>> 24;
    this.last = used;
    this.used = end;
  }

  addNull(row: number): void {
    this.last = -1;
    const byte = row >> 3;
    if (this.present === undefined || byte >= this.present.length)
      this.present = Buffer.concat([
        this.present ?? Buffer.alloc(0),
        Buffer.alloc(Math.max(byte + 1, FIRST_BIT_BYTES), 0xff),
      ]);
    this.present[byte] = (this.present[byte] as number) & ~(1 << (row & 7));
  }

  isNull(row: number): boolean {
    const bits = this.present?.[row >> 3] ?? 0xff;
    return (bits & (1 << (row & 7))) === 0;
  }

  /** Forgets whatever is behind the first `rowCount` values. */
  cutTo(rowCount: number): void {
    let at = 0;
    for (let row = 0; row < rowCount; row += 1)
      if (!this.isNull(row)) at += LENGTH_BYTES + this.values.readUInt32LE(at);
    this.used = at;
    if (this.present !== undefined && rowCount >> 3 < this.present.length)
      this.present[rowCount >> 3] = (this.present[rowCount >> 3] as number) | (0xff << (rowCount & 7));
  }

  /** Rows whose value is no UTF-8, and the place of its bytes. Usually none, which is seen without a look at each. */
  findNoUtf8(rowCount: number): { readonly row: number; readonly start: number; readonly end: number }[] {
    if (this.longest < ASCII_LENGTH && isUtf8(this.values.subarray(0, this.used))) return [];
    const found: { row: number; start: number; end: number }[] = [];
    let at = 0;
    for (let row = 0; row < rowCount; row += 1) {
      if (this.isNull(row)) continue;
      const start = at + LENGTH_BYTES;
      at = start + this.values.readUInt32LE(at);
      if (!isUtf8(this.values.subarray(start, at))) found.push({ row, start, end: at });
    }
    return found;
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
      steps: this.steps,
      values: this.values.subarray(0, this.used),
      ...(present === undefined ? {} : { present: present.subarray(0, bytes) }),
    };
  }
}
