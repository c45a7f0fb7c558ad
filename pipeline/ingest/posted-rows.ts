/** The rows of a request, as JSON or CSV, by the rules of the seed file: every row that can be taken, exactly. */
import { PipelineError } from '../errors';
import { readCsvRows } from '../files/csv-rows';
import { parseColumnValue } from '../files/csv-value';
import { type ExactJson, ExactNumber } from '../files/exact-json';
import { Refusal, type Rejection } from '../files/rejection';
import type { Column, MysqlTable } from '../tables';
import { givenColumns } from '../values/given-columns';
import { type RejectedEntry, rejectAll, wrongType } from './api-answer';
import type { ApiRequest } from './api-request';
import { readPostedValues, unreadable } from './posted-body';

/** Values in the order of `givenColumns`. */
export type PostedRow = readonly (string | null)[];

/**
 * @returns all rows of the request, in order.
 * @throws ApiProblem: WRONG_TYPE for a body that is neither JSON nor CSV, BODY_UNREADABLE, or REJECTED with each row
 * that cannot be taken.
 */
export async function parsePostedRows(
  { contentType, body }: Pick<ApiRequest, 'contentType' | 'body'>,
  table: MysqlTable,
): Promise<PostedRow[]> {
  if (contentType === 'text/csv') return readCsvBody(body, table);
  if (contentType !== 'application/json') throw wrongType(contentType, 'application/json or text/csv');
  const rows: PostedRow[] = [];
  const rejected: RejectedEntry[] = [];
  for (const [index, { line, value }] of (await readPostedValues(body)).entries()) {
    const row = value instanceof Refusal ? value : parsePostedRow(value, table);
    if (row instanceof Refusal) rejected.push(describeRefusal(row, { index, line }));
    else rows.push(row);
  }
  if (rejected.length > 0) throw rejectAll(rejected, 'row');
  return rows;
}

export const describeRefusal = (
  { code, reason, column }: Pick<Rejection, 'code' | 'reason' | 'column'>,
  place: { readonly index: number; readonly line?: number },
): RejectedEntry => ({ ...place, code, reason, ...(column === undefined ? {} : { column }) });

async function readCsvBody(body: Buffer, table: MysqlTable): Promise<PostedRow[]> {
  const rows: PostedRow[] = [];
  const rejected: RejectedEntry[] = [];
  try {
    for await (const batch of readCsvRows(once(body), table)) {
      for (const row of batch.rows) rows.push(row);
      for (const [at, rejection] of batch.rejections.entries())
        rejected.push(describeRefusal(rejection, { index: batch.places[at]!, line: rejection.line }));
    }
  } catch (error) {
    if (!(error instanceof PipelineError) || error.code !== 'SEED_UNREADABLE') throw error;
    throw unreadable(error.reason.replaceAll('the file', 'the body'));
  }
  if (rejected.length > 0) throw rejectAll(rejected, 'row');
  if (rows.length === 0) throw unreadable('the body has a header and no row');
  return rows;
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** A value as text and a text as a column: the same digits, the same dates, the same limits as in a file. */
export function parsePostedRow(value: ExactJson, table: MysqlTable): PostedRow | Refusal {
  if (!(value instanceof Map)) return new Refusal('NOT_AN_OBJECT', 'the row is not an object');
  const columns = givenColumns(table);
  for (const name of value.keys()) {
    if (columns.some((column) => column.name === name)) continue;
    return new Refusal('UNKNOWN_COLUMN', `expected only ${columns.map((column) => column.name).join(', ')}`);
  }
  const row: (string | null)[] = [];
  for (const column of columns) {
    const given = value.get(column.name) ?? null;
    const text = given === null ? null : textOf(given, column);
    const parsed =
      text === null ? missing(column) : text instanceof Refusal ? text : parseColumnValue(text, column);
    if (parsed instanceof Refusal) return parsed;
    row.push(parsed);
  }
  return row;
}

/** In a file a text that is not there is empty; JSON can say that it is NULL. */
const missing = ({ name, nullable }: Column): null | Refusal =>
  nullable ? null : new Refusal('VALUE_MISSING', `column ${name} is missing and may not be`, name);

function textOf(value: Exclude<ExactJson, null>, { name, type }: Column): string | Refusal {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean' && type.kind === 'boolean') return value ? 'TRUE' : 'FALSE';
  if (value instanceof ExactNumber && type.kind === 'decimal') return plainNumber(value.text);
  const expected = { boolean: 'true, false or a string', decimal: 'a number or a string' }[
    type.kind as string
  ];
  return new Refusal('WRONG_TYPE', `expected ${expected ?? 'a string'}`, name);
}

/** 1.5e3 is 1500: an exponent moves the dot and changes no digit. */
export function plainNumber(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  if (exponent === undefined) return text;
  const power = Number(exponent);
  // Longer than any column: left as it is, which is then no number of the column.
  if (Math.abs(power) > 100) return text;
  const digits = `${whole}${fraction}`;
  const dot = whole.length + power;
  if (dot <= 0) return `${sign}0.${'0'.repeat(-dot)}${digits}`;
  return dot >= digits.length
    ? `${sign}${digits.padEnd(dot, '0')}`
    : `${sign}${digits.slice(0, dot)}.${digits.slice(dot)}`;
}
