/**
 * MySQL's packed decimal as text. Nine digits take four bytes; what is left over at either end takes as few bytes as
 * it needs. The highest bit is inverted, and all bits of a negative number are (MySQL source, `strings/decimal.cc`).
 */
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
