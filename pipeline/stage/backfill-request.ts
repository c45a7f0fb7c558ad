/** What a run of `backfill-tables` is asked to do. */
import { PipelineError } from '../errors';
import type { DynamodbTable } from '../tables';

export interface BackfillRequest {
  readonly tables: readonly DynamodbTable[];
  /** Begins a new backfill; absent, only what is due or unfinished is continued. */
  readonly reason: string | undefined;
}

/**
 * `{}` of the schedule: all tables, as far as they need it. `{"table": "trades"}`: begins one; with `"continue": true`
 * it continues the one that is under way.
 * @throws PipelineError SETTINGS_INVALID (halt) for a table that the catalogue does not have.
 */
export function parseBackfillRequest(event: unknown, tables: readonly DynamodbTable[]): BackfillRequest {
  const { table: name, reason, continue: isContinued } = (event ?? {}) as Readonly<Record<string, unknown>>;
  if (name === undefined) return { tables, reason: undefined };
  const table = tables.find((known) => known.name === name);
  if (table === undefined) {
    throw new PipelineError({
      code: 'SETTINGS_INVALID',
      disposition: 'halt',
      message: `a backfill was asked for a table that the catalogue does not have as a DynamoDB table; it has ${tables.map((known) => known.name).join(', ')}`,
    });
  }
  const why = typeof reason === 'string' && reason !== '' ? reason : 'somebody asked for it';
  return { tables: [table], reason: isContinued === true ? undefined : why };
}
