/**
 * JSON lines as the stage function writes them, read as bytes: no value of JavaScript is made for a text without
 * escapes. A line that is written in another way is left to `readObjects`.
 */
import { fitsBytes, MAX_STRING_BYTES } from '../../../../pipeline/values/text';
import { ColumnBytes } from '../../../runtime/column-bytes';
import { type PackedColumn, ROWS_A_GROUP, ROWS_A_STEP } from '../../../runtime/ports/warehouse';
import type { TableColumn } from '../storage/catalog';
import { checkSuper } from './convert-value';
import { beginsWith, nestedEnd, plainStringEnd, stringEnd } from './json-bytes';
import { MAX_OBJECT_BYTES } from './json-objects';
import { plainDocumentEnd } from './plain-document';

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const NULL = Buffer.from('null');
const NOT_PLAIN = -1;

const MOST_BYTES = 32 * 1024 * 1024;

export interface PlainRows {
  readonly columns: readonly PackedColumn[];
  readonly rowCount: number;
}

export class PlainLines {
  private rowCount = 0;
  private columns: readonly ColumnBytes[];
  /** The number of the row, from 1 on, in which each column last got a value. */
  private readonly filled: number[];
  /** With their quotes. */
  private readonly names: readonly Buffer[];
  private readonly byName: ReadonlyMap<string, number>;
  /** For each column, the one whose member last came behind its own; before them, the one that came first. */
  private readonly following: number[];

  constructor(private readonly targets: readonly TableColumn[]) {
    this.columns = this.emptyColumns();
    this.filled = targets.map(() => 0);
    this.names = targets.map(({ name }) => Buffer.from(JSON.stringify(name)));
    this.following = Array.from({ length: targets.length + 1 }, (_, place) => place);
    this.byName = new Map(this.names.map((name, index) => [name.toString('latin1'), index]));
  }

  /** Whether the rows are as many as are worth a part of their own. */
  isFull(): boolean {
    if (this.rowCount === ROWS_A_GROUP) return true;
    return this.rowCount % 1024 === 0 && this.columns.reduce((sum, { used }) => sum + used, 0) > MOST_BYTES;
  }

  /** The rows so far, which are forgotten here. */
  take(): PlainRows {
    const { rowCount } = this;
    const columns = this.columns.map((column) => column.finish(rowCount));
    this.columns = this.emptyColumns();
    this.filled.fill(0);
    this.rowCount = 0;
    return { columns, rowCount };
  }

  /** Adds the object of the line from `start` to `end` as a row. @returns false, with nothing added, when it is not plain. */
  add(bytes: Buffer, start: number, end: number): boolean {
    const row = this.rowCount + 1;
    if (end - start > MAX_OBJECT_BYTES || !this.readMembers(bytes, start, end, row)) {
      for (const column of this.columns) column.cutTo(this.rowCount);
      return false;
    }
    for (let index = 0; index < this.filled.length; index += 1)
      if (this.filled[index] !== row) this.columns[index]?.addNull(this.rowCount);
    this.rowCount = row;
    if (row % ROWS_A_STEP === 0) for (const column of this.columns) column.beginStep();
    return true;
  }

  private emptyColumns(): ColumnBytes[] {
    return this.targets.map(({ name }) => new ColumnBytes({ name }));
  }

  private readMembers(bytes: Buffer, start: number, end: number, row: number): boolean {
    if (bytes[start] !== OPEN_BRACE) return false;
    let at = start + 1;
    let place = 0;
    for (;;) {
      const nameEnd = plainStringEnd(bytes, at, end);
      if (nameEnd < 0 || bytes[nameEnd] !== COLON) return false;
      const index = this.columnOf(bytes, at, nameEnd, place);
      // A name that comes twice: which of them counts is not said here.
      if (index === undefined || this.filled[index] === row) return false;
      at = this.readValue(bytes, nameEnd + 1, end, index);
      if (at === NOT_PLAIN) return false;
      if (bytes[at] === CLOSE_BRACE) return at + 1 === end;
      if (bytes[at] !== COMMA) return false;
      place = index + 1;
      at += 1;
    }
  }

  /** Members mostly come in the order of the line before. */
  private columnOf(bytes: Buffer, start: number, end: number, place: number): number | undefined {
    const expected = this.following[place] as number;
    const name = this.names[expected];
    if (name?.length === end - start && beginsWith(bytes, start, name)) return expected;
    const index = this.byName.get(bytes.toString('latin1', start, end));
    if (index !== undefined) this.following[place] = index;
    return index;
  }

  /** @returns where the value ends, or {@link NOT_PLAIN}. */
  private readValue(bytes: Buffer, start: number, end: number, index: number): number {
    const target = this.targets[index] as TableColumn;
    const column = this.columns[index] as ColumnBytes;
    // A column that gets no value is NULL.
    if (isNull(bytes, start, end)) return start + NULL.length;
    const isSuper = target.type.name === 'super';
    const documentEnd = isSuper ? plainDocumentEnd(bytes, start, end) : -1;
    if (documentEnd >= 0) {
      column.add(bytes, start, documentEnd - start);
      this.filled[index] = this.rowCount + 1;
      return documentEnd;
    }
    const plainEnd = plainStringEnd(bytes, start, end);
    const behind = plainEnd < 0 ? otherEnd(bytes, start, end) : plainEnd;
    if (behind < 0) return NOT_PLAIN;
    if (isSuper || plainEnd < 0) {
      const json = bytes.toString('utf8', start, behind);
      if (!(isSuper ? addDocument(column, json) : addEscaped(column, target, json))) return NOT_PLAIN;
    } else {
      const length = behind - start - 2;
      if (length > lengthOf(target)) return NOT_PLAIN;
      column.add(bytes, start + 1, length);
    }
    this.filled[index] = this.rowCount + 1;
    return behind;
  }
}

/** Of a string with escapes, an object or an array. */
const otherEnd = (bytes: Buffer, start: number, end: number): number =>
  bytes[start] === QUOTE ? stringEnd(bytes, start, end) : nestedEnd(bytes, start, end);

const isNull = (bytes: Buffer, start: number, end: number): boolean =>
  start + NULL.length <= end && beginsWith(bytes, start, NULL);

/** In bytes. What has no length of its own is looked at when it is cast. */
const lengthOf = ({ type }: TableColumn): number =>
  type.name === 'varchar' ? (type.length ?? MAX_STRING_BYTES) : MAX_STRING_BYTES;

/** JSON as `convertValue` writes it. */
function addDocument(column: ColumnBytes, json: string): boolean {
  try {
    column.addText(checkSuper(JSON.parse(json)));
    return true;
  } catch {
    return false;
  }
}

function addEscaped(column: ColumnBytes, target: TableColumn, json: string): boolean {
  try {
    const text: unknown = JSON.parse(json);
    if (typeof text !== 'string' || !text.isWellFormed() || !fitsBytes(text, lengthOf(target))) return false;
    column.addText(text);
    return true;
  } catch {
    return false;
  }
}
