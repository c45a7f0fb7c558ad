/** Numbers as decimal digits, written into bytes. Each function gives the place behind what it wrote. */

const ZERO = 0x30;
const MINUS = 0x2d;

/** Up to 2 ** 53. */
export function writeUnsigned(bytes: Uint8Array, at: number, value: number): number {
  if (value < 10) {
    bytes[at] = ZERO + value;
    return at + 1;
  }
  return writePadded(bytes, at, value, digitsOf(value));
}

export function writeSigned(bytes: Uint8Array, at: number, value: number): number {
  if (value >= 0) return writeUnsigned(bytes, at, value);
  bytes[at] = MINUS;
  return writeUnsigned(bytes, at + 1, -value);
}

/** With zeros before it, to exactly so many digits. */
export function writePadded(bytes: Uint8Array, at: number, value: number, digits: number): number {
  let rest = value;
  let place = at + digits - 1;
  // Beyond 32 bits a division is one of doubles.
  for (; rest > 0x7fff_ffff; place -= 1) {
    const quotient = Math.floor(rest / 10);
    bytes[place] = ZERO + (rest - quotient * 10);
    rest = quotient;
  }
  for (; place >= at; place -= 1) {
    const quotient = (rest / 10) | 0;
    bytes[place] = ZERO + (rest - quotient * 10);
    rest = quotient;
  }
  return at + digits;
}

function digitsOf(value: number): number {
  let digits = 1;
  for (let limit = 10; value >= limit; limit *= 10) digits += 1;
  return digits;
}
