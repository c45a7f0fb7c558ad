/** Rows of a SELECT as texts, one row at a time and by the rules of a first copy, for what a copy is compared with. */
import { buildNormalizer } from '../../../../../local/services/dms/task/snapshot-select';
import type { SourceTable } from '../../../../../local/services/dms/task/source-table';

/** One row of the text protocol: a buffer for each column, null for NULL. */
export type RawRow = readonly (Buffer | null)[];

export function buildRawRowReader(table: SourceTable): (row: RawRow) => (string | null)[] {
  const normalize = buildNormalizer(table);
  return (row) => normalize(row.map((bytes) => bytes?.toString('utf8') ?? null));
}
