/** What is wrong with a staged file, in words: the warehouse often refuses a row without saying where it is. */
import { isUtf8 } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { backfillOf } from '../s3-layout';
import type { DynamodbTable } from '../tables';
import { checkStagedLine } from './check-staged-line';

export interface StagedFileProblem {
  readonly line: string | null;
  readonly column: string | null;
  readonly reason: string;
}

export interface StagedFileCheck {
  /** Where the file waits: rows of a backfill have another kind of version. */
  readonly key: string;
  /** Also what the warehouse would take and what cannot be seen of it afterwards, such as a number for a text. */
  readonly isStrict?: boolean;
}

/** A file that the stage function writes is a fraction of this; more is not unpacked to look for a reason. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const NEWLINE = 0x0a;

/**
 * The first problem of a file, or undefined when none is found. Names lines and columns, never values.
 */
export function checkStagedFile(
  table: DynamodbTable,
  body: Uint8Array,
  { key, isStrict = false }: StagedFileCheck,
): StagedFileProblem | undefined {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(body, { maxOutputLength: MAX_UNPACKED_BYTES });
  } catch (error) {
    return { line: null, column: null, reason: whyNotUnpacked(error) };
  }
  const options = { isBackfill: backfillOf(key) !== undefined, isStrict };
  let line = 1;
  for (let at = 0; at < bytes.length; line += 1) {
    const newline = bytes.indexOf(NEWLINE, at);
    const end = newline < 0 ? bytes.length : newline;
    const problem = checkBytes(table, bytes.subarray(at, end), options);
    if (problem !== undefined) return { ...problem, line: String(line) };
    at = end + 1;
  }
  return undefined;
}

function checkBytes(
  table: DynamodbTable,
  bytes: Buffer,
  options: Parameters<typeof checkStagedLine>[2],
): ReturnType<typeof checkStagedLine> {
  if (!isUtf8(bytes)) return { column: null, reason: 'the line holds bytes that are not UTF-8' };
  const text = bytes.toString('utf8');
  return text.trim() === '' ? undefined : checkStagedLine(table, text, options);
}

function whyNotUnpacked(error: unknown): string {
  if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
    return `the file has more than ${MAX_UNPACKED_BYTES} bytes when it is unpacked, and the stage function writes a fraction of that`;
  return `the file is no whole gzip file: ${error instanceof Error ? error.message : String(error)}`;
}
