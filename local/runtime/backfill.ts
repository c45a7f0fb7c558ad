/** Backfills on the laptop: step after step, as the schedule takes them in AWS. */
import { FUNCTIONS } from './ports/callable-function';
import { TABLE_STREAMS } from './ports/table-stream';
import type { Registry } from './registry';

export interface BackfillReport {
  readonly table: string;
  readonly items: number;
  readonly rejected: number;
}

/** Far more steps than any table on a laptop needs. */
const MAX_STEPS = 10_000;

/**
 * Brings what tables that were there before this deployment hold, as the schedule does at first sight. A table that was
 * backfilled already costs one call.
 */
export async function backfillExisting(registry: Registry): Promise<void> {
  for (const { existing } of registry.of(TABLE_STREAMS).values())
    if (existing !== undefined) await takeSteps(registry, { table: existing.name, continue: true });
}

/** Begins a backfill and takes step after step until every item is staged. @throws Error what the function throws */
export function backfillTable(
  registry: Registry,
  request: { readonly table: string; readonly reason?: string },
): Promise<BackfillReport> {
  return takeSteps(registry, request);
}

async function takeSteps(
  registry: Registry,
  request: { readonly table: string; readonly reason?: string; readonly continue?: true },
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
