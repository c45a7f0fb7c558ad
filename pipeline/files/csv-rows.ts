/** A CSV file to typed rows of a table, a chunk at a time. */
import type { MysqlTable } from '../tables';
import { givenColumns } from '../values/given-columns';
import { matchHeader } from './csv-header';
import { CsvLineSplitter } from './csv-lines';
import { type CsvRecord, CsvRecordParser } from './csv-records';
import { parseColumnValue } from './csv-value';
import { Refusal, type Rejection } from './rejection';
import { type ByteStream, seedUnreadable } from './seed-file';

export interface RowBatch {
  /** Values in the order of {@link givenColumns}. */
  readonly rows: readonly (readonly (string | null)[])[];
  readonly rejections: readonly Rejection[];
  /** Of each rejection, its place among the rows of the file, from 0. */
  readonly places: readonly number[];
}

/**
 * Reads UTF-8 CSV by RFC 4180 (LF or CRLF, a byte order mark allowed, blank lines skipped) and yields its rows in
 * order, in batches of what one chunk of bytes completes. It reads no further than the consumer asks.
 *
 * @throws PipelineError SEED_UNREADABLE (halt) when there is no header, or not one of this table.
 */
export async function* readCsvRows(source: ByteStream, table: MysqlTable): AsyncGenerator<RowBatch> {
  const reader = new RowReader(table);
  const lines = new CsvLineSplitter();
  const parser = new CsvRecordParser();
  let place = 0;
  const batchOf = (records: Iterable<CsvRecord | Rejection>): RowBatch => {
    const rows: (string | null)[][] = [];
    const rejections: Rejection[] = [];
    const places: number[] = [];
    for (const record of records) {
      if (!reader.hasHeader) {
        parser.columnCount = reader.readHeader(record);
        continue;
      }
      const outcome = 'code' in record ? record : reader.readRow(record);
      if (Array.isArray(outcome)) rows.push(outcome);
      else {
        rejections.push(outcome);
        places.push(place);
      }
      place += 1;
    }
    return { rows, rejections, places };
  };
  for await (const chunk of source) yield batchOf(parser.push(lines.push(chunk)));
  yield batchOf(parser.push(lines.end()));
  yield batchOf(parser.end());
  if (!reader.hasHeader) {
    throw seedUnreadable('the file is empty; expected a header line and rows. Was its upload cut off?');
  }
}

class RowReader {
  private places: readonly number[] | undefined;
  private readonly columns: MysqlTable['columns'];

  constructor(table: MysqlTable) {
    this.columns = givenColumns(table);
  }

  get hasHeader(): boolean {
    return this.places !== undefined;
  }

  /** @returns how many columns each record must have. */
  readHeader(record: CsvRecord | Rejection): number {
    if ('code' in record) {
      throw seedUnreadable(
        `the header on line ${record.line} cannot be read: ${record.code}: ${record.reason}. Save the file as CSV in UTF-8.`,
        { line: record.line },
      );
    }
    this.places = matchHeader(record.fields, this.columns);
    return record.fields.length;
  }

  readRow(record: CsvRecord): (string | null)[] | Rejection {
    const places = this.places ?? [];
    const row: (string | null)[] = [];
    for (const [index, column] of this.columns.entries()) {
      const value = parseColumnValue(record.fields[places[index] ?? -1] ?? '', column);
      if (value instanceof Refusal) {
        const { code, reason } = value;
        const raw = record.text.replace(/\r?\n$/, '');
        return { line: record.line, code, reason, column: column.name, raw };
      }
      row.push(value);
    }
    return row;
  }
}
