/** What is wrong with a staged file, in words: the warehouse often refuses a row without saying where it is. */
import { gunzipSync } from 'node:zlib';
import {
  CHANGED_AT_COLUMN,
  DIGEST_COLUMN,
  type DynamodbTable,
  EXPIRED_AT_COLUMN,
  OPERATION_COLUMN,
  STREAM_AT_COLUMN,
  VERSION_COLUMN,
} from '../tables';
import { exactDate, exactTimestamp } from '../values/calendar';

export interface StagedFileProblem {
  readonly line: string | null;
  readonly column: string | null;
  readonly reason: string;
}

/** A file that the stage function writes is a fraction of this; more is not unpacked to look for a reason. */
const MAX_UNPACKED_BYTES = 128 * 1024 * 1024;
const OPERATIONS: readonly unknown[] = ['insert', 'update', 'delete'];

type Line = Readonly<Record<string, unknown>>;

/**
 * The first problem of a file that the warehouse refused, or undefined when none is found. Names lines and columns,
 * never values.
 */
export function checkStagedFile(table: DynamodbTable, body: Uint8Array): StagedFileProblem | undefined {
  let text: string;
  try {
    text = gunzipSync(body, { maxOutputLength: MAX_UNPACKED_BYTES }).toString('utf8');
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return { line: null, column: null, reason: `the file is no whole gzip file: ${what}` };
  }
  for (const [index, line] of text.split('\n').entries()) {
    const problem = line.trim() === '' ? undefined : checkLine(table, line);
    if (problem !== undefined) return { ...problem, line: String(index + 1) };
  }
  return undefined;
}

function checkLine(table: DynamodbTable, text: string): Omit<StagedFileProblem, 'line'> | undefined {
  const line = parseLine(text);
  if (line === undefined) return { column: null, reason: 'the line is no JSON object' };
  const reason = (column: string, expected: string) => ({ column, reason: `${column} must be ${expected}` });
  const isDelete = line[OPERATION_COLUMN] === 'delete';
  if (!OPERATIONS.includes(line[OPERATION_COLUMN])) {
    return reason(OPERATION_COLUMN, 'insert, update or delete');
  }
  if (!isVersion(line[VERSION_COLUMN])) return reason(VERSION_COLUMN, 'a text of digits');
  if (!isText(line[CHANGED_AT_COLUMN]) || exactTimestamp(line[CHANGED_AT_COLUMN]) === undefined) {
    return reason(CHANGED_AT_COLUMN, 'a time, YYYY-MM-DD HH:MI:SS.ffffff in UTC');
  }
  const streamAt = line[STREAM_AT_COLUMN] ?? undefined;
  if (streamAt !== undefined && !(isText(streamAt) && exactTimestamp(streamAt) !== undefined))
    return reason(STREAM_AT_COLUMN, 'the time at which the stream was made, or absent');
  const expiredAt = line[EXPIRED_AT_COLUMN] ?? undefined;
  if (expiredAt !== undefined && !(isDelete && isText(expiredAt) && exactTimestamp(expiredAt) !== undefined))
    return reason(EXPIRED_AT_COLUMN, 'the time of a delete, or absent');
  if (!isDelete && !isText(line[DIGEST_COLUMN])) return reason(DIGEST_COLUMN, 'the digest of the item');
  const key = table.key.find((name) => line[name] === undefined || line[name] === null);
  if (key !== undefined) return reason(key, 'there: it is the key');
  const wrong = table.columns.find(({ name, type: { kind } }) => !isTimeOrOther(kind, line[name]));
  return wrong === undefined ? undefined : reason(wrong.name, `a ${wrong.type.kind} of the calendar`);
}

function parseLine(text: string): Line | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Line) : undefined;
  } catch {
    return undefined;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

const isVersion = (value: unknown): boolean => typeof value === 'string' && /^\d+$/.test(value);

function isTimeOrOther(kind: string, value: unknown): boolean {
  if (value === undefined || value === null || (kind !== 'timestamp' && kind !== 'date')) return true;
  if (typeof value !== 'string') return false;
  if (kind === 'timestamp') return exactTimestamp(value) !== undefined;
  return exactDate(value) !== undefined;
}
