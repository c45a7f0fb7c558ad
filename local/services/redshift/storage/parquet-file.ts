/**
 * Rows of text as a Parquet file, the form in which the engine reads bytes with least work: each value is its length
 * and its bytes, so that nothing is quoted and nothing searched for. No compression; every column is an optional
 * string (Apache Parquet format, "File format", "Data pages", "Plain encoding"). The engine has a page in memory at once,
 * so that one of long texts has few rows.
 */
import { type PackedColumn, ROWS_A_GROUP, ROWS_A_STEP } from '../../../runtime/ports/warehouse';
import { CompactWriter } from './thrift-compact';

const MAGIC = Buffer.from('PAR1');

/** Numbers of the format's enumerations (`parquet.thrift`). */
const BYTE_ARRAY = 6;
const OPTIONAL = 1;
const UTF8 = 0;
const PLAIN = 0;
const RLE = 3;
const UNCOMPRESSED = 0;
const DATA_PAGE = 0;

const PAGE_BYTES = 1024 * 1024;

interface Page {
  readonly firstRow: number;
  readonly rowCount: number;
  /** Where in the file its values are. */
  readonly valuesAt: number;
  readonly valuesBytes: number;
}

interface ColumnChunk {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
  readonly pages: readonly Page[];
}

interface RowGroup {
  readonly firstRow: number;
  readonly rowCount: number;
  readonly chunks: ColumnChunk[];
}

/** The file as pieces in order; the values are not copied. Columns are named by their place: `c0`, `c1`, … */
export function buildParquetFile(columns: readonly PackedColumn[], rowCount: number): Buffer[] {
  const rows = new ParquetRows(rowCount, columns);
  return [...columns.flatMap((column) => rows.addColumn(column)), ...rows.finish()];
}

/** A file that gets its columns one after the other. Whatever is returned is to be written behind what was before. */
export class ParquetRows {
  readonly groups: readonly RowGroup[];
  private columnCount = 0;
  private offset = 0;
  /** Of every column. */
  private readonly rowsAPage: number;

  /** `largest`: some of the columns, those with the most bytes among them. */
  constructor(
    readonly rowCount: number,
    largest: readonly PackedColumn[],
  ) {
    const bytes = Math.max(1, ...largest.map(({ values }) => values.length));
    const steps = Math.floor((PAGE_BYTES * rowCount) / (bytes * ROWS_A_STEP));
    this.rowsAPage = Math.min(Math.max(steps, 1) * ROWS_A_STEP, ROWS_A_GROUP);
    this.groups = Array.from({ length: Math.ceil(rowCount / ROWS_A_GROUP) }, (_, group) => {
      const firstRow = group * ROWS_A_GROUP;
      return { firstRow, rowCount: Math.min(ROWS_A_GROUP, rowCount - firstRow), chunks: [] };
    });
  }

  addColumn(column: PackedColumn): Buffer[] {
    const pieces: Buffer[] = this.offset === 0 ? [MAGIC] : [];
    if (this.offset === 0) this.offset = MAGIC.length;
    const name = `c${this.columnCount}`;
    this.columnCount += 1;
    for (const { firstRow, rowCount, chunks } of this.groups) {
      const { offset } = this;
      const pages: Page[] = [];
      for (let row = firstRow; row < firstRow + rowCount; row += this.rowsAPage)
        pages.push(this.addPage(column, row, Math.min(this.rowsAPage, firstRow + rowCount - row), pieces));
      chunks.push({ name, offset, bytes: this.offset - offset, pages });
    }
    return pieces;
  }

  private addPage(column: PackedColumn, firstRow: number, rowCount: number, pieces: Buffer[]): Page {
    const from = firstRow === 0 ? 0 : column.steps[firstRow / ROWS_A_STEP - 1];
    const to = column.steps[Math.ceil((firstRow + rowCount) / ROWS_A_STEP) - 1];
    const values = column.values.subarray(from, to);
    const levels = definitionLevels(presentIn(column, firstRow, rowCount), rowCount);
    const head = Buffer.concat([pageHeader(levels.length + values.length, rowCount), levels]);
    pieces.push(head, values);
    const valuesAt = this.offset + head.length;
    this.offset = valuesAt + values.length;
    return { firstRow, rowCount, valuesAt, valuesBytes: values.length };
  }

  /** Some rows at a time, the pages of all columns that have them. */
  *pages(): Generator<{ readonly firstRow: number; readonly rowCount: number; readonly pages: Page[] }> {
    for (const { chunks } of this.groups)
      for (const [index, { firstRow, rowCount }] of (chunks[0]?.pages ?? []).entries())
        yield { firstRow, rowCount, pages: chunks.map(({ pages }) => pages[index] as Page) };
  }

  finish(): Buffer[] {
    const names = Array.from({ length: this.columnCount }, (_, index) => `c${index}`);
    const footer = fileMetadata(names, this.groups, this.rowCount);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(footer.length);
    return [footer, length, MAGIC];
  }
}

/** A page has whole bytes of bits. */
export const presentIn = (
  { present }: PackedColumn,
  firstRow: number,
  rowCount: number,
): Buffer | undefined => present?.subarray(firstRow / 8, firstRow / 8 + Math.ceil(rowCount / 8));

/** One bit a row, set where the row has a value: a single run of either kind, behind its length in bytes. */
function definitionLevels(present: Buffer | undefined, rowCount: number): Buffer {
  const header = present === undefined ? varint(rowCount * 2) : varint(Math.ceil(rowCount / 8) * 2 + 1);
  const run = present ?? Buffer.from([1]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length + run.length);
  return Buffer.concat([length, header, run]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}

function pageHeader(bytes: number, rowCount: number): Buffer {
  const writer = new CompactWriter();
  writer.int(1, DATA_PAGE);
  writer.int(2, bytes);
  writer.int(3, bytes);
  writer.struct(5, () => {
    writer.int(1, rowCount);
    writer.int(2, PLAIN);
    writer.int(3, RLE);
    writer.int(4, RLE);
  });
  return writer.finish();
}

function fileMetadata(names: readonly string[], groups: readonly RowGroup[], rowCount: number): Buffer {
  const writer = new CompactWriter();
  writer.int(1, 1);
  writer.structs(2, names.length + 1, (index) => {
    const name = names[index - 1];
    if (name === undefined) {
      writer.text(4, 'rows');
      writer.int(5, names.length);
      return;
    }
    writer.int(1, BYTE_ARRAY);
    writer.int(3, OPTIONAL);
    writer.text(4, name);
    writer.int(6, UTF8);
  });
  writer.long(3, rowCount);
  writer.structs(4, groups.length, (number) => {
    const group = groups[number] as RowGroup;
    writer.structs(1, names.length, (index) =>
      columnChunk(writer, group.chunks[index] as ColumnChunk, group.rowCount),
    );
    writer.long(
      2,
      group.chunks.reduce((sum, { bytes }) => sum + bytes, 0),
    );
    writer.long(3, group.rowCount);
  });
  return writer.finish();
}

function columnChunk(writer: CompactWriter, { name, offset, bytes }: ColumnChunk, rowCount: number): void {
  writer.long(2, offset);
  writer.struct(3, () => {
    writer.int(1, BYTE_ARRAY);
    writer.ints(2, [PLAIN, RLE]);
    writer.texts(3, [name]);
    writer.int(4, UNCOMPRESSED);
    writer.long(5, rowCount);
    writer.long(6, bytes);
    writer.long(7, bytes);
    writer.long(9, offset);
  });
}
