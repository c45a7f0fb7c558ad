/** Thrift's compact protocol, as far as the metadata of a Parquet file needs it (Apache Thrift, "Compact protocol"). */

const TYPE = { i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

/** Fields must be written in the order of their numbers. */
export class CompactWriter {
  private readonly bytes: number[] = [];
  private lastField = 0;

  int(field: number, value: number): void {
    this.field(field, TYPE.i32);
    this.zigzag(value);
  }

  long(field: number, value: number): void {
    this.field(field, TYPE.i64);
    this.zigzag(value);
  }

  text(field: number, value: string): void {
    this.field(field, TYPE.binary);
    this.string(value);
  }

  ints(field: number, values: readonly number[]): void {
    this.list(field, values.length, TYPE.i32);
    for (const value of values) this.zigzag(value);
  }

  texts(field: number, values: readonly string[]): void {
    this.list(field, values.length, TYPE.binary);
    for (const value of values) this.string(value);
  }

  struct(field: number, write: () => void): void {
    this.field(field, TYPE.struct);
    this.members(write);
  }

  structs(field: number, count: number, write: (index: number) => void): void {
    this.list(field, count, TYPE.struct);
    for (let index = 0; index < count; index += 1) this.members(() => write(index));
  }

  /** Ends the outermost struct. */
  finish(): Buffer {
    this.bytes.push(0);
    return Buffer.from(this.bytes);
  }

  private members(write: () => void): void {
    const outer = this.lastField;
    this.lastField = 0;
    write();
    this.bytes.push(0);
    this.lastField = outer;
  }

  private list(field: number, count: number, type: number): void {
    this.field(field, TYPE.list);
    if (count < 15) this.bytes.push((count << 4) | type);
    else {
      this.bytes.push(0xf0 | type);
      this.varint(count);
    }
  }

  private field(field: number, type: number): void {
    const delta = field - this.lastField;
    this.lastField = field;
    if (delta > 0 && delta < 16) this.bytes.push((delta << 4) | type);
    else {
      this.bytes.push(type);
      this.zigzag(field);
    }
  }

  private string(value: string): void {
    const bytes = Buffer.from(value, 'utf8');
    this.varint(bytes.length);
    this.bytes.push(...bytes);
  }

  private zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  private varint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.bytes.push((rest & 0x7f) | 0x80);
    this.bytes.push(rest);
  }
}
