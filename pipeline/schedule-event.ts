/** What a schedule tells the function that it starts: for which time it does. */
import { z } from 'zod';

const EVENT = z.object({ scheduledAt: z.iso.datetime() });

/** @returns the time as the scheduler wrote it; undefined for a run by hand. */
export function scheduledTimeOf(event: unknown): string | undefined {
  const parsed = EVENT.safeParse(event);
  return parsed.success ? parsed.data.scheduledAt : undefined;
}
