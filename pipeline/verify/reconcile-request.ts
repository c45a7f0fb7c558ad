/** What a caller may ask of a reconciliation; a schedule asks for its share. */
import * as z from 'zod';
import { PipelineError } from '../errors';

export interface ReconcileRequest {
  /**
   * `resume`: continue the sweeps that are open, and look again at what differs. `begin`: begin a sweep of each
   * table first, unless one is open. `all`: compare every table as a whole in this one run.
   */
  readonly work: 'resume' | 'begin' | 'all';
  /** The caller knows that nothing is under way: every difference is a mismatch at once. Implies `all`. */
  readonly drained: boolean;
  /**
   * As `drained`, of these tables alone, by their source: `mysql.shop.orders`. Nobody follows them now, so that looking at
   * each again would only hold up the others. With `all` only.
   */
  readonly drainedTables: readonly string[];
  /** How long a change may take before its absence is a mismatch, where it is not the usual time. */
  readonly allowedLagSeconds?: number;
  /** The answer names the keys of rows that do not match, of up to 100 a table. No log shows one. */
  readonly showKeys: boolean;
}

/** Other members, such as those of a scheduled event, mean nothing here. */
const REQUEST = z.object({
  work: z.enum(['resume', 'begin', 'all']).optional(),
  drained: z.boolean().optional(),
  drainedTables: z.array(z.string()).optional(),
  showKeys: z.boolean().optional(),
  allowedLagSeconds: z.number().int().nonnegative().optional(),
});

/** @throws PipelineError RECONCILE_FAILED (halt) for a request that is not one. */
export function parseReconcileRequest(event: unknown): ReconcileRequest {
  const parsed = REQUEST.safeParse(event ?? {});
  if (parsed.success) {
    const { drained = false, drainedTables = [], work = 'resume', showKeys = false } = parsed.data;
    const { allowedLagSeconds } = parsed.data;
    const request = { work: drained ? ('all' as const) : work, drained, drainedTables, showKeys };
    return allowedLagSeconds === undefined ? request : { ...request, allowedLagSeconds };
  }
  throw new PipelineError({
    code: 'RECONCILE_FAILED',
    disposition: 'halt',
    message: `the request cannot be understood: ${parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`).join('; ')}. Expected {"work": "resume", "begin" or "all", "drained": true or false, "drainedTables": a list of sources, "showKeys": true or false, "allowedLagSeconds": a whole number}, all optional.`,
  });
}
