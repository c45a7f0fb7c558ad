/** What arrived is not what the server wrote, or not what it means by it. Nothing of the event may be used. */
export class BinlogDamagedError extends Error {
  override readonly name = 'BinlogDamagedError';
}

/** Reads the fields of a binlog event, little-endian unless said otherwise. */
export class ByteReader {
  constructor(
    readonly bytes: Buffer,
    public offset: number,
    /** One past the last byte of the event's body. */
    readonly end: number,
  ) {}

  /** Another reader at the same place. */
  copy(): ByteReader {
    return new ByteReader(this.bytes, this.offset, this.end);
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  /** The offset of the next field of `size` bytes. @throws BinlogDamagedError when the event ends before it does. */
  take(size: number): number {
    const at = this.offset;
    if (size < 0 || at + size > this.end)
      throw new BinlogDamagedError(`an event is ${at + size - this.end} bytes too short for its last field`);
    this.offset = at + size;
    return at;
  }

  /** Unsigned, 1 to 6 bytes. */
  uint(size: number): number {
    return this.bytes.readUIntLE(this.take(size), size);
  }

  /** Signed, 1 to 6 bytes. */
  int(size: number): number {
    return this.bytes.readIntLE(this.take(size), size);
  }

  /** Unsigned, big-endian, 1 to 6 bytes. */
  uintBigEndian(size: number): number {
    return this.bytes.readUIntBE(this.take(size), size);
  }

  uint64(): bigint {
    return this.bytes.readBigUInt64LE(this.take(8));
  }

  int64(): bigint {
    return this.bytes.readBigInt64LE(this.take(8));
  }

  /** MySQL's length-encoded integer: one byte, or a marker and 2, 3 or 8 bytes. */
  lengthEncoded(): number {
    const first = this.uint(1);
    switch (first) {
      case 0xfc:
        return this.uint(2);
      case 0xfd:
        return this.uint(3);
      case 0xfe:
        return Number(this.uint64());
      default:
        return first;
    }
  }

  /** @throws BinlogDamagedError when something is left. */
  requireEnd(what: string): void {
    if (this.remaining !== 0)
      throw new BinlogDamagedError(`${what} has ${this.remaining} bytes more than it should have`);
  }

  /** A view, not a copy. */
  slice(size: number): Buffer {
    const at = this.take(size);
    return this.bytes.subarray(at, at + size);
  }

  text(size: number): string {
    const at = this.take(size);
    return this.bytes.toString('utf8', at, at + size);
  }

  skip(size: number): void {
    this.take(size);
  }
}

/** Bit `index` of a bitmap that counts from the lowest bit of its first byte. */
export const bitAt = (bitmap: Buffer, index: number): boolean =>
  ((bitmap[index >> 3] ?? 0) & (1 << (index & 7))) !== 0;

export function allBits(bitmap: Buffer, count: number): boolean {
  for (let index = 0; index < count; index += 1) if (!bitAt(bitmap, index)) return false;
  return true;
}
