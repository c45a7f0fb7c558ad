/** The event of a schedule: for which time it starts the function. */
import * as z from 'zod';

const EVENT = z.object({ scheduledAt: z.iso.datetime() });

/** @returns the time as the scheduler wrote it; undefined for a manual run or a deploy. */
export function scheduledTimeOf(event: unknown): string | undefined {
  const parsed = EVENT.safeParse(event);
  return parsed.success ? parsed.data.scheduledAt : undefined;
}
