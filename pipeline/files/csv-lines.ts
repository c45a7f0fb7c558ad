/** Bytes to physical lines, in the memory of one chunk and one line. */
import { isUtf8 } from 'node:buffer';

export interface CsvLine {
  /** From 1. */
  readonly number: number;
  /** With its line break, for a quoted field keeps it. Of a faulty line: what to show of it. */
  readonly text: string;
  readonly fault?: 'INVALID_UTF8' | 'LINE_TOO_LONG';
}

/** No row of any table comes near it: the warehouse takes 65,535 bytes of text a column. */
export const MAX_LINE_BYTES = 1024 * 1024;

/** How much of a line that is too long is kept to show. */
const SHOWN_BYTES = 1024;

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);
const NOTHING = Buffer.alloc(0);

/**
 * Splits at LF, so that CRLF ends with its LF and a CR stays in the text. A byte order mark at the start is dropped.
 * Lines are decoded in one go with the chunk they came in; only a chunk that is not UTF-8 is looked at line by line.
 */
export class CsvLineSplitter {
  private carry: Buffer = NOTHING;
  private isFirstChunk = true;
  private lineNumber = 0;
  /** The beginning of a line that is too long; its other bytes are dropped until it ends. */
  private tooLong: Buffer | undefined;

  push(chunk: Uint8Array): CsvLine[] {
    const bytes = this.withCarry(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    if (bytes === undefined) return [];
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    const lines = this.split(bytes.subarray(0, end));
    this.keep(bytes.subarray(end));
    return lines;
  }

  /** Gives the last line when no line break ends it. */
  end(): CsvLine[] {
    const rest = this.carry;
    this.carry = NOTHING;
    return this.tooLong === undefined ? this.split(rest) : [this.endTooLong(this.tooLong)];
  }

  private withCarry(chunk: Buffer): Buffer | undefined {
    const bytes = this.carry.length === 0 ? chunk : Buffer.concat([this.carry, chunk]);
    this.carry = NOTHING;
    if (!this.isFirstChunk) return bytes;
    // A chunk may be a single byte; the mark needs three to be seen.
    if (bytes.length < BYTE_ORDER_MARK.length && !bytes.includes(LINE_FEED)) {
      this.carry = bytes;
      return undefined;
    }
    this.isFirstChunk = false;
    return bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
  }

  private keep(rest: Buffer): void {
    if (this.tooLong === undefined && rest.length > MAX_LINE_BYTES) {
      this.tooLong = Buffer.from(rest.subarray(0, SHOWN_BYTES));
    }
    // Copied: a view would keep the whole chunk in memory.
    this.carry = this.tooLong === undefined ? Buffer.from(rest) : NOTHING;
  }

  private split(region: Buffer): CsvLine[] {
    if (region.length === 0) return [];
    if (this.tooLong !== undefined) {
      // The region begins with the rest of the line that is too long.
      const line = this.endTooLong(this.tooLong);
      return [line, ...this.split(region.subarray(region.indexOf(LINE_FEED) + 1))];
    }
    return isUtf8(region) ? this.splitText(region.toString('utf8')) : this.splitBytes(region);
  }

  private endTooLong(shown: Buffer): CsvLine {
    this.tooLong = undefined;
    this.lineNumber += 1;
    return { number: this.lineNumber, text: shown.toString('utf8'), fault: 'LINE_TOO_LONG' };
  }

  private splitText(text: string): CsvLine[] {
    const lines: CsvLine[] = [];
    for (let start = 0; start < text.length; ) {
      const found = text.indexOf('\n', start);
      const end = found === -1 ? text.length : found + 1;
      this.lineNumber += 1;
      lines.push(
        end - start > MAX_LINE_BYTES
          ? { number: this.lineNumber, text: text.slice(start, start + SHOWN_BYTES), fault: 'LINE_TOO_LONG' }
          : { number: this.lineNumber, text: text.slice(start, end) },
      );
      start = end;
    }
    return lines;
  }

  private splitBytes(region: Buffer): CsvLine[] {
    const lines: CsvLine[] = [];
    for (let start = 0; start < region.length; ) {
      const found = region.indexOf(LINE_FEED, start);
      const end = found === -1 ? region.length : found + 1;
      const bytes = region.subarray(start, end);
      if (isUtf8(bytes)) lines.push(...this.splitText(bytes.toString('utf8')));
      else {
        this.lineNumber += 1;
        lines.push({ number: this.lineNumber, text: bytes.toString('base64'), fault: 'INVALID_UTF8' });
      }
      start = end;
    }
    return lines;
  }
}
