/**
 * MySQL's packed decimal as text. Nine digits take four bytes; what is left over at either end takes as few bytes as
 * it needs. The highest bit is inverted, and all bits of a negative number are (MySQL source, `strings/decimal.cc`).
 */
import { writePadded, writeUnsigned } from './ascii-digits';

const LEFTOVER_BYTES = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4] as const;

/** Bytes that a DECIMAL(precision, scale) takes. */
export function decimalSize(precision: number, scale: number): number {
  const digits = precision - scale;
  return (
    Math.floor(digits / 9) * 4 +
    (LEFTOVER_BYTES[digits % 9] ?? 0) +
    Math.floor(scale / 9) * 4 +
    (LEFTOVER_BYTES[scale % 9] ?? 0)
  );
}

/** As MySQL prints it: all digits of the scale, no leading zeros before the point. */
export function decimalText(bytes: Buffer, start: number, precision: number, scale: number): string {
  const negative = ((bytes[start] ?? 0) & 0x80) === 0;
  const digits = new DigitGroups(bytes, start, negative);
  const whole = precision - scale;
  let integer = digits.leftover(whole % 9);
  for (let index = Math.floor(whole / 9); index > 0; index -= 1) integer += digits.nine();
  let fraction = '';
  for (let index = Math.floor(scale / 9); index > 0; index -= 1) fraction += digits.nine();
  fraction += digits.leftover(scale % 9);
  return `${negative ? '-' : ''}${integer.replace(/^0+/, '') || '0'}${scale > 0 ? `.${fraction}` : ''}`;
}

const [ZERO, MINUS, POINT] = [0x30, 0x2d, 0x2e] as const;

export interface StoredDecimal {
  readonly start: number;
  readonly precision: number;
  readonly scale: number;
}

/** The text of {@link decimalText} as bytes. @returns the place behind it; undefined for digits that none are */
export function writeDecimal(
  bytes: Uint8Array,
  { start, precision, scale }: StoredDecimal,
  into: Uint8Array,
  place: number,
): number | undefined {
  const negative = ((bytes[start] as number) & 0x80) === 0;
  const mask = negative ? 0xff : 0;
  let from = start;
  let at = place;
  if (negative) into[at++] = MINUS;
  const first = at;
  const whole = precision - scale;
  for (let left = whole; left > 0; ) {
    const digits = left % 9 === 0 ? 9 : left % 9;
    const size = LEFTOVER_BYTES[digits] as number;
    const value = groupAt(bytes, from, size, mask, from === start);
    if (value >= LIMITS[digits]!) return undefined;
    if (at > first) at = writePadded(into, at, value, digits);
    else if (value > 0) at = writeUnsigned(into, at, value);
    from += size;
    left -= digits;
  }
  if (at === first) into[at++] = ZERO;
  if (scale > 0) into[at++] = POINT;
  for (let left = scale; left > 0; ) {
    const digits = left >= 9 ? 9 : left;
    const size = LEFTOVER_BYTES[digits] as number;
    const value = groupAt(bytes, from, size, mask, from === start);
    if (value >= LIMITS[digits]!) return undefined;
    at = writePadded(into, at, value, digits);
    from += size;
    left -= digits;
  }
  return at;
}

/** Numbers of so many digits are below. */
const LIMITS = Array.from({ length: 10 }, (_, digits) => 10 ** digits);

function groupAt(bytes: Uint8Array, from: number, size: number, mask: number, hasSign: boolean): number {
  let value = (bytes[from] as number) ^ mask ^ (hasSign ? 0x80 : 0);
  for (let index = 1; index < size; index += 1)
    value = value * 256 + ((bytes[from + index] as number) ^ mask);
  return value;
}

class DigitGroups {
  /** The inverted sign bit is in the first group, whichever that is. */
  private first = true;

  constructor(
    private readonly bytes: Buffer,
    private offset: number,
    private readonly negative: boolean,
  ) {}

  nine(): string {
    return this.read(4).toString().padStart(9, '0');
  }

  leftover(count: number): string {
    if (count === 0) return '';
    return this.read(LEFTOVER_BYTES[count] ?? 0)
      .toString()
      .padStart(count, '0');
  }

  private read(size: number): number {
    const raw = this.bytes.readUIntBE(this.offset, size);
    this.offset += size;
    const limit = 2 ** (size * 8);
    const plain = this.first ? (raw + limit / 2) % limit : raw;
    this.first = false;
    return this.negative ? limit - 1 - plain : plain;
  }
}
