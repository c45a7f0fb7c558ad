/**
 * Physical lines to CSV records by RFC 4180: quoted fields may hold commas, doubled quotes and line breaks.
 *
 * A quote that is never closed would swallow the rest of a file as one field. So a record that breaks the rules, is
 * left open, or does not have the columns of the header costs its first line only: that line is rejected with its
 * reason, and reading resumes at the line after it. Nothing is dropped unseen, and the rows behind a stray quote are
 * read as rows again. A record is held in memory up to {@link MAX_RECORD_CHARACTERS}.
 */
import type { CsvLine } from './csv-lines';
import { Refusal, type Rejection } from './rejection';

export interface CsvRecord {
  /** Line on which the record starts. */
  readonly line: number;
  readonly fields: readonly string[];
  /** As it is in the file, with line breaks. */
  readonly text: string;
}

export const MAX_RECORD_CHARACTERS = 1024 * 1024;

export class CsvRecordParser {
  /** Set after the header was read; until then a record may have any number of columns. */
  columnCount: number | undefined;

  /** Lines of records that are not finished; `lines[0]` is where the current record starts. */
  private lines: CsvLine[] = [];
  private characters = 0;
  private fields: string[] = [];
  /** The text so far of a quoted field that is not closed. */
  private open: string | undefined;

  /** Gives what `added` completes. It is lazy: the caller may set `columnCount` when it has seen the header. */
  *push(added: readonly CsvLine[]): Generator<CsvRecord | Rejection> {
    for (const line of added) yield* this.take(line);
  }

  /** Gives what is left; a record that is still open is rejected line by line. */
  *end(): Generator<CsvRecord | Rejection> {
    while (this.lines.length > 0) {
      yield* this.giveUp(this.unclosed('the end of the file'));
    }
  }

  private *take(line: CsvLine): Generator<CsvRecord | Rejection> {
    this.lines.push(line);
    this.characters += line.text.length;
    const outcome = this.scan(line);
    if (outcome === 'open') {
      if (this.characters > MAX_RECORD_CHARACTERS) {
        yield* this.giveUp(this.unclosed(`${MAX_RECORD_CHARACTERS} characters`));
      }
      return;
    }
    if (outcome === 'blank') {
      this.start();
      return;
    }
    if (outcome instanceof Refusal) {
      yield* this.giveUp(outcome);
      return;
    }
    const record = {
      line: this.lines[0]?.number ?? line.number,
      fields: this.fields,
      text: this.lines.length === 1 ? line.text : this.lines.map(({ text }) => text).join(''),
    };
    this.start();
    yield record;
  }

  /**
   * Rejects the first line of the record and reads those after it again. That stays linear: a line which leaves an
   * open field open has an even number of quotes, so that read on its own it opens none; only the last one may.
   */
  private *giveUp(refusal: Refusal): Generator<CsvRecord | Rejection> {
    const [first, ...others] = this.lines;
    this.start();
    if (first !== undefined) yield rejectLine(first, refusal);
    yield* this.push(others);
  }

  private start(): void {
    this.lines = [];
    this.characters = 0;
    this.fields = [];
    this.open = undefined;
  }

  private unclosed(bound: string): Refusal {
    return new Refusal(
      'UNCLOSED_QUOTE',
      `the quote that opens field ${this.fields.length + 1} is not closed before ${bound}; the lines after this one were read as rows of their own`,
    );
  }

  private scan(line: CsvLine): 'complete' | 'open' | 'blank' | Refusal {
    if (line.fault !== undefined) return faultOf(line, this.lines.length > 1);
    const end = endOf(line.text);
    if (end === 0 && this.lines.length === 1) return 'blank';
    const outcome =
      this.open === undefined && !line.text.includes('"')
        ? this.scanPlain(line.text, end)
        : this.scanFields(line.text, end);
    if (outcome !== 'complete' || this.columnCount === undefined) return outcome;
    if (this.fields.length === this.columnCount) return outcome;
    return new Refusal(
      'WRONG_COLUMN_COUNT',
      `the row has ${this.fields.length} columns, the header has ${this.columnCount}`,
    );
  }

  private scanPlain(text: string, end: number): 'complete' {
    this.fields = text.slice(0, end).split(',');
    return 'complete';
  }

  private scanFields(text: string, end: number): 'complete' | 'open' | Refusal {
    let at = 0;
    for (;;) {
      const isQuoted = this.open !== undefined || text[at] === '"';
      const next = isQuoted ? this.scanQuoted(text, at, end) : this.scanUnquoted(text, at, end);
      if (typeof next !== 'number') return next;
      if (next > end) return 'complete';
      at = next;
    }
  }

  /** @returns where the next field begins; past `end` when there is none. */
  private scanUnquoted(text: string, at: number, end: number): number | Refusal {
    const comma = text.indexOf(',', at);
    const stop = comma === -1 || comma > end ? end : comma;
    const field = text.slice(at, stop);
    if (field.includes('"')) {
      return new Refusal(
        'STRAY_QUOTE',
        `field ${this.fields.length + 1} holds a quote and does not begin with one; a field with quotes is quoted whole, its quotes doubled`,
      );
    }
    this.fields.push(field);
    return stop + 1;
  }

  private scanQuoted(text: string, from: number, end: number): number | 'open' | Refusal {
    let at = this.open === undefined ? from + 1 : from;
    let field = this.open ?? '';
    for (;;) {
      const quote = text.indexOf('"', at);
      if (quote === -1) {
        this.open = field + text.slice(at);
        return 'open';
      }
      if (text[quote + 1] !== '"') {
        this.fields.push(field + text.slice(at, quote));
        this.open = undefined;
        return quote + 1 === end || text[quote + 1] === ',' ? quote + 2 : this.strayText();
      }
      field += text.slice(at, quote + 1);
      at = quote + 2;
    }
  }

  private strayText(): Refusal {
    return new Refusal(
      'STRAY_QUOTE',
      `text follows the closing quote of field ${this.fields.length}; either the quote is one too many, or a quote inside the field is not doubled`,
    );
  }
}

/** Where the content of a line ends and its line break begins. */
function endOf(text: string): number {
  let end = text.length;
  if (text.charCodeAt(end - 1) === 0x0a) end -= 1;
  if (text.charCodeAt(end - 1) === 0x0d) end -= 1;
  return end;
}

function faultOf(line: CsvLine, isContinuation: boolean): Refusal {
  const place = isContinuation ? `its quoted field continues on line ${line.number}, which` : 'the line';
  return line.fault === 'INVALID_UTF8'
    ? new Refusal('INVALID_UTF8', `${place} is not UTF-8; save the file as UTF-8`)
    : new Refusal('LINE_TOO_LONG', `${place} is longer than any row can be`);
}

function rejectLine(line: CsvLine, refusal: Refusal): Rejection {
  const place = { line: line.number, code: refusal.code, reason: refusal.reason };
  if (line.fault === 'INVALID_UTF8') return { ...place, raw: line.text, rawForm: 'base64' };
  if (line.fault === 'LINE_TOO_LONG') return { ...place, raw: line.text, rawForm: 'cut' };
  return { ...place, raw: line.text.slice(0, endOf(line.text)) };
}
