/** The events that start functions beside a deploy: of a schedule, for which time; of the API, for which request. */
import * as z from 'zod';

const EVENT = z.object({ scheduledAt: z.iso.datetime() });

/** @returns the time as the scheduler wrote it; undefined for a manual run or a deploy. */
export function scheduledTimeOf(event: unknown): string | undefined {
  const parsed = EVENT.safeParse(event);
  return parsed.success ? parsed.data.scheduledAt : undefined;
}

const REQUESTED = z.object({ requestKey: z.string().min(1).max(128) });

/** The event by which the API starts an ingest. */
export const ingestRequest = (requestKey: string): z.output<typeof REQUESTED> => ({ requestKey });

/** @returns the key of the request that started the run; undefined for any other start. */
export function requestKeyOf(event: unknown): string | undefined {
  const parsed = REQUESTED.safeParse(event);
  return parsed.success ? parsed.data.requestKey : undefined;
}

/** The event by which the API asks the function that measures freshness for more than a schedule does. */
export const DESCRIBE_TABLES = { asks: 'tables' } as const;

export const asksForTables = (event: unknown): boolean =>
  z.object({ asks: z.literal(DESCRIBE_TABLES.asks) }).safeParse(event).success;
