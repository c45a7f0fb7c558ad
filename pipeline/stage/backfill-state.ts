/** How far the backfill of a table is: one object in the data bucket, replaced as a whole. */
import * as z from 'zod';
import { PipelineError } from '../errors';

const SEGMENT = z.object({
  /** Where the next page begins, as DynamoDB gives it; absent at the beginning. */
  next: z.record(z.string(), z.looseObject({})).optional(),
  isDone: z.boolean(),
});

const STATE = z.object({
  /** The table's stream when the backfill began: another one says that the table was created again. */
  streamArn: z.string(),
  /** Version of its rows; absent in a state of before every table was backfilled at first sight, whose stream had all of it. */
  runId: z.string().optional(),
  /** From which it answers for the table, by DynamoDB's clock. */
  startedAtMs: z.number(),
  /** Why it was begun. */
  reason: z.string(),
  segments: z.array(SEGMENT),
  itemCount: z.number(),
  /** Items that can never be rows. */
  rejectedCount: z.number(),
  isDone: z.boolean(),
  /** A hash of the columns that its rows have; absent in a state of before it was kept. */
  columns: z.string().optional(),
  /** Other columns than those, and since when. */
  waiting: z.object({ columns: z.string(), sinceMs: z.number() }).optional(),
});

export type BackfillState = z.output<typeof STATE>;

/** @throws PipelineError SOURCE_NOT_READY (halt) for a text that is no state. */
export function parseBackfillState(text: string, key: string): BackfillState {
  const parsed = STATE.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  throw new PipelineError({
    code: 'SOURCE_NOT_READY',
    disposition: 'halt',
    message: `${key} is not the state of a backfill. Only backfill-tables writes there; delete the object and run the backfill again`,
    context: { key },
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
