/**
 * Which image of each key is the last. Keys stay bytes: a text in a Map for each takes four times the memory, and a
 * transaction may have millions.
 */
import { type ColumnBytes, LENGTH_BYTES } from '../../../runtime/column-bytes';

const FIRST_KEYS = 2_048;
const FIRST_KEY_BYTES = 32 * 1024;
const NONE = -1;

export class LastImages {
  private keyCount = 0;
  /** Of all keys, one behind the other, each value behind its length. */
  private bytes = Buffer.allocUnsafe(FIRST_KEY_BYTES);
  /** By key: its hash, its last image, and where its bytes end. */
  private hashes = new Int32Array(FIRST_KEYS);
  private images = new Int32Array(FIRST_KEYS);
  private ends = new Float64Array(FIRST_KEYS);
  /** Keys by their hash, at most half full; a key is at the place of its hash, or in one of those behind it. */
  private slots = new Int32Array(FIRST_KEYS * 2).fill(NONE);

  /** @param columns whose last values are the key. @returns the last image of this key so far, if there is one */
  replace(columns: readonly ColumnBytes[], image: number): number | undefined {
    const start = this.keyCount === 0 ? 0 : (this.ends[this.keyCount - 1] as number);
    const end = this.copyKey(columns, start);
    const hash = hashOf(this.bytes, start, end);
    const { slots } = this;
    let slot = hash & (slots.length - 1);
    for (let key = slots[slot] as number; key !== NONE; key = slots[slot] as number) {
      if (this.hashes[key] === hash && this.hasBytes(key, start, end)) {
        const before = this.images[key];
        this.images[key] = image;
        return before;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = this.keyCount;
    this.hashes[this.keyCount] = hash;
    this.images[this.keyCount] = image;
    this.ends[this.keyCount] = end;
    this.keyCount += 1;
    if (this.keyCount === this.hashes.length) this.grow();
    return undefined;
  }

  private copyKey(columns: readonly ColumnBytes[], start: number): number {
    let end = start;
    for (const { values, last, used } of columns) {
      // NULL, whose length no value has.
      const from = last < 0 ? 0 : last;
      const length = last < 0 ? 0 : used - from;
      if (end + length + LENGTH_BYTES > this.bytes.length) this.growBytes(end + length + LENGTH_BYTES);
      if (last < 0) end = this.bytes.writeInt32LE(NONE, end);
      else end += values.copy(this.bytes, end, from, used);
    }
    return end;
  }

  private hasBytes(key: number, start: number, end: number): boolean {
    const from = key === 0 ? 0 : (this.ends[key - 1] as number);
    const to = this.ends[key] as number;
    if (to - from !== end - start) return false;
    const { bytes } = this;
    for (let at = 0; at < to - from; at += 1) if (bytes[from + at] !== bytes[start + at]) return false;
    return true;
  }

  private growBytes(needed: number): void {
    const larger = Buffer.allocUnsafe(Math.max(needed, this.bytes.length * 2));
    this.bytes.copy(larger);
    this.bytes = larger;
  }

  private grow(): void {
    const length = this.hashes.length * 2;
    const larger = <Numbers extends Int32Array | Float64Array>(into: Numbers, from: Numbers): Numbers => {
      into.set(from);
      return into;
    };
    this.hashes = larger(new Int32Array(length), this.hashes);
    this.images = larger(new Int32Array(length), this.images);
    this.ends = larger(new Float64Array(length), this.ends);
    const slots = new Int32Array(length * 2).fill(NONE);
    for (let key = 0; key < this.keyCount; key += 1) {
      let slot = (this.hashes[key] as number) & (slots.length - 1);
      while (slots[slot] !== NONE) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = key;
    }
    this.slots = slots;
  }
}

/** FNV-1a, whose bits are then mixed: keys that are numbers differ in few. */
function hashOf(bytes: Buffer, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
