/** What an ingest function reports to operators at its end: names, counts and positions, never a value. */

import type { RejectedSummary } from '../files/rejected-file';
import type { Telemetry } from '../telemetry';

export interface Ingested {
  /** Rows or items that the source took. */
  readonly rows: number;
  readonly rejected: RejectedSummary;
  /** Why nothing was done, where that is no failure. */
  readonly skipped?: string;
}

/** Metrics `IngestedRows` and `RejectedRows`, the outcome line, and a warning that says where rejected rows lie. */
export function reportIngested(
  telemetry: Telemetry,
  ingested: Ingested & { readonly table: string; readonly startedAt: Date },
): void {
  const { table, rows, rejected, startedAt, skipped } = ingested;
  telemetry.count('IngestedRows', rows, table);
  telemetry.count('RejectedRows', rejected.count, table);
  if (rejected.first !== undefined) {
    telemetry.warn('rejected', {
      table,
      rejected: rejected.count,
      rejectedKey: rejected.keys[0] ?? null,
      partCount: rejected.keys.length,
      firstLine: rejected.first.line,
      firstCode: rejected.first.code,
      firstColumn: rejected.first.column ?? null,
    });
  }
  telemetry.report('ingested', {
    table,
    rows,
    rejected: rejected.count,
    elapsedMs: Date.now() - startedAt.getTime(),
    ...(skipped === undefined ? {} : { skipped }),
  });
}
