/** What a caller may ask of a reconciliation; the schedule asks nothing. */
import { z } from 'zod';
import { PipelineError } from '../errors';

export interface ReconcileRequest {
  /** The caller knows that nothing is under way: every difference is a mismatch at once. */
  readonly drained: boolean;
  /** How long a change may take before its absence is a mismatch, where it is not the usual time. */
  readonly allowedLagSeconds?: number;
}

/** Other members, such as those of a scheduled event, mean nothing here. */
const REQUEST = z.object({
  drained: z.boolean().optional(),
  allowedLagSeconds: z.number().int().nonnegative().optional(),
});

/** @throws PipelineError RECONCILE_FAILED (halt) for a request that is not one. */
export function parseReconcileRequest(event: unknown): ReconcileRequest {
  const parsed = REQUEST.safeParse(event ?? {});
  if (parsed.success) {
    const { drained = false, allowedLagSeconds } = parsed.data;
    return allowedLagSeconds === undefined ? { drained } : { drained, allowedLagSeconds };
  }
  throw new PipelineError({
    code: 'RECONCILE_FAILED',
    disposition: 'halt',
    message: `the request cannot be understood: ${parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'event'}: ${message}`).join('; ')}. Expected {"drained": true or false, "allowedLagSeconds": a whole number}, both optional.`,
  });
}
