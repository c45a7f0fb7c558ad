/** Which staged file COPY could not read, and why. */
import type { DataApi } from './data-api';
import { maskValues } from './statement-error';

export interface LoadError {
  /** Key in the data bucket. */
  readonly key: string;
  readonly line: string | null;
  readonly column: string | null;
  readonly errorCode: string | null;
  /** The warehouse's words without the values. */
  readonly reason: string;
}

/** The view keeps file names in 256 characters; ours are shorter. */
const QUERY = `SELECT TRIM(file_name) AS file_name, CAST(line_number AS VARCHAR) AS line_number,
TRIM(column_name) AS column_name, CAST(error_code AS VARCHAR) AS error_code, TRIM(error_message) AS error_message
FROM sys_load_error_detail
WHERE file_name LIKE :file_prefix
ORDER BY start_time DESC
LIMIT 1000`;

/**
 * What the warehouse recorded of the files of a batch, at most one error a file, the newest. Empty when COPY failed
 * without naming a file, as it does for damaged compression.
 */
export async function readLoadErrors(
  dataApi: DataApi,
  bucket: string,
  prefix: string,
  keys: readonly string[],
): Promise<LoadError[]> {
  const batch = new Set(keys);
  const found = new Map<string, LoadError>();
  const bucketPrefix = `s3://${bucket}/`;
  const rows = await dataApi.readRows(QUERY, { parameters: { file_prefix: `${bucketPrefix}${prefix}%` } });
  for (const row of rows) {
    const key = (row.file_name ?? '').slice(bucketPrefix.length);
    if (!batch.has(key) || found.has(key)) continue;
    found.set(key, {
      key,
      line: row.line_number ?? null,
      column: row.column_name ?? null,
      errorCode: row.error_code ?? null,
      reason: maskValues(row.error_message ?? 'the warehouse gave no reason'),
    });
  }
  return [...found.values()];
}
