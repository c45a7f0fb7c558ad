/** COPY of plain lines: the engine reads them in parts, casts their texts and says which it is not sure of. */
import { setImmediate as othersTurn } from 'node:timers/promises';
import type { CommandSession } from '../commands/command';
import type { CopyOptions } from '../commands/copy-options';
import { quoteName } from '../sql/names';
import type { TableColumn } from '../storage/catalog';
import { partTableSql, readPartsSql, withPartFile } from '../storage/part-file';
import type { CopyFile } from './manifest';
import { PlainLines, type PlainRows } from './plain-lines';
import { type TextCast, textCast, timeCast } from './text-casts';

/** Whole lines of a file. */
export interface FileLines {
  readonly file: CopyFile;
  readonly from: number;
  readonly to: number;
  /** The number of the first of them. */
  readonly line: number;
}

/** Lines that are read before the other work of the process gets its turn. */
const LINES_A_TURN = 2048;
const NEWLINE = 0x0a;
/** Fewer are read row by row in the time that a part takes. */
const FEWEST_ROWS = 256;

const NOTHING_LEFT: Promise<FileLines[]> = Promise.resolve([]);

export class PartCopy {
  /** Rows that are in the table. */
  rowCount = 0;
  private readonly lines: PlainLines;
  /** Where the rows came from that are not in the table yet. */
  private waiting: FileLines[] = [];
  /** The part that the engine takes while the next one is read; its outcome, once. */
  private written: Promise<FileLines[]> = NOTHING_LEFT;

  private constructor(
    private readonly session: CommandSession,
    private readonly target: string,
    private readonly columns: readonly TableColumn[],
    private readonly casts: readonly TextCast[],
  ) {
    this.lines = new PlainLines(columns);
  }

  /** @returns undefined where COPY was asked to read values by rules of its own. */
  static of(
    session: CommandSession,
    options: CopyOptions,
    columns: readonly TableColumn[],
  ): PartCopy | undefined {
    const { json, replacement, emptyAsNull, blanksAsNull, truncateColumns } = options;
    if (json !== 'auto' || replacement !== undefined || emptyAsNull || blanksAsNull || truncateColumns)
      return undefined;
    const casts = columns.map(({ type }, index) =>
      type.name === 'timestamp' && !options.timeFormat.startsWith('epoch')
        ? timeCast(`c${index}`)
        : textCast(type, `c${index}`),
    );
    if (casts.includes(undefined)) return undefined;
    const target = partTableSql({ database: session.database, table: options.table });
    return new PartCopy(session, target, columns, casts as TextCast[]);
  }

  /**
   * Takes the lines of a file. @returns those of this one and of earlier ones that are to be read row by row. Then the engine
   * is at nothing else: their rows go by the same connection.
   */
  async add(file: CopyFile): Promise<FileLines[]> {
    const { bytes } = file;
    const left: FileLines[] = [];
    let first = { from: 0, line: 1 };
    let line = 1;
    for (let at = 0; at < bytes.length; line += 1) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline;
      if (end > at && !this.lines.add(bytes, at, end)) {
        this.waiting.push({ file, ...first, to: at });
        return [...left, ...(await this.settle()), { file, from: at, to: bytes.length, line }];
      }
      at = end + 1;
      if (line % LINES_A_TURN === 0) await othersTurn();
      if (!this.lines.isFull()) continue;
      this.waiting.push({ file, ...first, to: at });
      left.push(...(await this.startWriting()));
      first = { from: at, line: line + 1 };
    }
    this.waiting.push({ file, ...first, to: bytes.length });
    return left.length === 0 ? left : [...left, ...(await this.settle())];
  }

  /** Writes what waits. @returns lines that are to be read row by row instead: they are few, or a value may not fit. */
  async flush(): Promise<FileLines[]> {
    return [...(await this.startWriting()), ...(await this.settle())];
  }

  /** Waits for the part that is being written. @returns what of it is to be read row by row. @throws what the engine throws */
  settle(): Promise<FileLines[]> {
    const { written } = this;
    this.written = NOTHING_LEFT;
    return written;
  }

  /** Hands what waits to the engine, once it has taken the part before. @returns what is left of that one. */
  private async startWriting(): Promise<FileLines[]> {
    const left = await this.settle();
    this.written = this.write(this.lines.take(), this.waiting);
    // Whoever settles gets it; until then it is nobody's unhandled failure.
    this.written.catch(() => undefined);
    this.waiting = [];
    return left;
  }

  private async write(rows: PlainRows, from: FileLines[]): Promise<FileLines[]> {
    if (rows.rowCount === 0) return [];
    if (rows.rowCount < FEWEST_ROWS) return from;
    return withPartFile(this.session.partFolder, rows, async (file) => {
      const read = readPartsSql([file]);
      if (await this.isDoubtful(read)) return from;
      const names = this.columns.map(({ name }) => quoteName(name)).join(', ');
      const values = this.casts.map(({ value }) => value).join(', ');
      await this.session.connection.run(
        `INSERT INTO ${this.target} (${names}) SELECT ${values} FROM ${read}`,
      );
      this.rowCount += rows.rowCount;
      return [];
    });
  }

  private async isDoubtful(read: string): Promise<boolean> {
    const doubts = this.columns.flatMap(({ nullable }, index) => [
      ...(nullable ? [] : [`c${index} IS NULL`]),
      ...(this.casts[index]?.doubts ?? []),
    ]);
    if (doubts.length === 0) return false;
    const sql = `SELECT 1 FROM ${read} WHERE ${doubts.join(' OR ')} LIMIT 1`;
    return (await this.session.connection.runAndReadAll(sql)).currentRowCount > 0;
  }
}
