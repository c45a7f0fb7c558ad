/** Backfills on the laptop: asked for by a person, or for a stream that does not continue where it was left. */
import { dynamodbTables } from '../../pipeline/tables';
import { FUNCTIONS } from './ports/callable-function';
import { STREAM_MAPPINGS } from './ports/stream-mapping';
import type { Registry } from './registry';

export interface BackfillReport {
  readonly table: string;
  readonly items: number;
  readonly rejected: number;
}

/** Far more steps than any table on a laptop needs. */
const MAX_STEPS = 10_000;

/** Begins a backfill and takes step after step until every item is staged. @throws Error what the function throws */
export async function backfillTable(
  registry: Registry,
  request: { readonly table: string; readonly reason?: string },
): Promise<BackfillReport> {
  const called = [...registry.of(FUNCTIONS).values()].find(({ name }) => name.endsWith('backfill-tables'));
  if (called === undefined) throw new Error('no stack declares a function for the handler backfill-tables');
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const answer = await called.invoke(step === 0 ? request : { table: request.table, continue: true });
    const [done] = (answer as { tables: (BackfillReport & { isDone: boolean })[] }).tables;
    if (done?.isDone === true) return { table: done.table, items: done.items, rejected: done.rejected };
  }
  throw new Error(`the backfill of ${request.table} is not done after ${MAX_STEPS} steps`);
}

/**
 * Makes up for what the streams may have lost. A run that is stopped in between begins again at the next start: the
 * mapping remembers.
 */
export async function repairStreams(registry: Registry): Promise<void> {
  for (const [name, mapping] of registry.of(STREAM_MAPPINGS)) {
    const reason = mapping.whyLost();
    const tableName = /:table\/([^/]+)\/stream\//.exec(name)?.[1] ?? '';
    const table = dynamodbTables().find((known) => tableName.endsWith(`-${known.name}`));
    if (reason === undefined || table === undefined) continue;
    await backfillTable(registry, { table: table.name, reason });
    mapping.markRepaired();
  }
}
