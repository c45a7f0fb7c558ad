/** Which staged file COPY could not read, and why. */
import type { DataApi } from '../warehouse/data-api';
import { maskValues } from '../warehouse/statement-error';

export interface LoadError {
  /** Key in the data bucket. */
  readonly key: string;
  readonly line: string | null;
  readonly column: string | null;
  readonly errorCode: string | null;
  /** The warehouse's words without the values. */
  readonly reason: string;
}

/**
 * The view keeps file names in 256 characters; ours are shorter. It also keeps errors of some days: those of an earlier
 * COPY, were it a second ago, would condemn a file that was fixed and put back.
 */
const QUERY = `SELECT TRIM(file_name) AS file_name, CAST(line_number AS VARCHAR) AS line_number,
TRIM(column_name) AS column_name, CAST(error_code AS VARCHAR) AS error_code, TRIM(error_message) AS error_message
FROM sys_load_error_detail
WHERE file_name LIKE :file_prefix
AND start_time >= CAST(:since AS TIMESTAMP)
ORDER BY start_time DESC
LIMIT 1000`;

export interface FailedCopy {
  readonly bucket: string;
  /** Under which its files lie. */
  readonly prefix: string;
  readonly keys: readonly string[];
  /**
   * When its batch was submitted, ISO 8601. Both clocks are set by AWS, and a COPY begins after its batch; where they differed by
   * more, nothing would be found here, and the bad file by halves.
   */
  readonly submittedAt: string;
}

/**
 * What the warehouse recorded of the files of a batch, at most one error per file, the newest. Empty when COPY failed
 * without naming a file, as it does for damaged compression.
 */
export async function readLoadErrors(dataApi: DataApi, failed: FailedCopy): Promise<LoadError[]> {
  const { bucket, prefix, keys, submittedAt } = failed;
  const batch = new Set(keys);
  const found = new Map<string, LoadError>();
  const bucketPrefix = `s3://${bucket}/`;
  const since = new Date(submittedAt).toISOString().slice(0, 23).replace('T', ' ');
  const parameters = { file_prefix: `${bucketPrefix}${prefix}%`, since };
  const rows = await dataApi.readRows(QUERY, { parameters });
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
