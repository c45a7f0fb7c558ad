/**
 * Rows of text as a Parquet file, the form in which the engine reads bytes with least work: each value is its length
 * and its bytes, so that nothing is quoted and nothing searched for. One row group, one page a column, no compression;
 * every column is an optional string (Apache Parquet format, "File format", "Data pages", "Plain encoding").
 */
import type { PackedColumn } from '../../../runtime/ports/warehouse';
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

interface Chunk {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
}

/** The file as pieces in order; the values are not copied. Columns are named by their place: `c0`, `c1`, … */
export function buildParquetFile(columns: readonly PackedColumn[], rowCount: number): Buffer[] {
  const pieces: Buffer[] = [MAGIC];
  let offset = MAGIC.length;
  const chunks = columns.map((column, index): Chunk => {
    const levels = definitionLevels(column, rowCount);
    const header = pageHeader(levels.length + column.values.length, rowCount);
    pieces.push(header, levels, column.values);
    const bytes = header.length + levels.length + column.values.length;
    const chunk = { name: `c${index}`, offset, bytes };
    offset += bytes;
    return chunk;
  });
  const footer = fileMetadata(chunks, rowCount);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  pieces.push(footer, length, MAGIC);
  return pieces;
}

/** One bit a row, set where the row has a value: a single run of either kind, behind its length in bytes. */
function definitionLevels({ present }: PackedColumn, rowCount: number): Buffer {
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

function fileMetadata(chunks: readonly Chunk[], rowCount: number): Buffer {
  const writer = new CompactWriter();
  const byteCount = chunks.reduce((sum, { bytes }) => sum + bytes, 0);
  writer.int(1, 1);
  writer.structs(2, chunks.length + 1, (index) => {
    const chunk = chunks[index - 1];
    if (chunk === undefined) {
      writer.text(4, 'rows');
      writer.int(5, chunks.length);
      return;
    }
    writer.int(1, BYTE_ARRAY);
    writer.int(3, OPTIONAL);
    writer.text(4, chunk.name);
    writer.int(6, UTF8);
  });
  writer.long(3, rowCount);
  writer.structs(4, 1, () => {
    writer.structs(1, chunks.length, (index) => columnChunk(writer, chunks[index] as Chunk, rowCount));
    writer.long(2, byteCount);
    writer.long(3, rowCount);
  });
  return writer.finish();
}

function columnChunk(writer: CompactWriter, { name, offset, bytes }: Chunk, rowCount: number): void {
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
