/** CSV files of transactions, and what becomes of them. */
import { readCsvRows } from '../../pipeline/files/csv-rows';
import type { Rejection } from '../../pipeline/files/rejection';
import { givenColumns } from '../../pipeline/values/given-columns';
import { byteStream, collect } from './byte-stream';
import { TXNS } from './tables';

export const HEADER =
  'Account No,DATE,TRANSACTION DETAILS,CHIP USED,VALUE DATE, WITHDRAWAL AMT , DEPOSIT AMT ,BALANCE AMT';

export interface CsvOutcome {
  readonly rows: (readonly (string | null)[])[];
  readonly rejections: Rejection[];
}

export async function readCsv(content: string | Buffer, chunkBytes?: number): Promise<CsvOutcome> {
  const batches = await collect(readCsvRows(byteStream(content, chunkBytes), TXNS));
  return {
    rows: batches.flatMap((batch) => [...batch.rows]),
    rejections: batches.flatMap((batch) => [...batch.rejections]),
  };
}

export const csvOf = (...rows: string[]): string => [HEADER, ...rows, ''].join('\n');

/** The columns of a file, in the order of {@link HEADER}. */
export const COLUMN_NAMES = givenColumns(TXNS).map(({ name }) => name);

/** A row that is fine but for what is in one column. */
export function rowWith(column: string, text: string): string {
  const fields = ['acc', '29-Jun-17', 'text', 'TRUE', '', '', '1', ''];
  return fields.map((field, index) => (index === COLUMN_NAMES.indexOf(column) ? text : field)).join(',');
}

/** A row that is fine. */
export const goodLine = (account: string): string => `${account},29-Jun-17,text,TRUE,,,1.00,`;

/** What becomes of it. */
export const goodRow = (account: string): (string | null)[] => [
  account,
  '2017-06-29',
  'text',
  '1',
  null,
  null,
  '1.00',
  null,
];

export const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
