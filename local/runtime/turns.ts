/**
 * The order within a tick. On AWS all schedules of one rate fire together, and a comparison sees what was ingested five
 * minutes before; here a person watches, so what a tick brings in is loaded and compared by the same tick.
 */
import type { Schedule } from './ports/schedule';

/** Long enough for what the sample data brings; what takes longer is in flight, as on AWS. */
const TURN_MS = 4_000;

const TURNS: readonly (readonly string[])[] = [
  ['start-replication-task', 'backfill-tables', 'ingest-txns', 'ingest-trades'],
  ['load-staged-batches'],
  ['reconcile-tables-begin', 'reconcile-tables', 'measure-freshness'],
];

/** How long after the beginning of a tick a schedule fires; a short rate makes the turns shorter. */
export function turnMs({ name, everyMs }: Pick<Schedule, 'name' | 'everyMs'>): number {
  const turn = TURNS.findIndex((ids) => ids.some((id) => name.endsWith(`-${id}`)));
  return Math.max(0, turn) * Math.min(TURN_MS, everyMs / TURNS.length);
}
