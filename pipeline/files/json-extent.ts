/** Where one JSON value ends in a stream of bytes; only quotes, escapes and brackets matter for that. */

export const BYTE = {
  tab: 0x09,
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  blank: 0x20,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

export const isBlank = (byte: number): boolean =>
  byte === BYTE.blank || byte === BYTE.lineFeed || byte === BYTE.carriageReturn || byte === BYTE.tab;
export const opens = (byte: number): boolean => byte === BYTE.openBrace || byte === BYTE.openBracket;
export const closes = (byte: number): boolean => byte === BYTE.closeBrace || byte === BYTE.closeBracket;

/** A value whose end was not seen yet. */
export interface OpenFrame {
  readonly line: number;
  readonly column: number;
  readonly kind: 'nested' | 'string' | 'word';
  readonly parts: Buffer[];
  byteCount: number;
  /** Only the beginning of it is kept. */
  isTooLong: boolean;
  depth: number;
  isInString: boolean;
  isEscaped: boolean;
}

/** Where the value ends: at this byte, before it, or later. */
export function endOfFrame(frame: OpenFrame, byte: number): 'here' | 'before' | 'later' {
  if (frame.kind === 'word') {
    return isBlank(byte) || byte === BYTE.comma || closes(byte) ? 'before' : 'later';
  }
  if (frame.isEscaped) {
    frame.isEscaped = false;
    return 'later';
  }
  if (frame.isInString) {
    if (byte === BYTE.backslash) frame.isEscaped = true;
    if (byte !== BYTE.quote) return 'later';
    frame.isInString = false;
    return frame.kind === 'string' ? 'here' : 'later';
  }
  if (byte === BYTE.quote) frame.isInString = true;
  else if (opens(byte)) frame.depth += 1;
  else if (closes(byte)) frame.depth -= 1;
  return frame.depth === 0 ? 'here' : 'later';
}
