/**
 * Finds the items of `{"data": [ … ]}` in a stream of bytes, in the memory of one item.
 *
 * Only brackets, quotes and commas are looked at here; the text of each item is parsed afterwards. Other members
 * beside `data` are allowed and skipped.
 */
import { BYTE, closes, endOfFrame, isBlank, type OpenFrame, opens } from './json-extent';
import { seedUnreadable } from './seed-file';

/** One value as it is in the file. */
export interface JsonFrame {
  /** Where it starts, from 1; a column is a character. */
  readonly line: number;
  readonly column: number;
  readonly bytes: Buffer;
  /** It is longer than any item may be, and `bytes` is only its beginning. */
  readonly isTooLong: boolean;
}

/**
 * DynamoDB takes items of 400 KB (Amazon DynamoDB developer guide, "Quotas"). JSON writes a byte in at most six,
 * `\u0041`, which makes 2.4 MB; the rest is room for blanks and line breaks.
 */
export const MAX_ITEM_TEXT_BYTES = 4 * 1024 * 1024;

/** A longer value is taken for one whose bracket or quote is missing: it would swallow the rest of the file. */
const MAX_VALUE_BYTES = 16 * 1024 * 1024;

/** How much of an item that is too long is kept to show. */
const SHOWN_BYTES = 1024;

export const ITEMS_NAME = 'data';

/** What must come next, in the words of the message when something else does. */
const EXPECTED = {
  root: 'an object { … }',
  firstName: 'a name in quotes, or }',
  name: 'a name in quotes',
  colon: 'a colon',
  memberValue: 'a value',
  memberEnd: 'a comma or }',
  firstItem: 'an item, or ]',
  item: 'an item',
  itemEnd: 'a comma or ]',
  nothing: 'nothing more',
} as const;
type State = keyof typeof EXPECTED;

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];

export class JsonFrameScanner {
  private state: State = 'root';
  private line = 1;
  private column = 1;
  private byteCount = 0;
  private frame: OpenFrame | undefined;
  private isItemsName = false;
  private hasItems = false;

  /**
   * @param parse what is in a frame that is no item: the scanner needs names to find `data`, and a broken value
   * beside it breaks the file.
   */
  constructor(private readonly parse: (frame: JsonFrame) => unknown) {}

  /**
   * Yields the items that end in this chunk, in order and as they are found, so that a broken item is seen before
   * what it makes of the text behind it.
   * @throws PipelineError SEED_UNREADABLE (halt) with line and column where the file is not what it should be.
   */
  *push(chunk: Uint8Array): Generator<JsonFrame> {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    let start = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (this.frame !== undefined) {
        const end = endOfFrame(this.frame, byte);
        if (end === 'later') {
          this.advance(byte);
          continue;
        }
        // A word ends at the byte behind it, which is looked at below.
        const stop = end === 'here' ? at + 1 : at;
        const item = this.close(this.frame, bytes.subarray(start, stop));
        if (item !== undefined) yield item;
        if (end === 'here') {
          this.advance(byte);
          continue;
        }
      }
      if (this.begins(byte)) start = at;
      this.advance(byte);
    }
    if (this.frame !== undefined) this.grow(this.frame, bytes.subarray(start));
  }

  /** @throws PipelineError SEED_UNREADABLE (halt) when the file ends too early, or has no items at all. */
  end(): void {
    if (this.state === 'nothing') {
      if (this.hasItems) return;
      throw seedUnreadable(`the object has no "${ITEMS_NAME}"; expected {"${ITEMS_NAME}": [ … ]}`);
    }
    if (this.byteCount === 0) {
      throw seedUnreadable(`the file is empty; expected {"${ITEMS_NAME}": [ … ]}. Was its upload cut off?`);
    }
    const { frame } = this;
    throw this.broken(
      frame === undefined
        ? `the file ends where ${EXPECTED[this.state]} is expected`
        : `the file ends inside the value that starts on line ${frame.line}, column ${frame.column}`,
    );
  }

  /** An error at the place that is read now. */
  private broken(what: string): Error {
    const { line, column } = this;
    return seedUnreadable(
      `it is not JSON of the form {"${ITEMS_NAME}": [ … ]} at line ${line}, column ${column}: ${what}. Items before that place may already be written.`,
      { line, column },
    );
  }

  private advance(byte: number): void {
    this.byteCount += 1;
    if (byte === BYTE.lineFeed) {
      this.line += 1;
      this.column = 1;
    } else if ((byte & 0xc0) !== 0x80) {
      // Bytes 10xxxxxx continue a character that was counted.
      this.column += 1;
    }
  }

  /** Takes one byte outside of any value. @returns whether a value begins with it. */
  private begins(byte: number): boolean {
    if (isBlank(byte) || this.isByteOrderMark(byte)) return false;
    const next = this.follow(byte);
    if (next !== undefined) {
      this.state = next;
      return false;
    }
    const isName = this.state === 'firstName' || this.state === 'name';
    const isValue = this.state === 'memberValue' || this.state === 'firstItem' || this.state === 'item';
    const startsValue = byte !== BYTE.comma && byte !== BYTE.colon && !closes(byte);
    if (!(isName && byte === BYTE.quote) && !(isValue && startsValue)) {
      throw this.broken(`expected ${EXPECTED[this.state]}`);
    }
    const kind = byte === BYTE.quote ? 'string' : opens(byte) ? 'nested' : 'word';
    const { line, column } = this;
    const isInString = kind === 'string';
    const depth = kind === 'nested' ? 1 : 0;
    this.frame = {
      line,
      column,
      kind,
      parts: [],
      byteCount: 0,
      isTooLong: false,
      depth,
      isInString,
      isEscaped: false,
    };
    return true;
  }

  private isByteOrderMark(byte: number): boolean {
    if (this.byteCount > 2 || byte !== BYTE_ORDER_MARK[this.byteCount]) return false;
    this.column = 0;
    return true;
  }

  /** @returns the state behind a byte of structure; undefined when the byte is none that may stand here. */
  private follow(byte: number): State | undefined {
    switch (this.state) {
      case 'root':
        return byte === BYTE.openBrace ? 'firstName' : undefined;
      case 'firstName':
        return byte === BYTE.closeBrace ? 'nothing' : undefined;
      case 'colon':
        return byte === BYTE.colon ? 'memberValue' : undefined;
      case 'memberEnd':
        if (byte === BYTE.comma) return 'name';
        return byte === BYTE.closeBrace ? 'nothing' : undefined;
      case 'firstItem':
        return byte === BYTE.closeBracket ? 'memberEnd' : undefined;
      case 'itemEnd':
        if (byte === BYTE.comma) return 'item';
        return byte === BYTE.closeBracket ? 'memberEnd' : undefined;
      case 'memberValue':
        return this.isItemsName ? this.openItems(byte) : undefined;
      default:
        return undefined;
    }
  }

  private openItems(byte: number): State {
    if (this.hasItems) throw this.broken(`"${ITEMS_NAME}" appears twice`);
    if (byte !== BYTE.openBracket) throw this.broken(`expected an array as the value of "${ITEMS_NAME}"`);
    this.hasItems = true;
    return 'firstItem';
  }

  /** @returns the frame when it is an item. */
  private close(open: OpenFrame, rest: Buffer): JsonFrame | undefined {
    this.grow(open, rest);
    const { line, column, parts, isTooLong } = open;
    const [only = rest] = parts;
    const frame = { line, column, bytes: parts.length > 1 ? Buffer.concat(parts) : only, isTooLong };
    this.frame = undefined;
    if (this.state === 'firstItem' || this.state === 'item') {
      this.state = 'itemEnd';
      return frame;
    }
    const isName = this.state !== 'memberValue';
    this.state = isName ? 'colon' : 'memberEnd';
    const value = this.parse(frame);
    if (isName) this.isItemsName = value === ITEMS_NAME;
    return undefined;
  }

  private grow(frame: OpenFrame, part: Buffer): void {
    frame.byteCount += part.length;
    if (!frame.isTooLong) frame.parts.push(part);
    const isItem = this.state === 'firstItem' || this.state === 'item';
    const maxBytes = isItem ? MAX_VALUE_BYTES : MAX_ITEM_TEXT_BYTES;
    if (frame.byteCount > maxBytes) {
      throw this.broken(
        `the value that starts on line ${frame.line}, column ${frame.column} has more than ${maxBytes} bytes; is a bracket or a quote missing?`,
      );
    }
    if (frame.byteCount <= MAX_ITEM_TEXT_BYTES || frame.isTooLong) return;
    frame.isTooLong = true;
    const shown = Buffer.concat(frame.parts).subarray(0, SHOWN_BYTES);
    // Copied: a view would keep all of it in memory.
    frame.parts.splice(0, frame.parts.length, Buffer.from(shown));
  }
}
