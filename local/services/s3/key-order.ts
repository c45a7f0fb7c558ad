/**
 * S3 lists keys in the order of their UTF-8 bytes. JavaScript compares UTF-16 units, which differs where a
 * surrogate (a character past U+FFFF) meets U+E000 to U+FFFF.
 */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const left = a.charCodeAt(index);
    const right = b.charCodeAt(index);
    if (left !== right) return byteRank(left) - byteRank(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for characters past U+FFFF, so they come after all other units. */
const byteRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

/** The keys of a bucket, always sorted. */
export class SortedKeys {
  private constructor(private readonly keys: string[]) {}

  static of(keys: Iterable<string>): SortedKeys {
    return new SortedKeys([...keys].sort(compareKeys));
  }

  get count(): number {
    return this.keys.length;
  }

  at(index: number): string | undefined {
    return this.keys[index];
  }

  add(key: string): void {
    const index = this.firstFrom(key);
    if (this.keys[index] !== key) this.keys.splice(index, 0, key);
  }

  remove(key: string): void {
    const index = this.firstFrom(key);
    if (this.keys[index] === key) this.keys.splice(index, 1);
  }

  /** Index of the first key that is not before `bound`. */
  firstFrom(bound: string): number {
    return this.search((key) => compareKeys(key, bound) < 0);
  }

  /** Index of the first key after all that start with `prefix`, or that come before it. */
  firstPast(prefix: string): number {
    return this.search((key) => compareKeys(key, prefix) < 0 || key.startsWith(prefix));
  }

  /** Index of the first key for which `isBefore` no longer holds. */
  private search(isBefore: (key: string) => boolean): number {
    let low = 0;
    let high = this.keys.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.keys[middle] ?? '')) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
