/** Where parts of a JSON text end, in its bytes of UTF-8. Each is linear in what it looks at. */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
/** With 0x20 set, `[` is `{` and `]` is `}`. */
const OPEN = 0x7b;
const CLOSE = 0x7d;

/** Whether `text` begins at `start`. Of so few bytes, a loop is faster than a call into the runtime. */
export function beginsWith(bytes: Buffer, start: number, text: Buffer): boolean {
  for (let index = 0; index < text.length; index += 1) if (bytes[start + index] !== text[index]) return false;
  return true;
}

/** Behind a string that begins at `start` and has neither an escape nor a control character; -1 when it has, or is none. */
export function plainStringEnd(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] !== QUOTE) return -1;
  for (let at = start + 1; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH || byte < SPACE) return -1;
  }
  return -1;
}

/** Behind any string that begins at `start`; -1 when it does not end. Whether its escapes are right is not looked at. */
export function stringEnd(bytes: Buffer, start: number, end: number): number {
  for (let at = start + 1; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) at += 1;
  }
  return -1;
}

/** Behind an object or array that begins at `start`, by its brackets; -1 when it is none, or does not end. */
export function nestedEnd(bytes: Buffer, start: number, end: number): number {
  let depth = 0;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === QUOTE) {
      const behind = stringEnd(bytes, at, end);
      if (behind < 0) return -1;
      at = behind - 1;
    } else if ((byte | SPACE) === OPEN) depth += 1;
    else if ((byte | SPACE) === CLOSE) depth -= 1;
    if (depth === 0) return byte === QUOTE || at === start ? -1 : at + 1;
  }
  return -1;
}
