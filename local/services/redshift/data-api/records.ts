/** Results as the Data API carries them: field unions, column metadata, pages. */
import type { JsonObject } from '../../../protocol/service';
import type { ResultColumn, ResultValue, StatementResult } from '../../../runtime/ports/warehouse';

export const ERROR_PREFIX = 'ERROR: ';

/** Management guide, "Data API considerations": a row may have 64 KB. */
const MAX_ROW_BYTES = 64 * 1024;
const PAGE_ROWS = 1000;
const PAGE_BYTES = 1024 * 1024;

/** Why a result cannot be carried, or undefined. */
export function rowTooLarge(result: StatementResult): string | undefined {
  const oversized = result.rows.some((row) => rowBytes(row) > MAX_ROW_BYTES);
  return oversized ? `a row of the result is larger than ${MAX_ROW_BYTES} bytes` : undefined;
}

export function rowBytes(row: readonly ResultValue[]): number {
  let bytes = 0;
  for (const value of row) bytes += typeof value === 'string' ? textBytes(value) : 8;
  return bytes;
}

/** Counts exactly only where it may matter. */
const textBytes = (text: string): number => (text.length < 4096 ? text.length : Buffer.byteLength(text));

export const resultBytes = (result: StatementResult): number =>
  result.rows.reduce((bytes, row) => bytes + rowBytes(row), 0);

export interface RecordPage {
  readonly records: readonly (readonly JsonObject[])[];
  /** Index of the first row of the next page. */
  readonly next?: number;
}

export function readPage(result: StatementResult, start: number): RecordPage {
  const records: JsonObject[][] = [];
  let bytes = 0;
  let at = start;
  while (at < result.rows.length && records.length < PAGE_ROWS && bytes < PAGE_BYTES) {
    const row = result.rows[at]!;
    records.push(row.map((value, index) => field(value, result.columns[index]!)));
    bytes += rowBytes(row);
    at += 1;
  }
  return at < result.rows.length ? { records, next: at } : { records };
}

/** Whole numbers are JSON numbers, exact only up to 2^53, as in AWS. Decimals and times are text. */
function field(value: ResultValue, column: ResultColumn): JsonObject {
  if (value === null) return { isNull: true };
  switch (typeof value) {
    case 'boolean':
      return { booleanValue: value };
    case 'bigint':
      return { longValue: Number(value) };
    case 'number':
      return column.typeName.startsWith('int') ? { longValue: value } : { doubleValue: value };
    case 'string':
      // The API prints a timestamp by JDBC's rule, always with a fraction.
      return { stringValue: column.typeName === 'timestamp' && !value.includes('.') ? `${value}.0` : value };
  }
}

const UNSIGNED = new Set(['varchar', 'char', 'bool', 'date', 'timestamp', 'timestamptz', 'super']);

export const columnMetadata = (column: ResultColumn): JsonObject => ({
  isCaseSensitive: column.typeName === 'varchar' || column.typeName === 'char',
  isCurrency: false,
  isSigned: !UNSIGNED.has(column.typeName),
  label: column.name,
  length: 0,
  name: column.name,
  nullable: 1,
  precision: column.precision,
  scale: column.scale,
  schemaName: '',
  tableName: '',
  typeName: column.typeName,
});

export function csvText(result: StatementResult): string {
  const quote = (value: ResultValue): string => {
    const text = value === null ? '' : String(value);
    return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const lines = [result.columns.map(({ name }) => quote(name)), ...result.rows.map((row) => row.map(quote))];
  return lines.map((line) => line.join(',')).join('\r\n');
}
